import { useState } from 'react';
import { ask, attempt } from '../../actions/session';
import { api } from '../../api';
import { mayIn, type Guild } from '../../guilds';
import { bits, byHeight, has, height, Permission, type PermissionName } from '../../permissions';
import { useStore } from '../../store';
import type { Role } from '../../types';
import { Confirm } from '../Dialog';
import { Field, Problem, Switch, useSubmission } from '../Form';
import { Icon } from '../Icon';
import { cssColor } from '../naming';
import { RoleDot } from '../UserCard';
import { permissionNames } from './permissionNames';

/** The roles from the highest to everybody's, and beside them the one that is being changed. */
export function RolesTab({ guild }: { guild: Guild }) {
  const me = useStore((state) => state.me?.id ?? '');
  const [chosen, setChosen] = useState<string | null>(null);
  const roles = [...guild.roles].sort(byHeight);
  const role = roles.find(({ id }) => id === chosen);
  const own = height(guild, me, guild.members[me]);
  /** Only what stands below one's own highest role can be changed. */
  const below = (one: Role | undefined) => one !== undefined && (one.position ?? 0) < own;

  const move = (at: number, by: 1 | -1) => {
    const next = [...roles];
    const [taken] = next.splice(at, 1);
    if (taken === undefined) return;
    next.splice(at + by, 0, taken);
    // Everybody's role is the last and stays there; heights are counted from it.
    const changed = next.map(({ id, position }, index) => ({ id, position: next.length - 1 - index, before: position })).filter(({ id, position, before }) => id !== guild.id && position !== before);
    attempt(ask(api.moveRoles(guild.id, changed.map(({ id, position }) => ({ id, position })))));
  };
  const create = async () => setChosen((await ask(api.createRole(guild.id, { name: 'New role' }))).id);

  return (
    <div className="split">
      <div>
        <button type="button" className="primary" onClick={() => attempt(create())}>
          Create role
        </button>
        <ul className="rows" aria-label="Roles">
          {roles.map((one, at) => (
            <li key={one.id}>
              <button type="button" className="pick" aria-pressed={one.id === chosen} onClick={() => setChosen(one.id)}>
                <RoleDot color={one.color} />
                <span>{one.id === guild.id ? 'Everybody' : one.name}</span>
                {!below(one) && one.id !== guild.id && <Icon name="lock" label="Above your own" />}
              </button>
              {one.id !== guild.id && below(one) && (
                <span className="movers">
                  <button type="button" className="icon small" aria-label={`Move ${one.name} up`} disabled={!below(roles[at - 1])} onClick={() => move(at, -1)}>
                    <Icon name="up" />
                  </button>
                  <button type="button" className="icon small" aria-label={`Move ${one.name} down`} disabled={roles[at + 1]?.id === guild.id} onClick={() => move(at, 1)}>
                    <Icon name="down" />
                  </button>
                </span>
              )}
            </li>
          ))}
        </ul>
      </div>
      {role === undefined ? (
        <p className="hint">Choose a role to see what it allows. A member may do what any of their roles allows.</p>
      ) : (
        <RoleEditor key={role.id} guild={guild} role={role} locked={role.id !== guild.id && !below(role)} onDeleted={() => setChosen(null)} />
      )}
    </div>
  );
}

function RoleEditor({ guild, role, locked, onDeleted }: { guild: Guild; role: Role; locked: boolean; onDeleted(): void }) {
  const me = useStore((state) => state.me?.id);
  const may = mayIn(guild, me);
  const isEverybody = role.id === guild.id;
  const [name, setName] = useState(role.name);
  const [color, setColor] = useState(role.color ?? 0);
  const [hoist, setHoist] = useState(role.hoist ?? false);
  const [mentionable, setMentionable] = useState(role.mentionable ?? false);
  const [allowed, setAllowed] = useState(bits(role.permissions));
  const [saved, setSaved] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const form = useSubmission(async () => {
    setSaved(false);
    await ask(api.updateRole(guild.id, role.id, { permissions: String(allowed), ...(isEverybody ? {} : { name: name.trim(), color, hoist, mentionable }) }));
    setSaved(true);
  });

  return (
    <form onSubmit={form.onSubmit} noValidate>
      {locked && <p className="lead">This role stands above your own: you can look at it and no more.</p>}
      <fieldset disabled={locked}>
        <legend className="unseen">{isEverybody ? 'Everybody' : role.name}</legend>
        {!isEverybody && (
          <>
            <Field label="Name" value={name} onChange={setName} maxLength={100} autoComplete="off" problem={form.problem('name')} />
            <div className="field">
              <label htmlFor="role-color">Colour</label>
              <div className="joined">
                <input id="role-color" type="color" value={cssColor(color) ?? '#808080'} onChange={(event) => setColor(parseInt(event.target.value.slice(1), 16))} />
                {color !== 0 && (
                  <button type="button" onClick={() => setColor(0)}>
                    No colour
                  </button>
                )}
              </div>
            </div>
            <Switch label="Listed apart" hint="Its members have a group of their own in the member list." on={hoist} onChange={setHoist} />
            <Switch label="Can be mentioned by everybody" on={mentionable} onChange={setMentionable} />
          </>
        )}
        <h3>Permissions</h3>
        {(Object.entries(permissionNames) as [PermissionName, string][]).map(([key, text]) => (
          <Switch key={key} label={text} on={has(allowed, Permission[key])} disabled={!may(Permission[key])} onChange={(on) => setAllowed(on ? allowed | Permission[key] : allowed & ~Permission[key])} />
        ))}
      </fieldset>
      {form.rest !== null && <Problem text={form.rest} />}
      {!locked && (
        <div className="save">
          {!isEverybody && role.managed !== true && (
            <button type="button" className="danger-text" onClick={() => setDeleting(true)}>
              Delete role
            </button>
          )}
          <span role="status" className="hint">
            {saved && 'Saved.'}
          </span>
          <button type="submit" className="primary" aria-disabled={form.busy}>
            Save
          </button>
        </div>
      )}
      {deleting && (
        <Confirm
          title={`Delete ${role.name}?`}
          action="Delete"
          onClose={() => setDeleting(false)}
          onConfirm={async () => {
            await ask(api.deleteRole(guild.id, role.id));
            onDeleted();
          }}
        >
          <p className="lead">Whoever has it loses it.</p>
        </Confirm>
      )}
    </form>
  );
}
