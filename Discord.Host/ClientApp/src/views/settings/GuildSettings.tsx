import { useCallback, useRef, useState } from 'react';
import { ask, attempt } from '../../actions/session';
import { api } from '../../api';
import { isText, mayIn, type Guild } from '../../guilds';
import { emojiUrl, pictureFrom } from '../../media';
import { Permission } from '../../permissions';
import { displayName, useStore } from '../../store';
import type { Ban, Emoji, GuildDetails, Invite } from '../../types';
import { Avatar, GuildIcon } from '../Avatar';
import { Confirm, Sheet, type Tab } from '../Dialog';
import { Choice, Field, Problem, TextField, useLoaded, useSubmission } from '../Form';
import { Icon } from '../Icon';
import { PictureField } from './PictureField';
import { RolesTab } from './RolesTab';

type May = (wanted: bigint) => boolean;

const mayEmojis = (may: May) => may(Permission.ManageExpressions) || may(Permission.CreateExpressions);

export const hasGuildSettings = (may: May) => may(Permission.ManageGuild) || may(Permission.ManageRoles) || may(Permission.BanMembers) || mayEmojis(may);

/** A server's settings: the parts that one may change. */
export function GuildSettings({ guild, onClose }: { guild: Guild; onClose(): void }) {
  const me = useStore((state) => state.me?.id);
  const may = mayIn(guild, me);
  const tabs: Tab[] = [
    ...(may(Permission.ManageGuild) ? [{ name: 'Overview', content: () => <OverviewTab guild={guild} isOwner={guild.ownerId === me} onClose={onClose} /> }] : []),
    ...(may(Permission.ManageRoles) ? [{ name: 'Roles', content: () => <RolesTab guild={guild} /> }] : []),
    ...(mayEmojis(may) ? [{ name: 'Emojis', content: () => <EmojisTab guild={guild} /> }] : []),
    ...(may(Permission.ManageGuild) ? [{ name: 'Invites', content: () => <InvitesTab guild={guild} /> }] : []),
    ...(may(Permission.BanMembers) ? [{ name: 'Bans', content: () => <BansTab guild={guild} /> }] : []),
  ];
  return <Sheet title={`Settings of ${guild.name}`} tabs={tabs} onClose={onClose} />;
}

function OverviewTab({ guild, isOwner, onClose }: { guild: Guild; isOwner: boolean; onClose(): void }) {
  const { value, failure } = useLoaded(useCallback(() => ask(api.guild(guild.id)), [guild.id]));
  if (failure !== null) return <Problem text={failure} />;
  return value === null ? <p className="hint">Loading…</p> : <Overview guild={guild} details={value} isOwner={isOwner} onClose={onClose} />;
}

const levels = [
  ['0', 'Anybody'],
  ['1', 'Who has a verified address'],
  ['2', 'Who has been registered for 5 minutes'],
  ['3', 'Who has been a member for 10 minutes'],
  ['4', 'Who has a verified phone'],
] as const;

function Overview({ guild, details, isOwner, onClose }: { guild: Guild; details: GuildDetails; isOwner: boolean; onClose(): void }) {
  const [name, setName] = useState(details.name);
  const [description, setDescription] = useState(details.description ?? '');
  const [welcome, setWelcome] = useState(details.system_channel_id ?? '');
  const [notify, setNotify] = useState(String(details.default_message_notifications));
  const [level, setLevel] = useState(String(details.verification_level));
  const [icon, setIcon] = useState<string | null | undefined>(undefined);
  const [saved, setSaved] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const form = useSubmission(async () => {
    setSaved(false);
    await ask(
      api.updateGuild(guild.id, {
        name: name.trim(),
        description: description.trim() === '' ? null : description.trim(),
        system_channel_id: welcome === '' ? null : welcome,
        default_message_notifications: Number(notify),
        verification_level: Number(level),
        ...(icon === undefined ? {} : { icon }),
      }),
    );
    setIcon(undefined);
    setSaved(true);
  });

  return (
    <>
      <form onSubmit={form.onSubmit} noValidate>
        <PictureField label="Icon" shown={icon === undefined ? <GuildIcon id={guild.id} name={guild.name} icon={guild.icon} size={72} /> : null} chosen={icon} removable={guild.icon !== null} onChange={setIcon} problem={form.problem('icon')} />
        <Field label="Name" value={name} onChange={setName} maxLength={100} autoComplete="off" problem={form.problem('name')} />
        <TextField label="Description" value={description} onChange={setDescription} maxLength={120} rows={2} problem={form.problem('description')} />
        <Choice label="Say in this channel who joins" value={welcome} options={[['', 'Nowhere'], ...guild.channels.filter(isText).map(({ id, name }) => [id, `#${name}`] as const)]} onChange={setWelcome} />
        <Choice label="New members are told of" value={notify} options={[['0', 'Every message'], ['1', 'Mentions only']]} onChange={setNotify} />
        <Choice label="Who may write without a role" value={level} options={levels} onChange={setLevel} />
        {form.rest !== null && <Problem text={form.rest} />}
        <div className="save">
          <span role="status" className="hint">
            {saved && 'Saved.'}
          </span>
          <button type="submit" className="primary" aria-disabled={form.busy}>
            Save
          </button>
        </div>
      </form>
      {isOwner && (
        <section className="danger-zone">
          <h3>Delete this server</h3>
          <p className="hint">Everything in it is gone for everybody, for good.</p>
          <button type="button" className="danger" onClick={() => setDeleting(true)}>
            Delete server
          </button>
        </section>
      )}
      {deleting && <DeleteServer guild={guild} onClose={() => setDeleting(false)} onDeleted={onClose} />}
    </>
  );
}

