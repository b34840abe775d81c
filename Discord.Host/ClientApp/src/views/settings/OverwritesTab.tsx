import { useState } from 'react';
import { findMembers } from '../../actions/places';
import { ask, attempt } from '../../actions/session';
import { api } from '../../api';
import { isVoice, mayIn, type Guild } from '../../guilds';
import { bits, byHeight, has, Permission, type PermissionName } from '../../permissions';
import { displayName, useStore } from '../../store';
import { OverwriteType, type Channel, type Overwrite } from '../../types';
import { Problem, useSubmission } from '../Form';
import { Icon } from '../Icon';
import { Menu, MenuItem } from '../Popover';
import { RoleDot } from '../UserCard';
import { inChannels, inVoice, permissionNames } from './permissionNames';

/** What a channel allows and denies by itself: to everybody, to roles and to single members. */
export function OverwritesTab({ guild, channel }: { guild: Guild; channel: Channel }) {
  const users = useStore((state) => state.users);
  const [chosen, setChosen] = useState(guild.id);
  const [added, setAdded] = useState<readonly Overwrite[]>([]);
  const stored = channel.permission_overwrites ?? [];
  const everybody = stored.find(({ id }) => id === guild.id) ?? { id: guild.id, type: OverwriteType.Role, allow: '0', deny: '0' };
  const overwrites = [everybody, ...stored.filter(({ id }) => id !== guild.id), ...added.filter(({ id }) => !stored.some((one) => one.id === id))];
  const overwrite = overwrites.find(({ id }) => id === chosen) ?? everybody;

  const nameOf = ({ id, type }: Overwrite) => {
    if (id === guild.id) return 'Everybody';
    if (type === OverwriteType.Role) return guild.roles.find((role) => role.id === id)?.name ?? 'A deleted role';
    return guild.members[id]?.nick ?? (users[id] === undefined ? 'A member' : displayName(users[id]));
  };
  const add = (id: string, type: number) => {
    setAdded([...added, { id, type, allow: '0', deny: '0' }]);
    setChosen(id);
  };
  const drop = async ({ id }: Overwrite) => {
    if (stored.some((one) => one.id === id)) await ask(api.deleteOverwrite(channel.id, id));
    setAdded(added.filter((one) => one.id !== id));
    setChosen(guild.id);
  };

  return (
    <div className="split">
      <div>
        <AddOverwrite guild={guild} taken={overwrites.map(({ id }) => id)} onAdd={add} />
        <ul className="rows" aria-label="Who has rules of their own">
          {overwrites.map((one) => (
            <li key={one.id}>
              <button type="button" className="pick" aria-pressed={one.id === overwrite.id} onClick={() => setChosen(one.id)}>
                {one.type === OverwriteType.Role ? <RoleDot color={guild.roles.find(({ id }) => id === one.id)?.color} /> : <Icon name="person" />}
                <span>{nameOf(one)}</span>
              </button>
              {one.id !== guild.id && (
                <button type="button" className="icon small" aria-label={`Remove the rules of ${nameOf(one)}`} onClick={() => attempt(drop(one))}>
                  <Icon name="trash" />
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
      <OverwriteEditor key={`${overwrite.id} ${overwrite.allow} ${overwrite.deny}`} guild={guild} channel={channel} overwrite={overwrite} name={nameOf(overwrite)} />
    </div>
  );
}

function AddOverwrite({ guild, taken, onAdd }: { guild: Guild; taken: readonly string[]; onAdd(id: string, type: number): void }) {
  const users = useStore((state) => state.users);
  const [wanted, setWanted] = useState('');
  const roles = guild.roles.filter(({ id, name }) => !taken.includes(id) && name.toLowerCase().includes(wanted.toLowerCase())).sort(byHeight);
  const members = wanted === '' ? [] : Object.keys(guild.members).filter((id) => !taken.includes(id) && `${guild.members[id]?.nick ?? ''} ${users[id]?.username ?? ''} ${users[id]?.global_name ?? ''}`.toLowerCase().includes(wanted.toLowerCase()));
  return (
    <Menu label="Add a role or member" className="primary" text="Add a role or member">
      {(close) => (
        <>
          <input
            type="search"
            className="plain"
            aria-label="Find a role or member"
            placeholder="Find a role or member"
            autoFocus
            value={wanted}
            onChange={(event) => {
              setWanted(event.target.value);
              if (event.target.value !== '') findMembers(guild.id, event.target.value);
            }}
          />
          {roles.slice(0, 12).map(({ id, name, color }) => (
            <MenuItem
              key={id}
              onPick={() => {
                close();
                onAdd(id, OverwriteType.Role);
              }}
            >
              <RoleDot color={color} /> {name}
            </MenuItem>
          ))}
          {members.slice(0, 12).map((id) => (
            <MenuItem
              key={id}
              icon="person"
              onPick={() => {
                close();
                onAdd(id, OverwriteType.Member);
              }}
            >
              {guild.members[id]?.nick ?? (users[id] === undefined ? id : displayName(users[id]))}
            </MenuItem>
          ))}
        </>
      )}
    </Menu>
  );
}

const states = [
  ['deny', 'Denied', 'close'],
  ['inherit', 'As the roles say', 'more'],
  ['allow', 'Allowed', 'check'],
] as const;

function OverwriteEditor({ guild, channel, overwrite, name }: { guild: Guild; channel: Channel; overwrite: Overwrite; name: string }) {
  const me = useStore((state) => state.me?.id);
  const may = mayIn(guild, me, channel);
  const [allow, setAllow] = useState(bits(overwrite.allow));
  const [deny, setDeny] = useState(bits(overwrite.deny));
  const form = useSubmission(() => ask(api.setOverwrite(channel.id, { ...overwrite, allow: String(allow), deny: String(deny) })));
  const changed = allow !== bits(overwrite.allow) || deny !== bits(overwrite.deny);

  const set = (bit: bigint, state: (typeof states)[number][0]) => {
    setAllow(state === 'allow' ? allow | bit : allow & ~bit);
    setDeny(state === 'deny' ? deny | bit : deny & ~bit);
  };

  return (
    <form onSubmit={form.onSubmit}>
      <h3>{name}</h3>
      {(isVoice(channel) ? inVoice : inChannels).map((key: PermissionName) => {
        const bit = Permission[key];
        const now = has(allow, bit) ? 'allow' : has(deny, bit) ? 'deny' : 'inherit';
        return (
          <fieldset key={key} className="tri" disabled={!may(bit)}>
            <legend>{permissionNames[key]}</legend>
            {states.map(([state, text, icon]) => (
              <label key={state} className={state} title={text}>
                <input type="radio" name={key} checked={state === now} onChange={() => set(bit, state)} />
                <Icon name={icon} />
                <span className="unseen">{text}</span>
              </label>
            ))}
          </fieldset>
        );
      })}
      {form.rest !== null && <Problem text={form.rest} />}
      <div className="save">
        <button type="submit" className="primary" aria-disabled={form.busy || !changed}>
          Save
        </button>
      </div>
    </form>
  );
}
