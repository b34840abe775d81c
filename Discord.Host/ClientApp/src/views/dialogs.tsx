import { useEffect, useRef, useState } from 'react';
import { remove, startThread } from '../actions/messages';
import { createGuild, joinGuild } from '../actions/places';
import { ask, inWords } from '../actions/session';
import { api } from '../api';
import { isVoice } from '../guilds';
import { channelPath, navigate } from '../route';
import { ChannelType, type Channel, type Invite, type Message } from '../types';
import { Confirm, Dialog } from './Dialog';
import { Choice, Field, Problem, useSubmission } from './Form';

export function CreateServer({ onClose }: { onClose(): void }) {
  const [name, setName] = useState('');
  const form = useSubmission(async () => {
    await createGuild(name.trim());
    onClose();
  });
  return (
    <Dialog title="Create a server" onClose={onClose}>
      <form onSubmit={form.onSubmit} noValidate>
        <Field label="Server name" value={name} onChange={setName} maxLength={100} autoComplete="off" autoFocus required hint="2 to 100 characters" problem={form.problem('name')} />
        {form.rest !== null && <Problem text={form.rest} />}
        <footer>
          <button type="submit" className="primary" aria-disabled={form.busy}>
            Create
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

export function JoinServer({ onClose }: { onClose(): void }) {
  const [code, setCode] = useState('');
  const form = useSubmission(async () => {
    await joinGuild(code);
    onClose();
  });
  return (
    <Dialog title="Join a server" onClose={onClose}>
      <form onSubmit={form.onSubmit} noValidate>
        <Field
          label="Invite link or code"
          value={code}
          onChange={setCode}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          required
          problem={form.problem('code', '') ?? form.rest ?? undefined}
        />
        <footer>
          <button type="submit" className="primary" aria-disabled={form.busy}>
            Join
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

const kinds = [
  [String(ChannelType.Text), 'Text'],
  [String(ChannelType.Forum), 'Forum: a list of posts'],
  [String(ChannelType.Announcement), 'Announcements'],
  [String(ChannelType.Voice), 'Voice'],
  [String(ChannelType.Stage), 'Stage: some speak, all listen'],
] as const;

/** A channel, or where it stands in no category a category as well. Among voice channels (`beside`) it is most likely one of them. */
export function CreateChannel({ guild, parent, beside, onClose }: { guild: string; parent: Channel | null; beside: readonly Channel[]; onClose(): void }) {
  const [name, setName] = useState('');
  const [type, setType] = useState(String(beside.length > 0 && beside.every(isVoice) ? ChannelType.Voice : ChannelType.Text));
  const form = useSubmission(async () => {
    const channel = await ask(api.createChannel(guild, { name: name.trim(), type: Number(type), ...(parent === null ? {} : { parent_id: parent.id }) }));
    onClose();
    if (channel.type !== ChannelType.Category && !isVoice(channel)) navigate(channelPath(guild, channel.id));
  });
  return (
    <Dialog title={parent === null ? 'Create a channel' : `Create a channel in ${parent.name}`} onClose={onClose}>
      <form onSubmit={form.onSubmit} noValidate>
        <Choice label="Kind" value={type} options={parent === null ? [...kinds, [String(ChannelType.Category), 'Category: a heading over channels']] : kinds} onChange={setType} />
        <Field label="Channel name" value={name} onChange={setName} maxLength={100} autoComplete="off" autoFocus required problem={form.problem('name')} />
        {form.rest !== null && <Problem text={form.rest} />}
        <footer>
          <button type="submit" className="primary" aria-disabled={form.busy}>
            Create
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

export function StartThread({ message, onClose, onStarted }: { message: Message; onClose(): void; onStarted(thread: Channel): void }) {
  const [name, setName] = useState(message.content.replace(/\s+/g, ' ').slice(0, 60).trim());
  const form = useSubmission(async () => {
    const thread = await startThread(message, name.trim());
    onClose();
    onStarted(thread);
  });
  return (
    <Dialog title="Start a thread" onClose={onClose}>
      <form onSubmit={form.onSubmit} noValidate>
        <Field label="Thread name" value={name} onChange={setName} maxLength={100} autoComplete="off" autoFocus required problem={form.problem('name') ?? form.rest ?? undefined} />
        <footer>
          <button type="submit" className="primary" aria-disabled={form.busy || name.trim() === ''}>
            Start
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

const ages = [
  ['1800', '30 minutes'],
  ['3600', 'An hour'],
  ['86400', 'A day'],
  ['604800', '7 days'],
  ['0', 'For ever'],
] as const;

const counts = [
  ['0', 'Any number of people'],
  ['1', '1 person'],
  ['5', '5 people'],
  ['25', '25 people'],
  ['100', '100 people'],
] as const;

/** Makes an invite as soon as it is opened, and another one whenever something else is chosen. */
export function InvitePeople({ guild, channel, onClose }: { guild: string; channel: string; onClose(): void }) {
  const [invite, setInvite] = useState<Invite | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [copied, setCopied] = useState(false);
  const [age, setAge] = useState('604800');
  const [count, setCount] = useState('0');
  const link = useRef<HTMLInputElement>(null);
  const asked = useRef('');

  useEffect(() => {
    // Once for each choice: every call makes another invite.
    const wanted = `${channel} ${age} ${count}`;
    if (asked.current === wanted) return;
    asked.current = wanted;
    setCopied(false);
    ask(api.createInvite(channel, { max_age: Number(age), max_uses: Number(count) })).then(setInvite, (error: unknown) => setFailure(inWords(error)));
  }, [channel, age, count]);

  const copy = async () => {
    setCopied(await copyFrom(link.current));
  };

  return (
    <Dialog title={`Invite people to ${guild}`} onClose={onClose}>
      {failure !== null && <Problem text={failure} />}
      {failure === null && (
        <>
          <div className="field">
            <label htmlFor="invite-link">Invite link</label>
            <div className="joined">
              <input id="invite-link" ref={link} readOnly value={invite === null ? '' : `${location.origin}/invite/${invite.code}`} onFocus={(event) => event.target.select()} />
              <button type="button" className="primary" aria-disabled={invite === null} onClick={() => void copy()}>
                Copy
              </button>
            </div>
          </div>
          <p className="hint" role="status">
            {copied ? 'Copied.' : invite !== null && <Lifetime invite={invite} />}
          </p>
          <div className="pair">
            <Choice label="It works" value={age} options={ages} onChange={setAge} />
            <Choice label="For" value={count} options={counts} onChange={setCount} />
          </div>
        </>
      )}
    </Dialog>
  );
}

function Lifetime({ invite }: { invite: Invite }) {
  const until = invite.expires_at == null ? 'It does not expire.' : `It works until ${new Date(invite.expires_at).toLocaleString(undefined, { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' })}.`;
  return (
    <>
      Whoever has it can join. {until} Its code alone is <code>{invite.code}</code>.
    </>
  );
}

/** The clipboard is there for secure pages only; on plain http in a local network the old way still works. */
async function copyFrom(input: HTMLInputElement | null): Promise<boolean> {
  if (input === null || input.value === '') return false;
  try {
    await navigator.clipboard.writeText(input.value);
    return true;
  } catch {
    input.focus();
    input.select();
    return document.execCommand('copy');
  }
}

export function DeleteMessage({ message, onClose }: { message: Message; onClose(): void }) {
  return (
    <Confirm title="Delete this message?" action="Delete" onClose={onClose} onConfirm={() => remove(message)}>
      {message.content !== '' && <p className="preview">{message.content}</p>}
    </Confirm>
  );
}
