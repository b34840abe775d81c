import { useState, type ReactNode } from 'react';
import { addFriend, befriend, unrelate } from '../actions/people';
import { openDirect } from '../actions/places';
import { attempt } from '../actions/session';
import { displayName, useStore } from '../store';
import { RelationshipType, type Relationship } from '../types';
import { Avatar, statusNames } from './Avatar';
import { Field, useSubmission } from './Form';
import { Icon } from './Icon';

const tabs = ['Online', 'All', 'Pending', 'Blocked'] as const;

type Tab = (typeof tabs)[number];

/** Friends, those who may become some, and those who are blocked. */
export function Friends({ menu }: { menu: ReactNode }) {
  const relationships = useStore((state) => state.relationships);
  const presences = useStore((state) => state.presences);
  const [tab, setTab] = useState<Tab>('All');
  const all = Object.values(relationships);
  const waiting = all.filter(({ type }) => type === RelationshipType.Incoming).length;
  const shown = all.filter(({ id, type }) => {
    switch (tab) {
      case 'Online':
        return type === RelationshipType.Friend && (presences[id]?.status ?? 'offline') !== 'offline';
      case 'All':
        return type === RelationshipType.Friend;
      case 'Pending':
        return type === RelationshipType.Incoming || type === RelationshipType.Outgoing;
      case 'Blocked':
        return type === RelationshipType.Blocked;
    }
  });

  return (
    <div className="conversation">
      <header>
        {menu}
        <h2>
          <Icon name="people" />
          <span className="name">Friends</span>
        </h2>
        <div className="filter" role="group" aria-label="Show">
          {tabs.map((name) => (
            <button key={name} type="button" aria-pressed={name === tab} onClick={() => setTab(name)}>
              {name}
              {name === 'Pending' && waiting > 0 && <span className="count">{waiting}</span>}
            </button>
          ))}
        </div>
      </header>
      <div className="friends">
        <AddFriend />
        <ul aria-label={tab}>
          {shown.map((relationship) => (
            <li key={relationship.id}>
              <Person relationship={relationship} />
            </li>
          ))}
        </ul>
        {shown.length === 0 && <p className="hint">{{ Online: 'None of your friends is here right now.', All: 'You have no friends here yet. Ask somebody by their username.', Pending: 'Nobody is waiting for an answer.', Blocked: 'You have blocked nobody.' }[tab]}</p>}
      </div>
    </div>
  );
}

function AddFriend() {
  const [name, setName] = useState('');
  const [asked, setAsked] = useState<string | null>(null);
  const form = useSubmission(async () => {
    setAsked(null);
    await addFriend(name.trim().replace(/^@/, ''));
    setAsked(name.trim());
    setName('');
  });
  return (
    <form className="inline-form" onSubmit={form.onSubmit} noValidate>
      <Field label="Add a friend" placeholder="Their username" value={name} onChange={setName} autoComplete="off" autoCapitalize="none" spellCheck={false} problem={form.problem('username') ?? form.rest ?? undefined} />
      <button type="submit" className="primary" aria-disabled={form.busy || name.trim() === ''}>
        Send request
      </button>
      <p className="hint" role="status">
        {asked !== null && `You asked ${asked} to be a friend.`}
      </p>
    </form>
  );
}

function Person({ relationship: { id, type, user: known, nickname } }: { relationship: Relationship }) {
  const user = useStore((state) => state.users[id] ?? known);
  const presence = useStore((state) => state.presences[id]);
  if (user === undefined) return null;
  const name = nickname ?? displayName(user);
  const words = presence?.activities?.find((activity) => activity.type === 4)?.state ?? '';
  const about = {
    [RelationshipType.Friend]: words === '' ? statusNames[presence?.status ?? 'offline'] : words,
    [RelationshipType.Incoming]: 'Wants to be your friend',
    [RelationshipType.Outgoing]: 'You asked',
    [RelationshipType.Blocked]: 'Blocked',
  }[type];
  const act = (label: string, run: () => Promise<unknown>, className = '') => (
    <button type="button" className={className} aria-label={`${label} ${name}`} onClick={() => attempt(run())}>
      {label}
    </button>
  );
  return (
    <div className="person-row">
      <Avatar user={user} name={name} presence={type === RelationshipType.Friend} size={40} />
      <span className="who">
        <strong>{name}</strong>
        <span className="hint">{about}</span>
      </span>
      <span className="choices">
        {type === RelationshipType.Friend && act('Message', () => openDirect(id))}
        {type === RelationshipType.Incoming && act('Accept', () => befriend(id), 'primary')}
        {act({ [RelationshipType.Friend]: 'Remove', [RelationshipType.Incoming]: 'Decline', [RelationshipType.Outgoing]: 'Cancel', [RelationshipType.Blocked]: 'Unblock' }[type] ?? 'Remove', () => unrelate(id))}
      </span>
    </div>
  );
}
