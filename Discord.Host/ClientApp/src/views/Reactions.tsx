import { useState } from 'react';
import { react } from '../actions/messages';
import { ask, attempt } from '../actions/session';
import { api, emojiKey } from '../api';
import { nameOf } from '../emoji';
import { emojiUrl } from '../media';
import { displayName } from '../store';
import type { Emoji, Message, Reaction } from '../types';
import type { Rowing } from './MessageRow';

export function Reactions({ message, rowing }: { message: Message; rowing: Rowing }) {
  const { reactions = [] } = message;
  if (reactions.length === 0) return null;
  return (
    <ul className="reactions" aria-label="Reactions">
      {reactions.map((reaction) => (
        <li key={emojiKey(reaction.emoji)}>
          <ReactionButton message={message} reaction={reaction} rowing={rowing} />
        </li>
      ))}
    </ul>
  );
}

function ReactionButton({ message, reaction: { emoji, count, me }, rowing }: { message: Message; reaction: Reaction; rowing: Rowing }) {
  const [who, setWho] = useState<string | null>(null);
  const name = emoji.id === null ? nameOf(emoji.name) : (emoji.name ?? '');
  const people = () => {
    ask(api.reactors(message.channel_id, message.id, emoji)).then(
      (users) => setWho(users.map((user) => rowing.names.user(user.id) ?? displayName(user)).join(', ') + (count > users.length ? ` and ${count - users.length} more` : '')),
      () => setWho(null),
    );
  };
  return (
    <button
      type="button"
      className="reaction"
      aria-pressed={me}
      aria-label={`${name}, ${count}`}
      title={who === null ? name : `${who} reacted with ${name}`}
      onPointerEnter={people}
      onClick={() => attempt(react(message, emoji, !me))}
    >
      <EmojiSign emoji={emoji} />
      <span className="number">{count}</span>
    </button>
  );
}

export function EmojiSign({ emoji }: { emoji: Emoji }) {
  if (emoji.id === null) return <span className="emoji">{emoji.name}</span>;
  return <img className="emoji" src={emojiUrl(emoji.id)} alt={`:${emoji.name}:`} width="20" height="20" loading="lazy" draggable={false} />;
}
