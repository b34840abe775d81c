import { useEffect, useState } from 'react';
import { instance, type Instance } from './api';
import { InstanceContext } from './instance';
import { parseRoute, usePath } from './route';
import { useStore } from './store';
import { BackupCodes } from './views/BackupCodes';
import { Chat } from './views/Chat';
import { ClaimPage } from './views/ClaimPage';
import { InvitePage } from './views/InvitePage';
import { SignIn } from './views/SignIn';

export function App() {
  const [known, setKnown] = useState<Instance | null>(null);
  const token = useStore((state) => state.token);
  const path = usePath();

  useEffect(() => {
    void instance().then(setKnown);
  }, []);

  // One request decides what the whole page is called: better a moment of nothing than a wrong name.
  if (known === null) return null;
  return (
    <InstanceContext value={known}>
      {pageFor(path, known.name, token !== null)}
      <BackupCodes />
    </InstanceContext>
  );
}

function pageFor(path: string, name: string, isLoggedIn: boolean) {
  const route = parseRoute(path);
  if (!isLoggedIn) return <SignIn instance={name} route={route} />;
  if (route.at === 'invite') return <InvitePage instance={name} code={route.code} />;
  if (route.at === 'claim') return <ClaimPage instance={name} claim={route.token} />;
  return <Chat instance={name} route={route} />;
}
