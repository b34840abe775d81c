import { useCallback, useState, type ReactNode } from 'react';
import { joinThread, pin, updateThread } from '../actions/messages';
import { ask, attempt } from '../actions/session';
import { api } from '../api';
import { startCall } from '../actions/voice';
import { isPrivate, isVoice, type Guild } from '../guilds';
import { isThread, Permission } from '../permissions';
import { channelPath } from '../route';
import { displayName, useStore } from '../store';
import { ChannelType, type Channel } from '../types';
import { isIn, useLive } from '../voice/live';
import { Avatar, GroupIcon } from './Avatar';
import { Dialog } from './Dialog';
import { Field, Problem, useLoaded, useSubmission } from './Form';
import { Icon } from './Icon';
import { Link } from './Link';
import { Markdown } from './Markdown';
import type { Rowing } from './MessageRow';
import { NewConversation } from './NewConversation';
import { Menu, MenuItem, PopoverButton } from './Popover';
import { ThreadList } from './ThreadList';
import { UserButton } from './UserCard';

interface HeadProps {
  guild: Guild | undefined;
  channel: Channel;
  name: string;
  menu: ReactNode;
  may(wanted: bigint): boolean;
  rowing: Rowing;
  members: { shown: boolean; toggle(): void } | null;
  /** Of a voice channel. */
  chat: { shown: boolean; toggle(): void } | null;
}

export function ConversationHead({ guild, channel, name, menu, may, rowing, members, chat }: HeadProps) {
  const [recipient] = channel.recipients ?? [];
  const first = useStore((state) => (recipient === undefined ? undefined : (state.users[recipient.id] ?? recipient)));
  const isGroup = channel.type === ChannelType.Group;
  return (
    <header>
      {menu}
      {guild !== undefined && isThread(channel) && <Parent guild={guild} thread={channel} />}
      {channel.type === ChannelType.Direct && first !== undefined ? (
        <h2>
          <UserButton user={first.id} className="title-person">
            <Avatar user={first} name={name} presence size={28} />
            {name}
          </UserButton>
        </h2>
      ) : (
        <h2>
          {isGroup ? (
            <GroupIcon channel={channel} name={name} size={28} />
          ) : (
            <span className="sign" aria-hidden="true">
              {isThread(channel) ? <Icon name="thread" /> : channel.type === ChannelType.Stage ? <Icon name="stage" /> : isVoice(channel) ? <Icon name="voice" /> : '#'}
            </span>
          )}
          <span className="name">{name}</span>
        </h2>
      )}
      {channel.topic != null && channel.topic !== '' && (
        <p className="topic" title={channel.topic}>
          <Markdown text={channel.topic} names={rowing.names} />
        </p>
      )}
      <div className="tools">
        {isPrivate(channel) && <CallButton channel={channel} />}
        {chat !== null && (
          <button type="button" className="icon" aria-label="Chat" title="Chat" aria-pressed={chat.shown} onClick={chat.toggle}>
            <Icon name="chat" />
          </button>
        )}
        {guild !== undefined && !isThread(channel) && !isVoice(channel) && (
          <PopoverButton label="Threads" icon="thread" panel="panel-list">
            {(close) => <ThreadList guild={guild} channel={channel} mayStart={may(Permission.CreatePublicThreads)} onDone={close} />}
          </PopoverButton>
        )}
        {guild !== undefined && isThread(channel) && <ThreadMenu thread={channel} may={may} />}
        {isGroup && <GroupMenu channel={channel} name={name} />}
        <PopoverButton label="Pinned messages" icon="pin" panel="panel-list">
          {(close) => <Pins rowing={rowing} onDone={close} />}
        </PopoverButton>
        {members !== null && (
          <button type="button" className="icon" aria-label="Members" title="Members" aria-pressed={members.shown} onClick={members.toggle}>
            <Icon name="people" />
          </button>
        )}
      </div>
    </header>
  );
}

function CallButton({ channel }: { channel: Channel }) {
  const inside = useLive((live) => isIn(live, channel.id));
  if (inside) return null;
  return (
    <button type="button" className="icon" aria-label="Call" title="Call" onClick={() => startCall(channel.id)}>
      <Icon name="call" />
    </button>
  );
}

function Parent({ guild, thread }: { guild: Guild; thread: Channel }) {
  const parent = guild.channels.find(({ id }) => id === thread.parent_id);
  if (parent === undefined) return null;
  return (
    <Link to={channelPath(guild.id, parent.id)} className="parent" title={`Back to ${parent.name}`}>
      <Icon name="back" />
      <span>{parent.name}</span>
    </Link>
  );
}

