import { useContext, useEffect, useId, useImperativeHandle, useLayoutEffect, useRef, useState, type ClipboardEvent, type FormEvent, type KeyboardEvent, type Ref } from 'react';
import { send, setDraft } from '../actions/messages';
import type { Guild } from '../guilds';
import { InstanceContext } from '../instance';
import { inBytes } from '../media';
import { isThread, Permission, toWrite } from '../permissions';
import { displayName, useStore } from '../store';
import { ChannelType, RelationshipType, type Channel, type Message } from '../types';
import { toWire } from '../wire';
import { EmojiPicker } from './EmojiPicker';
import { FileTray, useDrop } from './FileTray';
import { Icon } from './Icon';
import { useNameables } from './nameables';
import { signOf } from './naming';
import { Popover, useOpen } from './Popover';
import { useSuggestions } from './Suggestions';

/** Longest message. Server and browser count alike: in UTF-16 units, so that most emoji are two. */
export const longest = 2000;

/** From here on the remaining characters are shown. */
export const near = 200;

/** Files in one message at most. */
const mostFiles = 10;

interface ComposerProps {
  ref: Ref<HTMLTextAreaElement>;
  guild: Guild | undefined;
  channel: Channel;
  name: string;
  may(wanted: bigint): boolean;
  answering: Message | null;
  onAnswered(): void;
  onEditLast(): void;
}

/** The box to write in; where one may not write, the reason why. */
export function Composer(props: ComposerProps) {
  const { channel, may } = props;
  const [first] = channel.type === ChannelType.Direct ? (channel.recipients ?? []) : [];
  const blocked = useStore((state) => first !== undefined && state.relationships[first.id]?.type === RelationshipType.Blocked);
  const { archived = false, locked = false } = channel.thread_metadata ?? {};

  if (blocked) return <p className="no-writing">You blocked this person. Nothing can be sent while you do.</p>;
  if (isThread(channel) && locked && archived && !may(Permission.ManageThreads)) return <p className="no-writing">This thread is closed.</p>;
  if (isThread(channel) && locked && !may(Permission.ManageThreads)) return <p className="no-writing">This thread is locked.</p>;
  if (!may(toWrite(channel))) return <p className="no-writing">You do not have the permission to write here.</p>;
  return <Writing {...props} />;
}

