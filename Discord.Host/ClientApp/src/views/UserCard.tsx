import { lazy, Suspense, useCallback, useState, type ReactNode } from 'react';
import { befriend, block, setNote, unrelate } from '../actions/people';
import { openDirect } from '../actions/places';
import { ask, attempt } from '../actions/session';
import { api } from '../api';
import { colorOf, mayIn, type Guild } from '../guilds';
import { byHeight, height, Permission } from '../permissions';
import { displayName, useStore } from '../store';
import { RelationshipType, type Member, type User } from '../types';
import { voicesOf } from '../voices';
import { Avatar, StatusDot, statusNames } from './Avatar';
import { Confirm } from './Dialog';
import { useLoaded } from './Form';
import { Icon } from './Icon';
import { cssColor } from './naming';
import { Menu, MenuItem, Popover, useOpen } from './Popover';

const InVoice = lazy(() => import('./voice/InVoice'));

/** Somebody's name or picture: pressing it shows who they are. */
export function UserButton({ user, guild, className, color, children }: { user: string; guild?: Guild | undefined; className: string; color?: string | undefined; children: ReactNode }) {
  const { open, anchor, close, toggle } = useOpen();
  return (
    <>
      <button ref={anchor} type="button" className={`${className} bare`} style={color === undefined ? undefined : ({ '--role': color } as React.CSSProperties)} data-role={color === undefined ? undefined : ''} aria-haspopup="dialog" aria-expanded={open} onClick={toggle}>
        {children}
      </button>
      {open && <UserCard id={user} guild={guild} anchor={anchor} onClose={close} />}
    </>
  );
}

function UserCard({ id, guild, anchor, onClose }: { id: string; guild: Guild | undefined; anchor: React.RefObject<HTMLElement | null>; onClose(): void }) {
  const user = useStore((state) => state.users[id]);
  const me = useStore((state) => state.me?.id);
  const presence = useStore((state) => (id === me ? undefined : state.presences[id]));
  const { value } = useLoaded(useCallback(() => ask(api.profile(id, guild?.id)), [id, guild?.id]));
  const [asking, setAsking] = useState<'kick' | 'ban' | null>(null);
  const voice = useStore((state) => voicesOf(state.voices, guild?.id ?? null)[id]);
  if (user === undefined) return null;
  const member = guild?.members[id];
  const name = member?.nick ?? displayName(user);
  const words = presence?.activities?.find(({ type }) => type === 4)?.state ?? '';
  const bio = value?.user_profile?.bio ?? value?.user.bio ?? '';
  const mutual = value?.mutual_guilds?.length ?? 0;

  return (
    <>
      <Popover anchor={anchor} label={`About ${name}`} side="beside" className="user-card" onClose={onClose}>
        <header>
          <Avatar user={user} name={name} guild={guild?.id} member={member} size={72} />
          <div className="names">
            <h3>{name}</h3>
            <p className="hint">
              {user.username}
              {user.bot === true && <span className="badge">Bot</span>}
            </p>
          </div>
        </header>
        {id !== me && (
          <p className="hint presence">
            <StatusDot status={presence?.status ?? 'offline'} /> {words === '' ? statusNames[presence?.status ?? 'offline'] : words}
          </p>
        )}
        {bio !== '' && <p className="bio">{bio}</p>}
        {id !== me && mutual > 1 && <p className="hint">You share {mutual} servers.</p>}
        {guild !== undefined && <Roles guild={guild} id={id} member={member} me={me} />}
        {voice !== undefined && (
          <Suspense>
            <InVoice guild={guild} state={voice} />
          </Suspense>
        )}
        {id !== me && <Note id={id} />}
        {id !== me && <Doings user={user} guild={guild} member={member} me={me} onClose={onClose} onAsk={setAsking} />}
      </Popover>
      {asking !== null && guild !== undefined && <Removal what={asking} guild={guild} user={user} onClose={() => setAsking(null)} />}
    </>
  );
}