function DeleteServer({ guild, onClose, onDeleted }: { guild: Guild; onClose(): void; onDeleted(): void }) {
  const [name, setName] = useState('');
  const run = async () => {
    if (name.trim() !== guild.name) return;
    await ask(api.deleteGuild(guild.id));
    onDeleted();
  };
  return (
    <Confirm title={`Delete ${guild.name}?`} action="Delete for good" onClose={onClose} onConfirm={run}>
      <Field label={`Type ${guild.name} to go on`} value={name} onChange={setName} autoComplete="off" />
    </Confirm>
  );
}

const largestEmoji = 256 * 1024;

function EmojisTab({ guild }: { guild: Guild }) {
  const chooser = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const add = async (file: File | undefined) => {
    if (file === undefined) return;
    setProblem(null);
    const picture = await pictureFrom(file, largestEmoji);
    if ('problem' in picture) return setProblem(picture.problem);
    // A name that is allowed, from that of the file; it can be changed afterwards.
    const name = file.name.replace(/\.\w+$/, '').replace(/\W+/g, '_').slice(0, 32);
    attempt(ask(api.createEmoji(guild.id, name.length < 2 ? `emoji_${name}` : name, picture.uri)));
  };

  return (
    <>
      <p className="lead">Small pictures that members can write and react with. PNG, JPEG, GIF or WebP, 256 kB at most.</p>
      <button type="button" className="primary" onClick={() => chooser.current?.click()}>
        Add an emoji
      </button>
      <input
        ref={chooser}
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp"
        hidden
        aria-label="Emoji picture"
        onChange={(event) => {
          void add(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      {problem !== null && <Problem text={problem} />}
      <ul className="rows" aria-label="Emojis">
        {guild.emojis.map((emoji) => (
          <li key={emoji.id}>
            <EmojiRow guild={guild} emoji={emoji} />
          </li>
        ))}
      </ul>
      {guild.emojis.length === 0 && <p className="hint">There are none yet.</p>}
    </>
  );
}

function EmojiRow({ guild, emoji }: { guild: Guild; emoji: Emoji }) {
  const id = emoji.id ?? '';
  const [name, setName] = useState(emoji.name ?? '');
  const rename = () => {
    if (name !== emoji.name) attempt(ask(api.renameEmoji(guild.id, id, name)).catch((error: unknown) => (setName(emoji.name ?? ''), Promise.reject(error))));
  };
  return (
    <>
      <img src={emojiUrl(id)} alt="" width="32" height="32" loading="lazy" />
      <input className="plain" aria-label="Name" value={name} maxLength={32} onChange={(event) => setName(event.target.value)} onBlur={rename} />
      <button type="button" className="icon" aria-label={`Delete ${emoji.name}`} onClick={() => attempt(ask(api.deleteEmoji(guild.id, id)))}>
        <Icon name="trash" />
      </button>
    </>
  );
}

function InvitesTab({ guild }: { guild: Guild }) {
  const { value, failure, set } = useLoaded(useCallback(() => ask(api.guildInvites(guild.id)), [guild.id]));
  const revoke = async (invite: Invite) => {
    await ask(api.revokeInvite(invite.code));
    set((value ?? []).filter(({ code }) => code !== invite.code));
  };
  return (
    <>
      {failure !== null && <Problem text={failure} />}
      <ul className="rows" aria-label="Invites">
        {value?.map((invite) => (
          <li key={invite.code}>
            <span className="who">
              <strong>{invite.code}</strong>
              <span className="hint">
                {invite.inviter !== undefined && `By ${displayName(invite.inviter)}, `}#{invite.channel?.name}, used {invite.uses ?? 0}
                {invite.max_uses !== undefined && invite.max_uses > 0 ? ` of ${invite.max_uses}` : ''} times, {invite.expires_at == null ? 'for ever' : `until ${new Date(invite.expires_at).toLocaleString()}`}
              </span>
            </span>
            <button type="button" className="icon" aria-label={`Revoke ${invite.code}`} title="Revoke" onClick={() => attempt(revoke(invite))}>
              <Icon name="trash" />
            </button>
          </li>
        ))}
      </ul>
      {value?.length === 0 && <p className="hint">No invite is valid right now.</p>}
    </>
  );
}

function BansTab({ guild }: { guild: Guild }) {
  const { value, failure, set } = useLoaded(useCallback(() => ask(api.bans(guild.id)), [guild.id]));
  const lift = async ({ user }: Ban) => {
    await ask(api.unban(guild.id, user.id));
    set((value ?? []).filter((ban) => ban.user.id !== user.id));
  };
  return (
    <>
      {failure !== null && <Problem text={failure} />}
      <ul className="rows" aria-label="Bans">
        {value?.map((ban) => (
          <li key={ban.user.id}>
            <Avatar user={ban.user} name={displayName(ban.user)} size={32} />
            <span className="who">
              <strong>{displayName(ban.user)}</strong>
              <span className="hint">{ban.reason ?? 'No reason was given.'}</span>
            </span>
            <button type="button" aria-label={`Lift the ban of ${displayName(ban.user)}`} onClick={() => attempt(lift(ban))}>
              Lift
            </button>
          </li>
        ))}
      </ul>
      {value?.length === 0 && <p className="hint">Nobody is banned.</p>}
    </>
  );
}
