import { useEffect, useState } from 'react';
import { enterCode, logIn, register } from '../actions/session';
import { api } from '../api';
import { call } from '../call';
import { navigate, type Route } from '../route';
import { Field, Problem, useSubmission } from './Form';
import { Page } from './Page';

export function SignIn({ instance, route }: { instance: string; route: Route }) {
  // Who comes by an invite or an owner's link has most likely no account yet.
  const [isNew, setIsNew] = useState(route.at === 'register' || route.at === 'invite' || route.at === 'claim');
  const [email, setEmail] = useState('');
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [ticket, setTicket] = useState<string | null>(null);
  const invite = route.at === 'invite' ? route.code : undefined;
  const guild = useInvitingGuild(invite);

  const form = useSubmission(async () => {
    if (isNew) await register({ email: email.trim(), username: username.trim(), password, ...(invite === undefined ? {} : { invite }) });
    else setTicket((await logIn({ email: email.trim(), password })) ?? null);
    if (route.at === 'register') navigate('/', 'replace');
  });

  const change = () => {
    // What the server said about the one form is no answer to the other.
    form.reset();
    setIsNew(!isNew);
  };

  if (ticket !== null) return <SecondFactor instance={instance} ticket={ticket} onBack={() => setTicket(null)} />;
  return (
    <Page instance={instance} title={isNew ? 'Create your account' : 'Welcome back'}>
      {guild !== null && (
        <p className="lead">
          You are invited to <strong>{guild}</strong>.
        </p>
      )}
      {route.at === 'claim' && <p className="lead">The account that signs in here becomes the owner of this instance.</p>}
      <form onSubmit={form.onSubmit} noValidate>
        <Field
          label="Email"
          type="email"
          autoComplete={isNew ? 'email' : 'username'}
          autoFocus
          required
          value={email}
          onChange={setEmail}
          problem={form.problem('email', 'login')}
        />
        {isNew && (
          <Field
            label="Username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            value={username}
            onChange={setUsername}
            problem={form.problem('username')}
          />
        )}
        <Field
          label="Password"
          type="password"
          autoComplete={isNew ? 'new-password' : 'current-password'}
          required
          value={password}
          onChange={setPassword}
          problem={form.problem('password')}
        />
        {form.rest !== null && <Problem text={form.rest} />}
        <button type="submit" className="primary wide" aria-disabled={form.busy}>
          {isNew ? 'Register' : 'Log in'}
        </button>
      </form>
      <p className="switch">
        {isNew ? 'Already have an account?' : 'New here?'}{' '}
        <button type="button" className="link" onClick={change}>
          {isNew ? 'Log in' : 'Register'}
        </button>
      </p>
    </Page>
  );
}

/** The second half of a login, where the account asks for it. */
function SecondFactor({ instance, ticket, onBack }: { instance: string; ticket: string; onBack(): void }) {
  const [code, setCode] = useState('');
  const form = useSubmission(() => enterCode(ticket, code.trim()));
  return (
    <Page instance={instance} title="One more step">
      <p className="lead">Enter the code that your authenticator app shows, or one of your backup codes.</p>
      <form onSubmit={form.onSubmit} noValidate>
        <Field label="Code" autoComplete="one-time-code" autoCapitalize="none" spellCheck={false} autoFocus required value={code} onChange={setCode} problem={form.problem('code') ?? form.rest ?? undefined} />
        <button type="submit" className="primary wide" aria-disabled={form.busy}>
          Log in
        </button>
      </form>
      <p className="switch">
        <button type="button" className="link" onClick={onBack}>
          Use another account
        </button>
      </p>
    </Page>
  );
}

/** The name of the guild that an invite leads to; null while it is not known, or when the invite is not valid. */
function useInvitingGuild(code: string | undefined): string | null {
  const [name, setName] = useState<string | null>(null);
  useEffect(() => {
    if (code === undefined) return;
    let wanted = true;
    call(api.invite(code)).then(
      (invite) => wanted && setName(invite.guild?.name ?? null),
      () => wanted && setName(null),
    );
    return () => {
      wanted = false;
    };
  }, [code]);
  return name;
}
