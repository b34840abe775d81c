import { useEffect, useId, useMemo, useState, type KeyboardEvent, type RefObject } from 'react';
import { findMembers } from '../actions/places';
import { findEmojis } from '../emoji';
import type { Guild } from '../guilds';
import { emojiUrl } from '../media';
import { displayName, useStore, type State } from '../store';
import type { Channel } from '../types';
import { unfinished, type Nameable } from '../wire';
import { Avatar } from './Avatar';

const most = 8;

interface Suggestion {
  key: string;
  /** What completes the text. */
  text: string;
  label: string;
  hint?: string;
  user?: string;
  emoji?: string;
}

interface Options {
  guild: Guild | undefined;
  channel: Channel;
  text: string;
  box: RefObject<HTMLTextAreaElement | null>;
  known: readonly Nameable[];
  onChange(text: string): void;
}

/** Completes names while they are typed. The keys belong to the list while it is open. */
export function useSuggestions({ guild, channel, text, box, known, onChange }: Options) {
  const id = useId();
  const users = useStore((state) => state.users);
  const [caret, setCaret] = useState<number | null>(null);
  const [chosen, setChosen] = useState(0);
  const [dropped, setDropped] = useState<number | null>(null);
  const typed = caret === null ? null : unfinished(text, caret);
  const open = typed !== null && typed.from !== dropped ? typed : null;
  const list = useMemo(() => (open === null ? [] : suggest(open.sign, open.begin.toLowerCase(), guild, channel, users, known)), [open?.sign, open?.begin, guild, channel, users, known]);
  const at = Math.min(chosen, list.length - 1);

  const asked = open?.sign === '@' && open.begin !== '' && guild !== undefined ? open.begin : null;
  useEffect(() => {
    if (asked === null || guild === undefined) return;
    // Who has not been seen yet is asked for, once the typing pauses.
    const timer = setTimeout(() => findMembers(guild.id, asked), 200);
    return () => clearTimeout(timer);
  }, [asked, guild?.id]);
  useEffect(() => setChosen(0), [open?.begin]);

  const take = (suggestion: Suggestion | undefined) => {
    if (suggestion === undefined || open === null || caret === null) return;
    const next = text.slice(0, open.from) + suggestion.text;
    onChange(next + text.slice(caret));
    setCaret(null);
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(next.length, next.length);
    });
  };

  const shown = list.length > 0;
  return {
    list: shown && (
      <ul id={id} className="suggestions" role="listbox" aria-label="Suggestions">
        {list.map((suggestion, index) => (
          <li
            key={suggestion.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            onPointerDown={(event) => {
              event.preventDefault();
              take(suggestion);
            }}
          >
            {suggestion.user !== undefined && <Avatar user={users[suggestion.user] ?? { id: suggestion.user }} name={suggestion.label} size={24} />}
            {suggestion.emoji !== undefined && <span className="emoji">{/^\d+$/.test(suggestion.emoji) ? <img className="emoji" src={emojiUrl(suggestion.emoji)} alt="" width="20" height="20" /> : suggestion.emoji}</span>}
            <span>{suggestion.label}</span>
            {suggestion.hint !== undefined && <span className="hint">{suggestion.hint}</span>}
          </li>
        ))}
      </ul>
    ),
    aria: shown ? ({ 'aria-autocomplete': 'list', 'aria-controls': id, 'aria-activedescendant': `${id}-${at}` } as const) : {},
    onCaret: ({ selectionStart, selectionEnd }: HTMLTextAreaElement) => setCaret(selectionStart === selectionEnd ? selectionStart : null),
    onBlur: () => setCaret(null),
    onKeyDown: (event: KeyboardEvent): boolean => {
      if (!shown) return false;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') setChosen((at + (event.key === 'ArrowDown' ? 1 : -1) + list.length) % list.length);
      else if (event.key === 'Tab' || (event.key === 'Enter' && !event.shiftKey)) take(list[at]);
      else if (event.key === 'Escape') setDropped(open?.from ?? null);
      else return false;
      event.preventDefault();
      return true;
    },
  };
}

function suggest(sign: Nameable['sign'], begin: string, guild: Guild | undefined, channel: Channel, users: State['users'], known: readonly Nameable[]): Suggestion[] {
  if (sign === ':') {
    const own = known.filter((one) => one.sign === ':' && one.name.toLowerCase().includes(begin)).map(({ name, wire }) => ({ key: wire, text: `:${name}: `, label: `:${name}:`, emoji: /\d+/.exec(wire.split(':').at(-1) ?? '')?.[0] ?? '' }));
    return [...own, ...findEmojis(begin, most).map(({ name, characters }) => ({ key: name, text: `${characters} `, label: `:${name}:`, emoji: characters }))].slice(0, most);
  }
  if (sign === '#') {
    return known
      .filter((one) => one.sign === '#' && one.name.toLowerCase().includes(begin))
      .slice(0, most)
      .map(({ name, wire }) => ({ key: wire, text: `#${name} `, label: `#${name}` }));
  }
  const ids = guild === undefined ? (channel.recipients ?? []).map((user) => user.id) : Object.keys(guild.members);
  const people = ids.flatMap((id) => {
    const user = users[id];
    if (user === undefined) return [];
    const name = guild?.members[id]?.nick ?? displayName(user);
    if (!user.username.toLowerCase().startsWith(begin) && !name.toLowerCase().startsWith(begin)) return [];
    return [{ key: id, text: `@${user.username} `, label: name, hint: user.username, user: id }];
  });
  const roles = (guild?.roles ?? []).filter((role) => role.id !== guild?.id && role.mentionable === true && role.name.toLowerCase().startsWith(begin)).map(({ id, name }) => ({ key: id, text: `@${name} `, label: `@${name}`, hint: 'Role' }));
  const everybody = guild === undefined ? [] : ['everyone', 'here'].filter((name) => begin !== '' && name.startsWith(begin)).map((name) => ({ key: name, text: `@${name} `, label: `@${name}`, hint: 'Tells all at once' }));
  return [...people.sort((a, b) => a.label.localeCompare(b.label)), ...roles, ...everybody].slice(0, most);
}
