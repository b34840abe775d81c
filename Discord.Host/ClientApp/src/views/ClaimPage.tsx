import { useCallback, useEffect, useRef, useState } from 'react';
import { ask, inWords, logOut } from '../actions/session';
import { api } from '../api';
import { navigate } from '../route';
import { useStore } from '../store';
import { Problem } from './Form';
import { Page } from './Page';

/** The link printed at first start: whoever is logged in when it is opened becomes the owner. */
export function ClaimPage({ instance, claim }: { instance: string; claim: string }) {
  const [result, setResult] = useState<'waiting' | 'done' | { failure: string }>('waiting');
  const me = useStore((state) => state.me);
  const sent = useRef(false);

  const send = useCallback(() => {
    setResult('waiting');
    ask(api.claimOwner(claim)).then(
      () => setResult('done'),
      (error: unknown) => setResult({ failure: inWords(error) }),
    );
  }, [claim]);

  useEffect(() => {
    // The link works once: an effect that React runs twice must not use it up and then report the second answer.
    if (!sent.current) send();
    sent.current = true;
  }, [send]);

  if (result === 'waiting') return <Page instance={instance} title="Checking your link…">{null}</Page>;
  if (result === 'done') {
    return (
      <Page instance={instance} title={`You own ${instance}`}>
        <p className="lead" role="status">
          {me === null ? 'Your account' : <strong>{me.username}</strong>} is now the owner of this instance. The link cannot be used again.
        </p>
        <button type="button" className="primary wide" onClick={() => navigate('/', 'replace')}>
          Continue
        </button>
      </Page>
    );
  }
  return (
    <Page instance={instance} title="This link did not work">
      <Problem text={result.failure} />
      <p className="lead">An owner link works once. If it was used already, its account is the owner.</p>
      <button type="button" className="primary wide" onClick={send}>
        Try again
      </button>
      <button type="button" className="wide" onClick={() => navigate('/', 'replace')}>
        Continue without it
      </button>
      <p className="switch">
        Wrong account?{' '}
        <button type="button" className="link" onClick={() => void logOut()}>
          Log out
        </button>
      </p>
    </Page>
  );
}