function ThreadMenu({ thread, may }: { thread: Channel; may(wanted: bigint): boolean }) {
  const [renaming, setRenaming] = useState(false);
  const me = useStore((state) => state.me?.id);
  const { archived = false, locked = false } = thread.thread_metadata ?? {};
  const manages = may(Permission.ManageThreads);
  const mayChange = manages || (thread.owner_id === me && !locked);
  const joined = thread.member != null;
  return (
    <>
      <button type="button" aria-pressed={joined} className="quiet" onClick={() => attempt(joinThread(thread, !joined))}>
        {joined ? 'Leave thread' : 'Join thread'}
      </button>
      {mayChange && (
        <Menu label="Thread options">
          {(close) => {
            const item = (run: () => void) => () => {
              close();
              run();
            };
            return (
              <>
                <MenuItem icon="edit" onPick={item(() => setRenaming(true))}>
                  Rename
                </MenuItem>
                <MenuItem icon="archive" onPick={item(() => attempt(updateThread(thread, { archived: !archived })))}>
                  {archived ? 'Bring back' : 'Archive'}
                </MenuItem>
                {manages && (
                  <MenuItem icon="lock" onPick={item(() => attempt(updateThread(thread, { locked: !locked })))}>
                    {locked ? 'Unlock' : 'Lock'}
                  </MenuItem>
                )}
              </>
            );
          }}
        </Menu>
      )}
      {renaming && <Rename title="Rename this thread" label="Name" name={thread.name ?? ''} save={(name) => updateThread(thread, { name })} onClose={() => setRenaming(false)} />}
    </>
  );
}

function GroupMenu({ channel, name }: { channel: Channel; name: string }) {
  const [task, setTask] = useState<'rename' | 'add' | null>(null);
  return (
    <>
      <button type="button" className="icon" aria-label="Add people" title="Add people" onClick={() => setTask('add')}>
        <Icon name="invite" />
      </button>
      <button type="button" className="icon" aria-label="Rename group" title="Rename group" onClick={() => setTask('rename')}>
        <Icon name="edit" />
      </button>
      {task === 'add' && <NewConversation group={channel} onClose={() => setTask(null)} />}
      {task === 'rename' && (
        <Rename title="Rename this group" label="Name" name={channel.name ?? ''} placeholder={name} save={(name) => ask(api.updateChannel(channel.id, { name }))} onClose={() => setTask(null)} />
      )}
    </>
  );
}

function Rename({ title, label, name, placeholder, save, onClose }: { title: string; label: string; name: string; placeholder?: string; save(name: string): Promise<unknown>; onClose(): void }) {
  const [text, setText] = useState(name);
  const form = useSubmission(async () => {
    await save(text.trim());
    onClose();
  });
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={form.onSubmit} noValidate>
        <Field label={label} value={text} onChange={setText} maxLength={100} autoComplete="off" autoFocus problem={form.problem('name') ?? form.rest ?? undefined} {...(placeholder === undefined ? {} : { placeholder })} />
        <footer>
          <button type="submit" className="primary" aria-disabled={form.busy}>
            Save
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

function Pins({ rowing, onDone }: { rowing: Rowing; onDone(): void }) {
  const { id } = rowing.channel;
  const { value, failure, reload } = useLoaded(useCallback(() => ask(api.pins(id)), [id]));
  return (
    <>
      <h3>Pinned messages</h3>
      {failure !== null && <Problem text={failure} />}
      {value?.items.length === 0 && <p className="hint">Nothing is pinned here.</p>}
      <ul>
        {value?.items.map(({ message }) => (
          <li key={message.id} className="pinned">
            <p className="small">
              <strong>{rowing.names.user(message.author.id) ?? displayName(message.author)}</strong> {new Date(message.timestamp).toLocaleDateString()}
            </p>
            <div className="text">
              <Markdown text={message.content} names={rowing.names} />
            </div>
            {(message.attachments?.length ?? 0) > 0 && <p className="hint">With {message.attachments?.length === 1 ? 'a file' : `${message.attachments?.length} files`}</p>}
            <div className="choices">
              <button
                type="button"
                className="small"
                onClick={() => {
                  onDone();
                  rowing.onJump(message.id);
                }}
              >
                Jump
              </button>
              {rowing.mayPin && (
                <button type="button" className="small" onClick={() => attempt(pin(message, false).then(reload))}>
                  Unpin
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
