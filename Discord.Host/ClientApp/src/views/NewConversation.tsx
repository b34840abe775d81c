import { useState } from 'react';
import { openDirect } from '../actions/places';
import { ask } from '../actions/session';
import { api } from '../api';
import { displayName, useStore } from '../store';
import { RelationshipType, type Channel } from '../types';
import { Avatar } from './Avatar';
import { Dialog } from './Dialog';
import { Field, Problem, useSubmission } from './Form';

/** Others in a group at most. */
const mostOthers = 9;

/** Chooses friends to write to: one, or several for a group. With `group` they join that one. */
export function NewConversation({ group, onClose }: { group?: Channel; onClose(): void }) {
  const relationships = useStore((state) => state.relationships);
  const users = useStore((state) => state.users);
  const [wanted, setWanted] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const inside = (group?.recipients ?? []).map(({ id }) => id);
  const friends = Object.values(relationships)
    .filter(({ id, type }) => type === RelationshipType.Friend && !inside.includes(id))
    .flatMap(({ id, user }) => users[id] ?? user ?? [])
    .filter((user) => `${displayName(user)} ${user.username}`.toLowerCase().includes(wanted.trim().toLowerCase()))
    .sort((a, b) => displayName(a).localeCompare(displayName(b)));
  const left = mostOthers - inside.length - chosen.length;

  const form = useSubmission(async () => {
    if (group === undefined) await openDirect(...chosen);
    else for (const id of chosen) await ask(api.addRecipient(group.id, id));
    onClose();
  });

  return (
    <Dialog title={group === undefined ? 'New message' : 'Add people'} onClose={onClose}>
      <form onSubmit={form.onSubmit}>
        <Field label="Find a friend" type="search" value={wanted} onChange={setWanted} autoComplete="off" autoFocus hint={left > 0 ? `You can choose ${left} more.` : 'The group is full.'} />
        <ul className="picks" aria-label="Friends">
          {friends.map((user) => (
            <li key={user.id}>
              <label className="check">
                <input
                  type="checkbox"
                  checked={chosen.includes(user.id)}
                  disabled={left <= 0 && !chosen.includes(user.id)}
                  onChange={(event) => setChosen(event.target.checked ? [...chosen, user.id] : chosen.filter((id) => id !== user.id))}
                />
                <Avatar user={user} name={displayName(user)} size={32} />
                {displayName(user)} <span className="hint">{user.username}</span>
              </label>
            </li>
          ))}
        </ul>
        {friends.length === 0 && <p className="hint padded">There is no friend to choose. People whom you share a server with you find in its member list.</p>}
        {form.rest !== null && <Problem text={form.rest} />}
        <footer>
          <button type="submit" className="primary" aria-disabled={form.busy || chosen.length === 0} disabled={chosen.length === 0}>
            {group !== undefined ? 'Add' : chosen.length > 1 ? 'Start a group' : 'Write'}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
