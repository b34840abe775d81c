import { useId, useLayoutEffect, useRef, type FormEvent, type KeyboardEvent } from 'react';
import { send, setDraft } from '../actions';
import { useStore } from '../store';

/** Longest message. Server and browser count alike: in UTF-16 units, so that most emoji are two. */
export const longest = 2000;

/** From here on the remaining characters are shown. */
export const near = 200;

export function Composer({ channel, name, onEditLast }: { channel: string; name: string; onEditLast(): void }) {
  const text = useStore((state) => state.drafts[channel] ?? '');
  const box = useGrowing(text);
  const counter = useId();
  const left = longest - text.trim().length;

  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const content = text.trim();
    if (content === '' || left < 0) return;
    send(channel, content);
    setDraft(channel, '');
    box.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes a character, Enter belongs to it.
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      submit();
    } else if (event.key === 'ArrowUp' && text === '') {
      event.preventDefault();
      onEditLast();
    }
  };

  return (
    <form className="composer" onSubmit={submit}>
      <textarea
        ref={box}
        rows={1}
        aria-label={`Message #${name}`}
        placeholder={`Message #${name}`}
        value={text}
        onChange={(event) => setDraft(channel, event.target.value)}
        onKeyDown={onKeyDown}
        aria-invalid={left < 0}
        aria-describedby={left <= near ? counter : undefined}
        autoFocus={matchMedia('(hover: hover)').matches}
      />
      {left <= near && <CharactersLeft id={counter} left={left} />}
      <button type="submit" className="icon send" aria-label="Send" aria-disabled={text.trim() === '' || left < 0}>
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M3 10.5 17 4l-4 13-3.5-5zM9.5 12 17 4" />
        </svg>
      </button>
    </form>
  );
}

export function CharactersLeft({ id, left }: { id: string; left: number }) {
  return (
    <span id={id} className={left < 0 ? 'left over' : 'left'}>
      <span aria-hidden="true">{left}</span>
      <span className="unseen">{left < 0 ? `${characters(-left)} too many` : `${characters(left)} left`}</span>
    </span>
  );
}

const characters = (count: number) => (count === 1 ? '1 character' : `${count} characters`);

/** Lets a textarea grow with what stands in it, up to the height that the style sheet allows. */
export function useGrowing(text: string) {
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);
  return box;
}

