import { memo, useEffect, useId, useMemo, useState, type KeyboardEvent } from 'react';
import { edit, inWords } from '../actions';
import { isSpoken } from '../rows';
import { displayName } from '../store';
import { MessageType, type Attachment, type Embed, type Message } from '../types';
import { Avatar } from './Avatar';
import { CharactersLeft, longest, near, useGrowing } from './Composer';
import { Markdown, type Names } from './Markdown';

interface MessageRowProps {
  message: Message;
  compact: boolean;
  mine: boolean;
  me: string | undefined;
  nick: string | undefined;
  names: Names;
  editing: boolean;
  onEdit(id: string | null): void;
  onDelete(message: Message): void;
}

export const MessageRow = memo(function MessageRow({ message, compact, mine, me, nick, names: known, editing, onEdit, onDelete }: MessageRowProps) {
  const names = useMentionNames(message, known);
  const name = nick ?? displayName(message.author);
  const mentioned = message.mention_everyone === true || message.mentions?.some(({ id }) => id === me) === true;

  if (!isSpoken(message)) {
    return (
      <article className="message system">
        <p>
          {announcement(message, name)} <Clock timestamp={message.timestamp} />
        </p>
      </article>
    );
  }
  // It can take the focus, so that a tap brings up what one can do with it.
  return (
    <article className={`message${compact ? ' compact' : ''}${mentioned ? ' mentioned' : ''}`} aria-label={`${name}, ${clock(message.timestamp)}`} tabIndex={-1}>
      {message.type === MessageType.Reply && <Answered message={message.referenced_message} names={names} />}
      {compact ? (
        <Clock timestamp={message.timestamp} />
      ) : (
        <>
          <Avatar id={message.author.id} name={name} />
          <header>
            <strong>{name}</strong>
            {message.author.bot === true && <span className="badge">Bot</span>}
            <Clock timestamp={message.timestamp} />
          </header>
        </>
      )}
      {editing ? (
        <Editor message={message} onDone={() => onEdit(null)} />
      ) : (
        <div className="text">
          <Markdown text={message.content} names={names} />
          {message.edited_timestamp !== null && (
            <span className="edited" title={new Date(message.edited_timestamp).toLocaleString()}>
              {' '}
              (edited)
            </span>
          )}
        </div>
      )}
      {message.attachments?.map((attachment) => <File key={attachment.id} attachment={attachment} />)}
      {message.embeds?.map((embed, index) => <Card key={index} embed={embed} names={names} />)}
      {mine && !editing && (
        <div className="actions">
          <button type="button" onClick={() => onEdit(message.id)}>
            Edit
          </button>
          <button type="button" onClick={() => onDelete(message)}>
            Delete
          </button>
        </div>
      )}
    </article>
  );
});

function Editor({ message, onDone }: { message: Message; onDone(): void }) {
  const [text, setText] = useState(message.content);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const box = useGrowing(text);
  const counter = useId();
  const left = longest - text.trim().length;

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
    const content = text.trim();
    if (busy || content === '' || left < 0) return;
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
        <button type="button" className="primary" aria-disabled={busy || text.trim() === '' || left < 0} onClick={() => void save()}>
          Save
        </button>
      </div>
    </div>
  );
}

/** The message that this one answers, on one line. */
function Answered({ message, names }: { message: Message | null | undefined; names: Names }) {
  return (
    <p className="answered">
      {message == null ? (
        <em>The message that this answers is gone.</em>
      ) : (
        <>
          <strong>{names.user(message.author.id) ?? displayName(message.author)}</strong> {message.content}
        </>
      )}
    </p>
  );
}

function File({ attachment }: { attachment: Attachment }) {
  const url = URL.canParse(attachment.url, location.href) ? new URL(attachment.url, location.href) : null;
  const isSafe = url?.protocol === 'https:' || url?.protocol === 'http:';
  return (
    <p className="file">
      {isSafe ? (
        <a href={url.href} target="_blank" rel="noopener noreferrer">
          {attachment.filename}
        </a>
      ) : (
        attachment.filename
      )}{' '}
      <span>{size(attachment.size)}</span>
    </p>
  );
}

/** A bot's card. Its pictures are left out: they come from elsewhere, and the page loads nothing from elsewhere. */
function Card({ embed, names }: { embed: Embed; names: Names }) {
  const title = embed.title ?? '';
  const link = embed.url === undefined || title === '' ? title : `[${title.replace(/[[\]\\]/g, '\\$&')}](${embed.url})`;
  return (
    <div className="embed">
      {embed.author?.name !== undefined && <p className="small">{embed.author.name}</p>}
      {title !== '' && (
        <p className="title">
          <Markdown text={link} names={names} />
        </p>
      )}
      {embed.description !== undefined && (
        <div className="text">
          <Markdown text={embed.description} names={names} />
        </div>
      )}
      {embed.fields !== undefined && embed.fields.length > 0 && (
        <dl>
          {embed.fields.map((field, index) => (
            <div key={index}>
              <dt>{field.name}</dt>
              <dd>
                <Markdown text={field.value} names={names} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {embed.footer?.text !== undefined && <p className="small">{embed.footer.text}</p>}
    </div>
  );
}

function Clock({ timestamp }: { timestamp: string }) {
  return (
    <time dateTime={timestamp} title={new Date(timestamp).toLocaleString()}>
      {clock(timestamp)}
    </time>
  );
}

const clock = (timestamp: string) => new Date(timestamp).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });

function announcement(message: Message, name: string): string {
  switch (message.type) {
    case MessageType.MemberJoin:
      return `${name} joined the server.`;
    case MessageType.PinnedMessage:
      return `${name} pinned a message.`;
    case MessageType.ThreadCreated:
      return `${name} started a thread: ${message.content}`;
    default:
      return message.content === '' ? `${name} did something that this page cannot show.` : `${name}: ${message.content}`;
  }
}

/** The message itself says what the people whom it mentions are called. */
function useMentionNames(message: Message, names: Names): Names {
  const { mentions } = message;
  return useMemo(() => {
    if (mentions === undefined || mentions.length === 0) return names;
    const here = new Map(mentions.map((user) => [user.id, user.member?.nick ?? displayName(user)]));
    return { ...names, user: (id) => names.user(id) ?? here.get(id) };
  }, [mentions, names]);
}

function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
