import { useEffect, useState } from 'react';
import { instanceName } from './api';
import { parseRoute, usePath } from './route';
import { useStore } from './store';
import { Chat } from './views/Chat';
import { ClaimPage } from './views/ClaimPage';
import { InvitePage } from './views/InvitePage';
import { SignIn } from './views/SignIn';

export function App() {
  const [name, setName] = useState<string | null>(null);
  const token = useStore((state) => state.token);
  const route = parseRoute(usePath());

  useEffect(() => {
    void instanceName().then(setName);
  }, []);

  // One request decides what the whole page is called: better a moment of nothing than a wrong name.
  if (name === null) return null;
  if (token === null) return <SignIn instance={name} route={route} />;
  if (route.at === 'invite') return <InvitePage instance={name} code={route.code} />;
  if (route.at === 'claim') return <ClaimPage instance={name} claim={route.token} />;
  return <Chat instance={name} route={route} />;
}
