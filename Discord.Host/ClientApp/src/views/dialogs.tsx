import { useEffect, useRef, useState } from 'react';
import { createGuild, createInvite, inWords, joinGuild, remove } from '../actions';
import type { Invite, Message } from '../types';
import { Dialog } from './Dialog';
import { Field, Problem, useSubmission } from './Form';

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

/** Makes an invite as soon as it is opened. */
export function InvitePeople({ guild, channel, onClose }: { guild: string; channel: string; onClose(): void }) {
  const [invite, setInvite] = useState<Invite | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [copied, setCopied] = useState(false);
  const link = useRef<HTMLInputElement>(null);
  const asked = useRef(false);

  useEffect(() => {
    // Once: each call makes another invite.
    if (asked.current) return;
    asked.current = true;
    createInvite(channel).then(setInvite, (error: unknown) => setFailure(inWords(error)));
  }, [channel]);

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
        </>
      )}
    </Dialog>
  );
}

function Lifetime({ invite }: { invite: Invite }) {
  const until = invite.expires_at == null ? 'It does not expire.' : `It works until ${new Date(invite.expires_at).toLocaleDateString(undefined, { weekday: 'long', day: 'numeric', month: 'long' })}.`;
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
  const form = useSubmission(async () => {
    await remove(message);
    onClose();
  });
  return (
    <Dialog title="Delete this message?" onClose={onClose}>
      <form onSubmit={form.onSubmit}>
        <p className="preview">{message.content}</p>
        {form.rest !== null && <Problem text={form.rest} />}
        <footer>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="danger" autoFocus aria-disabled={form.busy}>
            Delete
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
