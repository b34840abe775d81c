import { lazy, Suspense, useCallback, useState } from 'react';
import { disableTotp, enableTotp, updateAccount } from '../../actions/people';
import { ask, logOut } from '../../actions/session';
import { api } from '../../api';
import { displayName, useStore } from '../../store';
import { base32, otpAddress } from '../../totp';
import { Avatar } from '../Avatar';
import { Sheet } from '../Dialog';
import { Field, Problem, TextField, useLoaded, useSubmission } from '../Form';
import { PictureField } from './PictureField';

const VoiceSettings = lazy(() => import('../voice/VoiceSettings'));

export function AccountSettings({ onClose }: { onClose(): void }) {
  const me = useStore((state) => state.me);
  if (me === null) return null;
  return (
    <Sheet
      title="Account settings"
      onClose={onClose}
      tabs={[
        { name: 'Profile', content: () => <ProfileTab /> },
        { name: 'Sign-in', content: () => <SignInTab /> },
        { name: 'Second factor', content: () => <SecondFactorTab /> },
        {
          name: 'Voice',
          content: () => (
            <Suspense fallback={<p className="hint">Loading…</p>}>
              <VoiceSettings />
            </Suspense>
          ),
        },
      ]}
    />
  );
}

const Saved = ({ on }: { on: boolean }) => (
  <span role="status" className="hint">
    {on && 'Saved.'}
  </span>
);

function ProfileTab() {
  const me = useStore((state) => state.me);
  const id = me?.id ?? '';
  const { value, failure } = useLoaded(useCallback(() => ask(api.profile(id)), [id]));
  if (failure !== null) return <Problem text={failure} />;
  if (me === null || value === null) return <p className="hint">Loading…</p>;
  return <Profile bio={value.user_profile?.bio ?? value.user.bio ?? ''} pronouns={value.user_profile?.pronouns ?? ''} />;
}

function Profile({ bio: knownBio, pronouns: knownPronouns }: { bio: string; pronouns: string }) {
  const me = useStore((state) => state.me);
  const [name, setName] = useState(me?.global_name ?? '');
  const [bio, setBio] = useState(knownBio);
  const [pronouns, setPronouns] = useState(knownPronouns);
  const [avatar, setAvatar] = useState<string | null | undefined>(undefined);
  const [saved, setSaved] = useState(false);
  const form = useSubmission(async () => {
    setSaved(false);
    await updateAccount({ global_name: name.trim() === '' ? null : name.trim(), ...(avatar === undefined ? {} : { avatar }) });
    if (bio !== knownBio || pronouns !== knownPronouns) await ask(api.updateProfile({ bio: bio.trim(), pronouns: pronouns.trim() }));
    setAvatar(undefined);
    setSaved(true);
  });
  if (me === null) return null;
  return (
    <form onSubmit={form.onSubmit} noValidate>
      <PictureField label="Picture" shown={<Avatar user={avatar === null ? { id: me.id } : me} name={displayName(me)} size={72} />} chosen={avatar} removable={me.avatar != null} onChange={setAvatar} problem={form.problem('avatar')} />
      <Field label="Display name" value={name} onChange={setName} maxLength={32} placeholder={me.username} autoComplete="off" hint={`Your username is ${me.username}.`} problem={form.problem('global_name')} />
      <Field label="Pronouns" value={pronouns} onChange={setPronouns} maxLength={40} autoComplete="off" problem={form.problem('pronouns')} />
      <TextField label="About you" value={bio} onChange={setBio} maxLength={190} problem={form.problem('bio')} />
      {form.rest !== null && <Problem text={form.rest} />}
      <div className="save">
        <Saved on={saved} />
        <button type="submit" className="primary" aria-disabled={form.busy}>
          Save
        </button>
      </div>
    </form>
  );
}