function Writing({ ref, guild, channel, name, may, answering, onAnswered, onEditLast }: ComposerProps) {
  const text = useStore((state) => state.drafts[channel.id] ?? '');
  const box = useGrowing(text);
  const counter = useId();
  const picker = useOpen();
  const chooser = useRef<HTMLInputElement>(null);
  const [files, setFiles] = useState<readonly File[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [ping, setPing] = useState(true);
  const limit = useUploadLimit();
  const known = useNameables(guild);
  const content = toWire(text.trim(), known);
  const left = longest - content.length;
  const mayAttach = may(Permission.AttachFiles);
  const isEmpty = content === '' && files.length === 0;
  const label = `Message ${signOf(channel)}${name}`;

  useImperativeHandle(ref, () => box.current!, [box]);
  const change = (value: string) => setDraft(channel.id, value);
  const suggestions = useSuggestions({ guild, channel, text, box, known, onChange: change });

  const add = (chosen: readonly File[]) => {
    if (!mayAttach || chosen.length === 0) return;
    const large = chosen.filter(({ size }) => limit !== null && size > limit);
    const fit = chosen.filter((file) => !large.includes(file));
    setFiles((known) => [...known, ...fit].slice(0, mostFiles));
    setProblem(
      limit !== null && large[0] !== undefined
        ? `${large[0].name} is ${inBytes(large[0].size)}; a file may have ${inBytes(limit)} at most.`
        : files.length + fit.length > mostFiles
          ? `One message takes ${mostFiles} files at most.`
          : null,
    );
    box.current?.focus();
  };
  const dragging = useDrop(mayAttach, add);

  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (isEmpty || left < 0) return;
    send(channel.id, content, files, answering === null ? null : { id: answering.id, ping });
    change('');
    setFiles([]);
    setProblem(null);
    setPing(true);
    onAnswered();
    box.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes a character, its keys belong to it.
    if (event.nativeEvent.isComposing || suggestions.onKeyDown(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === 'ArrowUp' && text === '') {
      event.preventDefault();
      onEditLast();
    } else if (event.key === 'Escape' && answering !== null) {
      onAnswered();
    }
  };

  const onPaste = (event: ClipboardEvent) => {
    const pasted = [...event.clipboardData.files];
    if (pasted.length === 0) return;
    event.preventDefault();
    add(pasted);
  };

  return (
    <form className="composer" onSubmit={submit}>
      {dragging && <div className="drop">Drop to add to your message</div>}
      {answering !== null && (
        <div className="answering">
          <Icon name="reply" />
          <span>
            Answering <strong>{displayName(answering.author)}</strong>
          </span>
          <button type="button" className="small" aria-pressed={ping} title="Whether they are told of it" onClick={() => setPing(!ping)}>
            {ping ? '@ on' : '@ off'}
          </button>
          <button type="button" className="icon small" aria-label="Stop answering" onClick={onAnswered}>
            <Icon name="close" />
          </button>
        </div>
      )}
      <FileTray files={files} onRemove={(gone) => setFiles(files.filter((file) => file !== gone))} />
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {suggestions.list}
      <div className="writing">
        {mayAttach && (
          <>
            <button type="button" className="icon" aria-label="Add files" title={limit === null ? 'Add files' : `Add files, up to ${inBytes(limit)} each`} onClick={() => chooser.current?.click()}>
              <Icon name="attach" />
            </button>
            <input
              ref={chooser}
              type="file"
              multiple
              hidden
              aria-label="Files"
              onChange={(event) => {
                add([...(event.target.files ?? [])]);
                // The same file can be chosen again after it was taken out.
                event.target.value = '';
              }}
            />
          </>
        )}
        <textarea
          ref={box}
          rows={1}
          aria-label={label}
          placeholder={label}
          value={text}
          onChange={(event) => {
            change(event.target.value);
            suggestions.onCaret(event.target);
          }}
          onSelect={(event) => suggestions.onCaret(event.currentTarget)}
          onBlur={suggestions.onBlur}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          aria-invalid={left < 0}
          aria-describedby={left <= near ? counter : undefined}
          {...suggestions.aria}
          autoFocus={matchMedia('(hover: hover)').matches}
        />
        {left <= near && <CharactersLeft id={counter} left={left} />}
        <button ref={picker.anchor} type="button" className="icon" aria-label="Emoji" title="Emoji" aria-expanded={picker.open} onClick={picker.toggle}>
          <Icon name="emoji" />
        </button>
        <button type="submit" className="icon send" aria-label="Send" aria-disabled={isEmpty || left < 0}>
          <Icon name="send" />
        </button>
      </div>
      {picker.open && (
        <Popover anchor={picker.anchor} label="Choose an emoji" onClose={picker.close}>
          <EmojiPicker
            emojis={guild?.emojis ?? []}
            onPick={({ id, name: sign }) => {
              picker.close();
              insert(box.current, id === null ? (sign ?? '') : `:${sign}: `, change);
            }}
          />
        </Popover>
      )}
    </form>
  );
}

/** Where the caret stands, and with the caret behind it. */
function insert(box: HTMLTextAreaElement | null, piece: string, change: (value: string) => void): void {
  if (box === null) return;
  const { selectionStart: from, selectionEnd: to, value } = box;
  change(value.slice(0, from) + piece + value.slice(to));
  requestAnimationFrame(() => {
    box.focus();
    box.setSelectionRange(from + piece.length, from + piece.length);
  });
}

/** What one file of one's own may have, in bytes; null: nobody said. */
export function useUploadLimit(): number | null {
  const { uploads } = useContext(InstanceContext);
  const premium = useStore((state) => (state.me?.premium_type ?? 0) !== 0);
  return uploads === null ? null : premium ? uploads.premium : uploads.plain;
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
  const grow = () => {
    const element = box.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  };
  useLayoutEffect(grow, [text]);
  // The same text takes more lines when the column gets narrower.
  useEffect(() => {
    window.addEventListener('resize', grow);
    return () => window.removeEventListener('resize', grow);
  }, []);
  return box;
}
