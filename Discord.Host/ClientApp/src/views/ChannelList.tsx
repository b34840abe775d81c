import { useState } from 'react';
import { markGuildRead, markRead } from '../actions/reads';
import { ask, attempt } from '../actions/session';
import { api } from '../api';
import { firstText, grouped, isForum, isVoice, mayIn, type Guild } from '../guilds';
import { isThread, Permission } from '../permissions';
import { isMuted, isUnread, own } from '../reads';
import { channelPath } from '../route';
import { useStore } from '../store';
import { ChannelType, type Channel } from '../types';
import { Badge } from './Badge';
import { Confirm } from './Dialog';
import { CreateChannel, InvitePeople } from './dialogs';
import { Icon } from './Icon';
import { Link } from './Link';
import { MePanel } from './MePanel';
import { NotificationItems } from './Notifications';
import { Menu, MenuItem } from './Popover';
import { ChannelSettings } from './settings/ChannelSettings';
import { GuildSettings, hasGuildSettings } from './settings/GuildSettings';
import { VoiceChannelRow } from './voice/VoiceChannelRow';

type Task = { kind: 'invite' | 'settings' | 'leave' } | { kind: 'channel'; parent: Channel | null } | { kind: 'edit'; channel: Channel } | null;

interface ChannelListProps {
  instance: string;
  guild: Guild | undefined;
  current: Channel | undefined;
  onPick(): void;
}

export function ChannelList({ instance, guild, current, onPick }: ChannelListProps) {
  const [task, setTask] = useState<Task>(null);
  const me = useStore((state) => state.me?.id);
  const done = () => setTask(null);
  const may = guild === undefined ? () => false : mayIn(guild, me);
  const target = guild === undefined ? undefined : (current !== undefined && !isThread(current) ? current : firstText(guild));
  const maySetUp = may(Permission.ManageChannels);

  return (
    <nav className="channels" aria-label="Channels">
      <header>
        {guild === undefined ? (
          <h1>{instance}</h1>
        ) : (
          <h1 title={guild.name}>
            <Menu
              label="Server menu"
              className="title"
              text={
                <>
                  <span>{guild.name}</span>
                  <Icon name="down" />
                </>
              }
            >
              {(close) => <GuildMenu guild={guild} me={me} onTask={setTask} close={close} canInvite={target !== undefined} />}
            </Menu>
          </h1>
        )}
      </header>
      <div className="channel-groups">
        {guild !== undefined && target !== undefined && mayIn(guild, me, target)(Permission.CreateInvite) && (
          <button type="button" className="invite" onClick={() => setTask({ kind: 'invite' })}>
            <Icon name="invite" />
            Invite people
          </button>
        )}
        {guild !== undefined &&
          groupsOf(guild, maySetUp).map(({ category, channels }) => (
            <section key={category?.id ?? 'none'} aria-label={category?.name ?? 'Channels without a category'}>
              {category === null ? (
                <h2 className="unseen">Channels without a category</h2>
              ) : (
                <div className="group-head">
                  <h2>{category.name}</h2>
                  {maySetUp && (
                    <>
                      <button type="button" className="icon small" aria-label={`Settings of ${category.name}`} onClick={() => setTask({ kind: 'edit', channel: category })}>
                        <Icon name="gear" />
                      </button>
                      <button type="button" className="icon small" aria-label={`Create channel in ${category.name}`} onClick={() => setTask({ kind: 'channel', parent: category })}>
                        <Icon name="add" />
                      </button>
                    </>
                  )}
                </div>
              )}
              <ul>
                {channels.map((channel) => (
                  <li key={channel.id}>
                    <Row guild={guild} channel={channel} current={channel.id === current?.id} onPick={onPick} onEdit={maySetUp ? () => setTask({ kind: 'edit', channel }) : undefined} />
                    <Threads guild={guild} channel={channel} current={current} onPick={onPick} />
                  </li>
                ))}
              </ul>
            </section>
          ))}
      </div>
      <MePanel onPick={onPick} />
      {guild !== undefined && task?.kind === 'invite' && target !== undefined && <InvitePeople guild={guild.name} channel={target.id} onClose={done} />}
      {guild !== undefined && task?.kind === 'channel' && <CreateChannel guild={guild.id} parent={task.parent} beside={task.parent === null ? [] : guild.channels.filter(({ parent_id }) => parent_id === task.parent?.id)} onClose={done} />}
      {guild !== undefined && task?.kind === 'settings' && <GuildSettings guild={guild} onClose={done} />}
      {guild !== undefined && task?.kind === 'edit' && <ChannelSettings guild={guild} channel={task.channel} onClose={done} />}
      {guild !== undefined && task?.kind === 'leave' && (
        <Confirm title={`Leave ${guild.name}?`} action="Leave" onClose={done} onConfirm={() => ask(api.leaveGuild(guild.id))}>
          <p className="lead">You can come back with an invite.</p>
        </Confirm>
      )}
    </nav>
  );
}

