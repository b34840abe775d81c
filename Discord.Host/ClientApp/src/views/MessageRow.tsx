import { memo, useMemo, useState } from 'react';
import { colorOf, type Guild } from '../guilds';
import { names as mentions } from '../reads';
import { channelPath } from '../route';
import { isSpoken } from '../rows';
import { displayName, useStore } from '../store';
import { MessageType, RelationshipType, type Channel, type Message } from '../types';
import { Avatar } from './Avatar';
import { Editor } from './Editor';
import { Embeds } from './Embeds';
import { Files } from './Files';
import { Icon } from './Icon';
import { Link } from './Link';
import { Markdown, type Names } from './Markdown';
import { MessageTools } from './MessageTools';
import { cssColor } from './naming';
import { Reactions } from './Reactions';
import { messages } from './ThreadList';
import { UserButton } from './UserCard';

/** What all rows of a log share: where they are, and what can be done with them. */
export interface Rowing {
  guild: Guild | undefined;
  channel: Channel;
  me: string | undefined;
  names: Names;
  mayManage: boolean;
  mayPin: boolean;
  mayReact: boolean;
  mayWrite: boolean;
  mayThread: boolean;
  onEdit(id: string | null): void;
  onAnswer(message: Message): void;
  onDelete(message: Message): void;
  onThread(message: Message): void;
  onJump(id: string): void;
}