/** The roles of a member; those that one may give or take carry a button for it. */
function Roles({ guild, id, member, me }: { guild: Guild; id: string; member: Member | undefined; me: string | undefined }) {
  const own = me === undefined ? 0 : height(guild, me, guild.members[me]);
  const mayGive = mayIn(guild, me)(Permission.ManageRoles);
  const held = guild.roles.filter((role) => member?.roles?.includes(role.id) === true).sort(byHeight);
  const givable = mayGive ? guild.roles.filter((role) => role.id !== guild.id && role.managed !== true && (role.position ?? 0) < own && !held.includes(role)).sort(byHeight) : [];
  if (held.length === 0 && givable.length === 0) return null;
  return (
    <section className="card-roles" aria-label="Roles">
      <h4>Roles</h4>
      <ul>
        {held.map((role) => (
          <li key={role.id} className="role-chip">
            <RoleDot color={role.color} />
            {role.name}
            {mayGive && role.managed !== true && (role.position ?? 0) < own && (
              <button type="button" className="icon tiny" aria-label={`Take ${role.name}`} onClick={() => attempt(ask(api.takeRole(guild.id, id, role.id)))}>
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
        {givable.length > 0 && (
          <li>
            <Menu label="Give a role" icon="add" className="icon small">
              {(close) =>
                givable.map((role) => (
                  <MenuItem
                    key={role.id}
                    onPick={() => {
                      close();
                      attempt(ask(api.giveRole(guild.id, id, role.id)));
                    }}
                  >
                    <RoleDot color={role.color} /> {role.name}
                  </MenuItem>
                ))
              }
            </Menu>
          </li>
        )}
      </ul>
    </section>
  );
}

export function RoleDot({ color }: { color: number | undefined }) {
  return <span className="role-dot" style={{ backgroundColor: cssColor(color) }} aria-hidden="true" />;
}

/** What one wrote down for oneself. Saved when one goes on to something else. */
function Note({ id }: { id: string }) {
  const saved = useStore((state) => state.notes[id] ?? '');
  const [text, setText] = useState(saved);
  return (
    <label className="note">
      <span>Note, for you alone</span>
      <textarea rows={2} maxLength={256} value={text} onChange={(event) => setText(event.target.value)} onBlur={() => text !== saved && attempt(setNote(id, text))} />
    </label>
  );
}

function Doings({ user, guild, member, me, onClose, onAsk }: { user: User; guild: Guild | undefined; member: Member | undefined; me: string | undefined; onClose(): void; onAsk(what: 'kick' | 'ban'): void }) {
  const relation = useStore((state) => state.relationships[user.id]?.type);
  const may = guild === undefined ? () => false : mayIn(guild, me);
  const below = guild !== undefined && me !== undefined && height(guild, user.id, member) < height(guild, me, guild.members[me]);
  const run = (action: Promise<unknown>) => attempt(action);
  const timedOut = Date.parse(member?.communication_disabled_until ?? '') > Date.now();
  return (
    <div className="choices">
      <button
        type="button"
        className="primary"
        onClick={() => {
          onClose();
          run(openDirect(user.id));
        }}
      >
        Message
      </button>
      {relation === undefined && user.bot !== true && (
        <button type="button" onClick={() => run(befriend(user.id))}>
          Add friend
        </button>
      )}
      {relation === RelationshipType.Incoming && (
        <button type="button" onClick={() => run(befriend(user.id))}>
          Accept
        </button>
      )}
      {relation === RelationshipType.Outgoing && <p className="hint">Asked to be a friend</p>}
      <Menu label="More about them">
        {(close) => {
          const item = (action: () => Promise<unknown>) => () => {
            close();
            run(action());
          };
          return (
            <>
              {(relation === RelationshipType.Friend || relation === RelationshipType.Outgoing) && (
                <MenuItem icon="person" onPick={item(() => unrelate(user.id))}>
                  {relation === RelationshipType.Friend ? 'End friendship' : 'Take request back'}
                </MenuItem>
              )}
              {relation === RelationshipType.Blocked ? (
                <MenuItem icon="check" onPick={item(() => unrelate(user.id))}>
                  Unblock
                </MenuItem>
              ) : (
                <MenuItem icon="mute" danger onPick={item(() => block(user.id))}>
                  Block
                </MenuItem>
              )}
              {guild !== undefined && member !== undefined && below && may(Permission.ModerateMembers) && (
                <MenuItem icon="lock" onPick={item(() => ask(api.updateMember(guild.id, user.id, { communication_disabled_until: timedOut ? null : new Date(Date.now() + 3_600_000).toISOString() })))}>
                  {timedOut ? 'End the timeout' : 'Time out for an hour'}
                </MenuItem>
              )}
              {member !== undefined && below && may(Permission.KickMembers) && (
                <MenuItem icon="leave" danger onPick={() => onAsk('kick')}>
                  Remove from the server
                </MenuItem>
              )}
              {below && may(Permission.BanMembers) && (
                <MenuItem icon="trash" danger onPick={() => onAsk('ban')}>
                  Ban
                </MenuItem>
              )}
            </>
          );
        }}
      </Menu>
    </div>
  );
}

function Removal({ what, guild, user, onClose }: { what: 'kick' | 'ban'; guild: Guild; user: User; onClose(): void }) {
  const [purge, setPurge] = useState(false);
  const name = displayName(user);
  const run = () => ask(what === 'kick' ? api.kick(guild.id, user.id) : api.ban(guild.id, user.id, purge ? 86_400 : 0));
  return (
    <Confirm title={what === 'kick' ? `Remove ${name} from ${guild.name}?` : `Ban ${name} from ${guild.name}?`} action={what === 'kick' ? 'Remove' : 'Ban'} onClose={onClose} onConfirm={run}>
      <p className="lead">{what === 'kick' ? 'They can come back with an invite.' : 'They cannot come back until the ban is lifted.'}</p>
      {what === 'ban' && (
        <label className="check">
          <input type="checkbox" checked={purge} onChange={(event) => setPurge(event.target.checked)} /> Delete what they wrote in the last day
        </label>
      )}
    </Confirm>
  );
}

export const colorFor = (guild: Guild | undefined, member: Member | undefined) => cssColor(guild === undefined ? 0 : colorOf(guild, member));