/** Whoever sets the channels up sees categories that have none yet. */
function groupsOf(guild: Guild, withEmpty: boolean) {
  const groups = grouped(guild.channels);
  if (!withEmpty) return groups;
  const empty = guild.channels.filter(({ id, type }) => type === ChannelType.Category && !groups.some(({ category }) => category?.id === id));
  return [...groups, ...empty.map((category) => ({ category, channels: [] as Channel[] }))];
}

function GuildMenu({ guild, me, canInvite, onTask, close }: { guild: Guild; me: string | undefined; canInvite: boolean; onTask(task: Task): void; close(): void }) {
  const may = mayIn(guild, me);
  const pick = (task: Task) => () => {
    close();
    onTask(task);
  };
  return (
    <>
      {canInvite && may(Permission.CreateInvite) && (
        <MenuItem icon="invite" onPick={pick({ kind: 'invite' })}>
          Invite people
        </MenuItem>
      )}
      {hasGuildSettings(may) && (
        <MenuItem icon="gear" onPick={pick({ kind: 'settings' })}>
          Server settings
        </MenuItem>
      )}
      {may(Permission.ManageChannels) && (
        <MenuItem icon="add" onPick={pick({ kind: 'channel', parent: null })}>
          Create channel
        </MenuItem>
      )}
      <MenuItem
        icon="check"
        onPick={() => {
          close();
          attempt(markGuildRead(guild));
        }}
      >
        Mark as read
      </MenuItem>
      <NotificationItems guild={guild.id} close={close} />
      {guild.ownerId !== me && (
        <MenuItem icon="leave" danger onPick={pick({ kind: 'leave' })}>
          Leave server
        </MenuItem>
      )}
    </>
  );
}

/** Whether a channel has something new, and how often it named one. */
export function useSignals(guild: Guild | undefined, channel: string): { unread: boolean; mentions: number; muted: boolean } {
  const unread = useStore((state) => isUnread(state, guild, channel));
  const mentions = useStore((state) => state.reads[channel]?.mentions ?? 0);
  const muted = useStore((state) => isMuted(state.notify, guild?.id ?? own, channel));
  return { unread: unread && !muted, mentions, muted };
}

export interface RowProps {
  guild: Guild;
  channel: Channel;
  current: boolean;
  onPick(): void;
  /** Absent: they may not. */
  onEdit: (() => void) | undefined;
}

const Row = (props: RowProps) => (isVoice(props.channel) ? <VoiceChannelRow {...props} /> : <ChannelRow {...props} />);

function ChannelRow({ guild, channel, current, onPick, onEdit }: RowProps) {
  const { unread, mentions, muted } = useSignals(guild, channel.id);
  return (
    <div className={unread && !current ? 'channel-row unread' : 'channel-row'}>
      <Link to={channelPath(guild.id, channel.id)} className="channel" current={current} onPick={onPick}>
        {isForum(channel) ? (
          <Icon name="forum" className="sign" />
        ) : (
          <span className="sign" aria-hidden="true">
            #
          </span>
        )}
        <span className="name">{channel.name}</span>
        {unread && !current && <span className="unseen">, unread</span>}
        {muted && <Icon name="mute" className="sign" label="Muted" />}
        <Badge count={current ? 0 : mentions} />
      </Link>
      <span className="row-tools">
        <Menu label={`Options of ${channel.name}`} className="icon small">
          {(close) => (
            <>
              <MenuItem
                icon="check"
                onPick={() => {
                  close();
                  markRead(channel.id);
                }}
              >
                Mark as read
              </MenuItem>
              <NotificationItems guild={guild.id} channel={channel.id} close={close} />
              {onEdit !== undefined && (
                <MenuItem
                  icon="gear"
                  onPick={() => {
                    close();
                    onEdit();
                  }}
                >
                  Channel settings
                </MenuItem>
              )}
            </>
          )}
        </Menu>
      </span>
    </div>
  );
}

/** Under its channel stands every thread that one takes part in, and the one that is open. */
function Threads({ guild, channel, current, onPick }: { guild: Guild; channel: Channel; current: Channel | undefined; onPick(): void }) {
  const threads = guild.threads.filter(({ id, parent_id, member, thread_metadata }) => parent_id === channel.id && (id === current?.id || (member != null && thread_metadata?.archived !== true)));
  if (threads.length === 0) return null;
  return (
    <ul className="threads" aria-label={`Threads of ${channel.name}`}>
      {threads.map((thread) => (
        <li key={thread.id}>
          <ThreadRow guild={guild} thread={thread} current={thread.id === current?.id} onPick={onPick} />
        </li>
      ))}
    </ul>
  );
}

function ThreadRow({ guild, thread, current, onPick }: { guild: Guild; thread: Channel; current: boolean; onPick(): void }) {
  const { unread, mentions } = useSignals(guild, thread.id);
  return (
    <div className={unread && !current ? 'channel-row unread' : 'channel-row'}>
      <Link to={channelPath(guild.id, thread.id)} className="channel" current={current} onPick={onPick}>
        <span className="name">{thread.name}</span>
        {unread && !current && <span className="unseen">, unread</span>}
        <Badge count={current ? 0 : mentions} />
      </Link>
    </div>
  );
}