function SignInTab() {
  const me = useStore((state) => state.me);
  const [username, setUsername] = useState(me?.username ?? '');
  const [email, setEmail] = useState(me?.email ?? '');
  const [fresh, setFresh] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [saved, setSaved] = useState(false);
  const form = useSubmission(async () => {
    setSaved(false);
    await updateAccount({
      password,
      ...(username.trim() === me?.username ? {} : { username: username.trim() }),
      ...(email.trim() === (me?.email ?? '') ? {} : { email: email.trim() }),
      ...(fresh === '' ? {} : { new_password: fresh }),
      ...(code.trim() === '' ? {} : { code: code.trim() }),
    });
    setPassword('');
    setFresh('');
    setCode('');
    setSaved(true);
  });
  return (
    <>
      <form onSubmit={form.onSubmit} noValidate>
        <Field label="Username" value={username} onChange={setUsername} autoComplete="username" autoCapitalize="none" spellCheck={false} problem={form.problem('username')} />
        <Field label="Email" type="email" value={email} onChange={setEmail} autoComplete="email" problem={form.problem('email')} />
        <Field label="New password" type="password" value={fresh} onChange={setFresh} autoComplete="new-password" hint="Leave it empty to keep the old one. A new one logs you out everywhere else." problem={form.problem('new_password')} />
        <Field label="Current password" type="password" value={password} onChange={setPassword} autoComplete="current-password" required problem={form.problem('password')} />
        {me?.mfa_enabled === true && <Field label="Code of your authenticator app" value={code} onChange={setCode} autoComplete="one-time-code" problem={form.problem('code')} />}
        {form.rest !== null && <Problem text={form.rest} />}
        <div className="save">
          <Saved on={saved} />
          <button type="submit" className="primary" aria-disabled={form.busy || password === ''}>
            Save
          </button>
        </div>
      </form>
      <section className="danger-zone">
        <button type="button" onClick={() => void logOut()}>
          Log out
        </button>
      </section>
    </>
  );
}

function SecondFactorTab() {
  const isOn = useStore((state) => state.me?.mfa_enabled === true);
  return isOn ? <DisableTotp /> : <EnableTotp />;
}

function EnableTotp() {
  const me = useStore((state) => state.me);
  const [secret] = useState(() => base32(crypto.getRandomValues(new Uint8Array(20))));
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const form = useSubmission(() => enableTotp({ password, secret, code: code.trim() }));

  return (
    <form onSubmit={form.onSubmit} noValidate>
      <p className="lead">With a second factor, a login needs a code of an authenticator app as well as the password.</p>
      <p className="step">
        Add this key to your app: <code className="secret">{secret.replace(/(.{4})/g, '$1 ').trim()}</code> <a href={otpAddress(location.host, me?.username ?? '', secret)}>Open it on this device</a>
      </p>
      <Field label="Code that the app shows" value={code} onChange={setCode} autoComplete="one-time-code" inputMode="numeric" problem={form.problem('code')} />
      <Field label="Current password" type="password" value={password} onChange={setPassword} autoComplete="current-password" problem={form.problem('password')} />
      {form.rest !== null && <Problem text={form.rest} />}
      <div className="save">
        <button type="submit" className="primary" aria-disabled={form.busy || code.trim() === '' || password === ''}>
          Turn it on
        </button>
      </div>
    </form>
  );
}

function DisableTotp() {
  const [code, setCode] = useState('');
  const form = useSubmission(() => disableTotp(code.trim()));
  return (
    <form onSubmit={form.onSubmit} noValidate>
      <p className="lead">The second factor is on. Turning it off takes a code, and logs you out everywhere else.</p>
      <Field label="Code of your authenticator app, or a backup code" value={code} onChange={setCode} autoComplete="one-time-code" problem={form.problem('code') ?? form.rest ?? undefined} />
      <div className="save">
        <button type="submit" className="danger" aria-disabled={form.busy || code.trim() === ''}>
          Turn it off
        </button>
      </div>
    </form>
  );
}
