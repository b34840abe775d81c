import { lazy, Suspense, useState } from 'react';
import { setStatus } from '../actions/people';
import { attempt, logOut } from '../actions/session';
import { toggleDeaf, toggleMute } from '../actions/voice';
import { displayName, useStore } from '../store';
import type { Status } from '../types';
import { Avatar, StatusDot, statusNames } from './Avatar';
import { Dialog } from './Dialog';
import { Field, useSubmission } from './Form';
import { Icon } from './Icon';
import { MenuItem, Popover, useOpen } from './Popover';
import { AccountSettings } from './settings/AccountSettings';
import { useLive } from '../voice/live';
import { usePreferences } from '../voice/preferences';

const VoicePanel = lazy(() => import('./voice/VoicePanel'));

const statuses: readonly Status[] = ['online', 'idle', 'dnd', 'invisible'];

/** Oneself: what others see and hear, and the way to one's account. Above it the conversation that one is in. */
export function MePanel({ onPick }: { onPick(): void }) {
  const place = useLive((live) => live.place);
  return (
    <>
      {place !== null && (
        <Suspense fallback={<section className="voice-panel" aria-busy="true" />}>
          <VoicePanel place={place} onPick={onPick} />
        </Suspense>
      )}
      <Self />
    </>
  );
}

function Self() {
  const me = useStore((state) => state.me);
  const { status = 'online', custom_status } = useStore((state) => state.settings);
  const { open, anchor, close, toggle } = useOpen();
  const [task, setTask] = useState<'account' | 'words' | null>(null);
  if (me === null) return null;
  const words = custom_status?.text ?? '';

  const pick = (one: Status) => {
    close();
    attempt(setStatus(one, words));
  };
  return (
    <footer className="me">
      <button ref={anchor} type="button" className="self" aria-haspopup="menu" aria-expanded={open} onClick={toggle}>
        <Avatar user={me} name={displayName(me)} presence size={34} />
        <span className="who">
          <strong>{displayName(me)}</strong>
          <span>{words !== '' ? words : displayName(me) === me.username ? statusNames[status] : me.username}</span>
        </span>
      </button>
      <Ears />
      <button type="button" className="icon" aria-label="Account settings" title="Account settings" onClick={() => setTask('account')}>
        <Icon name="gear" />
      </button>
      {open && (
        <Popover anchor={anchor} label="Your status" role="menu" className="menu-list" onClose={close}>
          {statuses.map((one) => (
            <MenuItem key={one} checked={one === status} onPick={() => pick(one)}>
              <StatusDot status={one} /> {statusNames[one]}
            </MenuItem>
          ))}
          <MenuItem
            icon="edit"
            onPick={() => {
              close();
              setTask('words');
            }}
          >
            {words === '' ? 'Say what you are up to' : 'Change what it says'}
          </MenuItem>
          <MenuItem icon="leave" onPick={() => void logOut()}>
            Log out
          </MenuItem>
        </Popover>
      )}
      {task === 'account' && <AccountSettings onClose={() => setTask(null)} />}
      {task === 'words' && <OwnWords status={status} words={words} onClose={() => setTask(null)} />}
    </footer>
  );
}

/** Whether one is heard and hears, also before one joins. */
export function Ears() {
  const { muted, deafened } = usePreferences();
  const silent = muted || deafened;
  return (
    <>
      <button type="button" className={silent ? 'icon off' : 'icon'} aria-label="Mute" title={silent ? 'Unmute' : 'Mute'} aria-pressed={silent} onClick={toggleMute}>
        <Icon name={silent ? 'micoff' : 'mic'} />
      </button>
      <button type="button" className={deafened ? 'icon off' : 'icon'} aria-label="Deafen" title={deafened ? 'Hear again' : 'Deafen'} aria-pressed={deafened} onClick={toggleDeaf}>
        <Icon name={deafened ? 'deaf' : 'headphones'} />
      </button>
    </>
  );
}

function OwnWords({ status, words, onClose }: { status: Status; words: string; onClose(): void }) {
  const [text, setText] = useState(words);
  const form = useSubmission(async () => {
    await setStatus(status, text.trim());
    onClose();
  });
  return (
    <Dialog title="What are you up to?" onClose={onClose}>
      <form onSubmit={form.onSubmit}>
        <Field label="Others see it beside your name" value={text} onChange={setText} maxLength={128} autoComplete="off" autoFocus problem={form.problem('custom_status.text') ?? form.rest ?? undefined} />
        <footer>
          {words !== '' && (
            <button type="button" onClick={() => attempt(setStatus(status, '').then(onClose))}>
              Clear
            </button>
          )}
          <button type="submit" className="primary" aria-disabled={form.busy}>
            Save
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