export const MessageRow = memo(function MessageRow({ message, compact, editing, rowing }: { message: Message; compact: boolean; editing: boolean; rowing: Rowing }) {
  const { guild, me } = rowing;
  const names = useMentionNames(message, rowing.names);
  // What one can do with it is only there while a pointer or the focus is: a log of buttons would be slow to draw and tiring to hear.
  const [active, setActive] = useState(false);
  const [shown, setShown] = useState(false);
  const blocked = useStore((state) => state.relationships[message.author.id]?.type === RelationshipType.Blocked);
  const named = useStore((state) => me !== undefined && message.author.id !== me && mentions(message, me, guild, state.notify));
  const name = names.user(message.author.id) ?? displayName(message.author);
  const isHook = message.webhook_id !== undefined;
  // People are shown as they look now; a webhook as it looked when it spoke.
  const author = useStore((state) => (isHook ? message.author : (state.users[message.author.id] ?? message.author)));
  const member = isHook ? undefined : guild?.members[message.author.id];

  if (!isSpoken(message)) {
    return (
      <article className="message system" data-message={message.id} tabIndex={-1}>
        <p>
          {announcement(message, name, me)} <Clock timestamp={message.timestamp} />
        </p>
        <ThreadCard message={message} guild={guild} />
      </article>
    );
  }
  if (blocked && !shown) {
    return (
      <article className="message system" data-message={message.id} tabIndex={-1}>
        <p>
          A message of somebody whom you blocked.{' '}
          <button type="button" className="link" onClick={() => setShown(true)}>
            Show it
          </button>
        </p>
      </article>
    );
  }
  return (
    <article
      className={`message${compact ? ' compact' : ''}${named ? ' mentioned' : ''}`}
      aria-label={`${name}, ${clock(message.timestamp)}`}
      data-message={message.id}
      tabIndex={-1}
      // A finger does not hover: there the focus that a tap gives decides alone.
      onPointerEnter={({ pointerType }) => pointerType !== 'touch' && setActive(true)}
      onPointerLeave={(event) => !event.currentTarget.contains(document.activeElement) && setActive(false)}
      onFocus={() => setActive(true)}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setActive(false)}
    >
      {message.type === MessageType.Reply && <Answered message={message} rowing={rowing} names={names} />}
      {compact ? (
        <Clock timestamp={message.timestamp} />
      ) : (
        <>
          <Avatar user={author} name={name} guild={guild?.id} member={member} />
          <header>
            {isHook ? (
              <strong>{message.author.username}</strong>
            ) : (
              <UserButton user={message.author.id} guild={guild} className="author" color={cssColor(guild === undefined ? 0 : colorOf(guild, member))}>
                <strong>{name}</strong>
              </UserButton>
            )}
            {(message.author.bot === true || isHook) && <span className="badge">Bot</span>}
            <Clock timestamp={message.timestamp} />
            {message.pinned === true && <Icon name="pin" className="mark" label="Pinned" />}
          </header>
        </>
      )}
      {editing ? (
        <Editor message={message} guild={guild} onDone={() => rowing.onEdit(null)} />
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
      {message.message_snapshots?.map(({ message: snapshot }, index) => (
        <blockquote key={index} className="forwarded" aria-label="Forwarded message">
          <div className="text">
            <Markdown text={snapshot.content} names={names} />
          </div>
          <Files attachments={snapshot.attachments ?? []} />
        </blockquote>
      ))}
      <Files attachments={message.attachments ?? []} />
      <Embeds embeds={message.embeds ?? []} names={names} />
      {isBlank(message) && <p className="hint">{message.sticker_items === undefined ? 'This page cannot show what this message holds.' : `Sticker: ${message.sticker_items.map(({ name }) => name).join(', ')}`}</p>}
      <Reactions message={message} rowing={rowing} />
      <ThreadCard message={message} guild={guild} />
      {active && !editing && <MessageTools message={message} rowing={rowing} />}
    </article>
  );
});

/** A poll, a component: better a word about it than nothing at all. */
const isBlank = ({ content, attachments = [], embeds = [], message_snapshots = [] }: Message) => content === '' && attachments.length + embeds.length + message_snapshots.length === 0;

/** What a message answers, in one line that leads to it. */
function Answered({ message, rowing, names }: { message: Message; rowing: Rowing; names: Names }) {
  const original = message.referenced_message;
  const target = original?.id ?? message.message_reference?.message_id;
  if (original === null || target === undefined) return <p className="answered">The message that this answers was deleted.</p>;
  return (
    <button type="button" className="answered" onClick={() => rowing.onJump(target)}>
      <Icon name="reply" />
      {original === undefined ? (
        'An earlier message'
      ) : (
        <>
          <strong>{names.user(original.author.id) ?? displayName(original.author)}</strong> {original.content === '' ? 'A message without text' : original.content.slice(0, 200)}
        </>
      )}
    </button>
  );
}

/** The thread that was started from a message. */
function ThreadCard({ message, guild }: { message: Message; guild: Guild | undefined }) {
  const id = message.thread?.id ?? (message.type === MessageType.ThreadCreated ? message.message_reference?.channel_id : undefined);
  const thread = guild?.threads.find((one) => one.id === id) ?? message.thread;
  if (guild === undefined || id === undefined || thread === undefined) return null;
  return (
    <Link to={channelPath(guild.id, id)} className="thread-card">
      <Icon name="thread" />
      <strong>{thread.name}</strong>
      <span className="hint">{messages(thread)}</span>
    </Link>
  );
}

function Clock({ timestamp }: { timestamp: string }) {
  return (
    <time dateTime={timestamp} title={new Date(timestamp).toLocaleString()}>
      {clock(timestamp)}
    </time>
  );
}

const format = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

const clock = (timestamp: string) => format.format(new Date(timestamp));

function announcement(message: Message, name: string, me: string | undefined): string {
  const [other] = message.mentions ?? [];
  switch (message.type) {
    case MessageType.RecipientAdd:
      return `${name} added ${other === undefined ? 'somebody' : displayName(other)} to the group.`;
    case MessageType.RecipientRemove:
      return other === undefined || other.id === message.author.id ? `${name} left the group.` : `${name} removed ${displayName(other)} from the group.`;
    case MessageType.Call:
      return callInWords(message, name, me);
    case MessageType.ChannelName:
      return `${name} renamed this to ${message.content}.`;
    case MessageType.ChannelIcon:
      return `${name} changed the picture.`;
    case MessageType.MemberJoin:
      return `${name} joined the server.`;
    case MessageType.PinnedMessage:
      return `${name} pinned a message.`;
    case MessageType.ThreadCreated:
      return `${name} started a thread: ${message.content}`;
    case MessageType.ThreadStarter:
      return message.referenced_message == null ? 'The message that this thread began with was deleted.' : `${displayName(message.referenced_message.author)}: ${message.referenced_message.content}`;
    default:
      return message.content === '' ? `${name} did something that this page cannot show.` : `${name}: ${message.content}`;
  }
}

/** A call, as it was for oneself. */
function callInWords({ author, call, timestamp }: Message, name: string, me: string | undefined): string {
  const { participants = [], ended_timestamp: ended } = call ?? {};
  if (ended == null) return `${name} started a call.`;
  if (me !== undefined && !participants.includes(me)) return `You missed a call from ${name}.`;
  if (participants.length < 2) return `${author.id === me ? 'You' : name} called, and nobody answered.`;
  const minutes = Math.round((Date.parse(ended) - Date.parse(timestamp)) / 60_000);
  const long = minutes < 1 ? 'less than a minute' : minutes === 1 ? 'a minute' : minutes < 60 ? `${minutes} minutes` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${name} started a call that lasted ${long}.`;
}

/** The message itself says what the people whom it mentions are called. */
function useMentionNames(message: Message, names: Names): Names {
  const { mentions: people } = message;
  return useMemo(() => {
    if (people === undefined || people.length === 0) return names;
    const here = new Map(people.map((user) => [user.id, user.member?.nick ?? displayName(user)]));
    return { ...names, user: (id) => names.user(id) ?? here.get(id) };
  }, [people, names]);
}
