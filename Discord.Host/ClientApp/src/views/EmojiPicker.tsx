import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { emojiGroups, findEmojis } from '../emoji';
import { emojiUrl } from '../media';
import type { Emoji } from '../types';

interface Shown {
  emoji: Emoji;
  name: string;
}

/** How many stand in a row: arrow keys go by rows too. */
const columns = 8;

/** A guild's own emojis first, then those that everybody has. */
export function EmojiPicker({ emojis, onPick }: { emojis: readonly Emoji[]; onPick(emoji: Emoji): void }) {
  const [wanted, setWanted] = useState('');
  const grid = useRef<HTMLDivElement>(null);
  const groups = useMemo(() => shownFor(wanted.trim(), emojis), [wanted, emojis]);
  const first = groups[0]?.list[0];

  const onKeyDown = (event: KeyboardEvent) => {
    const buttons = [...(grid.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (step === undefined || (at === -1 && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    const next = buttons[at === -1 ? 0 : Math.max(0, Math.min(buttons.length - 1, at + step))];
    next?.focus();
  };

  return (
    <div className="emoji-picker" onKeyDown={onKeyDown}>
      <input
        type="search"
        aria-label="Find an emoji"
        placeholder="Find an emoji"
        autoFocus
        autoComplete="off"
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || first === undefined) return;
          event.preventDefault();
          onPick(first.emoji);
        }}
      />
      <div ref={grid} className="emoji-grid">
        {groups.map(({ title, list }) => (
          <section key={title} aria-label={title}>
            <h3>{title}</h3>
            {list.map(({ emoji, name }) => (
              <button key={emoji.id ?? emoji.name} type="button" aria-label={name} title={name} tabIndex={emoji === first?.emoji ? 0 : -1} onClick={() => onPick(emoji)}>
                {emoji.id === null ? emoji.name : <img className="emoji" src={emojiUrl(emoji.id)} alt="" width="24" height="24" loading="lazy" />}
              </button>
            ))}
          </section>
        ))}
        {groups.length === 0 && <p className="hint">No emoji is called that.</p>}
      </div>
    </div>
  );
}

function shownFor(wanted: string, emojis: readonly Emoji[]): { title: string; list: Shown[] }[] {
  const own = emojis.map((emoji) => ({ emoji, name: emoji.name ?? '' })).filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()));
  const common = ({ name, characters }: { name: string; characters: string }): Shown => ({ emoji: { id: null, name: characters }, name: name.replaceAll('_', ' ') });
  const groups = [
    { title: 'Of this server', list: own },
    ...(wanted === '' ? emojiGroups.map(({ title, emojis: list }) => ({ title, list: list.map(common) })) : [{ title: 'Found', list: findEmojis(wanted.replaceAll(' ', '_'), 64).map(common) }]),
  ];
  return groups.filter(({ list }) => list.length > 0);
}
