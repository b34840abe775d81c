import { useEffect, useRef, useState } from 'react';
import { watchMembers } from '../actions/places';
import { ruling, type Guild } from '../guilds';
import { listId, type ListRow } from '../memberlist';
import { displayName, useStore } from '../store';
import type { Channel } from '../types';
import { Avatar } from './Avatar';
import { colorFor, UserButton } from './UserCard';

/** Every row is as high as every other, in pixels: so that the place of any of a hundred thousand is known. */
const rowHeight = 44;

/** Rows drawn above and below what is seen. */
const spare = 8;

/** Who may see a channel: by role, then who is there, then who is not. Only what is on the screen is asked for and drawn. */
export function MemberList({ guild, channel }: { guild: Guild; channel: Channel }) {
  const place = ruling(guild, channel);
  const list = useStore((state) => state.lists[guild.id]?.[listId(guild, place)]);
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ first: 0, last: 30 });

  const measure = () => {
    const element = box.current;
    if (element === null) return;
    const first = Math.max(0, Math.floor(element.scrollTop / rowHeight) - spare);
    const last = Math.ceil((element.scrollTop + element.clientHeight) / rowHeight) + spare;
    if (first !== seen.first || last !== seen.last) setSeen({ first, last });
  };
  useEffect(measure, []);

  // The windows of a hundred rows that what is seen lies in.
  const [from, to] = [Math.floor(seen.first / 100), Math.floor(seen.last / 100)];
  useEffect(() => {
    watchMembers(guild.id, place.id, from * 100, to * 100);
  }, [guild.id, place.id, from, to]);

  if (list === undefined) return <p className="hint padded">Loading members…</p>;
  const rows = Array.from({ length: Math.max(0, Math.min(seen.last, list.rows.length) - seen.first) }, (_, index) => [seen.first + index, list.rows[seen.first + index]] as const);
  return (
    <>
      <h2 className="members-title">
        Members <span className="hint">{list.count.toLocaleString()}</span>
      </h2>
      <div ref={box} className="member-scroll" tabIndex={0} role="group" aria-label="Member list" onScroll={measure}>
        <ul style={{ height: list.rows.length * rowHeight }}>
          {rows.map(([at, row]) => (
            <li key={row === undefined ? at : row.kind === 'group' ? `group ${row.id}` : row.user} style={{ top: at * rowHeight, height: rowHeight }}>
              <Row guild={guild} row={row} />
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}

function Row({ guild, row }: { guild: Guild; row: ListRow | undefined }) {
  if (row === undefined) return <span className="member blank" />;
  if (row.kind === 'member') return <MemberRow guild={guild} id={row.user} />;
  const name = row.id === 'online' ? 'Online' : row.id === 'offline' ? 'Offline' : (guild.roles.find(({ id }) => id === row.id)?.name ?? 'Role');
  return (
    <h3 className="member-group">
      {name} <span>{row.count.toLocaleString()}</span>
    </h3>
  );
}

export function MemberRow({ guild, id }: { guild: Guild | undefined; id: string }) {
  const user = useStore((state) => state.users[id]);
  const offline = useStore((state) => id !== state.me?.id && (state.presences[id]?.status ?? 'offline') === 'offline');
  const words = useStore((state) => (id === state.me?.id ? state.settings.custom_status?.text : state.presences[id]?.activities?.find(({ type }) => type === 4)?.state) ?? '');
  if (user === undefined) return null;
  const member = guild?.members[id];
  const name = member?.nick ?? displayName(user);
  return (
    <UserButton user={id} guild={guild} className={offline ? 'member away' : 'member'} color={colorFor(guild, member)}>
      <Avatar user={user} name={name} guild={guild?.id} member={member} presence size={32} />
      <span className="who">
        <strong>{name}</strong>
        {words !== '' && <span className="hint">{words}</span>}
      </span>
      {guild?.ownerId === id && <span className="badge">Owner</span>}
      {user.bot === true && <span className="badge">Bot</span>}
    </UserButton>
  );
}
