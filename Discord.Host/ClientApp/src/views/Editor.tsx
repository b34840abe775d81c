import { useEffect, useId, useState, type KeyboardEvent } from 'react';
import { edit } from '../actions/messages';
import { inWords } from '../actions/session';
import type { Guild } from '../guilds';
import type { Message } from '../types';
import { fromWire, toWire } from '../wire';
import { CharactersLeft, longest, near, useGrowing } from './Composer';
import { useNameables } from './nameables';

/** A message's text, open to be changed. */
export function Editor({ message, guild, onDone }: { message: Message; guild: Guild | undefined; onDone(): void }) {
  const known = useNameables(guild, message.mentions);
  const [text, setText] = useState(() => fromWire(message.content, known));
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const box = useGrowing(text);
  const counter = useId();
  const content = toWire(text.trim(), known);
  const left = longest - content.length;
  const isEmpty = content === '' && (message.attachments?.length ?? 0) === 0;

  useEffect(() => {
    const element = box.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, [box]);

  const done = () => {
    onDone();
    document.querySelector<HTMLElement>('.composer textarea')?.focus();
  };
  const save = async () => {
    if (busy || isEmpty || left < 0) return;
    if (content === message.content) return done();
    setBusy(true);
    try {
      await edit(message, content);
      done();
    } catch (error) {
      setFailure(inWords(error));
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') done();
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      void save();
    }
  };

  return (
    <div className="editor">
      <textarea ref={box} rows={1} aria-label="Edit message" value={text} onChange={(event) => setText(event.target.value)} onKeyDown={onKeyDown} aria-invalid={left < 0} aria-describedby={left <= near ? counter : undefined} />
      {left <= near && <CharactersLeft id={counter} left={left} />}
      {failure !== null && (
        <p className="problem" role="alert">
          {failure}
        </p>
      )}
      <div className="choices">
        <button type="button" onClick={done}>
          Cancel
        </button>
        <button type="button" className="primary" aria-disabled={busy || isEmpty || left < 0} onClick={() => void save()}>
          Save
        </button>
      </div>
    </div>
  );
}
