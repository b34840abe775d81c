import { useState } from 'react';
import { closeDirect } from '../actions/places';
import { attempt } from '../actions/session';
import { own } from '../reads';
import { channelPath, navigate } from '../route';
import { useStore } from '../store';
import { compareIds } from '../timeline';
import { ChannelType, RelationshipType, type Channel } from '../types';
import { Avatar, GroupIcon } from './Avatar';
import { Badge } from './Badge';
import { Confirm } from './Dialog';
import { Icon } from './Icon';
import { Link } from './Link';
import { MePanel } from './MePanel';
import { privateName } from './naming';
import { NotificationItems } from './Notifications';
import { Menu, MenuItem } from './Popover';
import { NewConversation } from './NewConversation';
import { useSignals } from './ChannelList';

/** Friends, and below them every direct conversation: the one with the newest message first. */
export function PrivateList({ current, onPick }: { current: string | undefined; onPick(): void }) {
  const [starting, setStarting] = useState(false);
  const [leaving, setLeaving] = useState<Channel | null>(null);
  const privates = useStore((state) => state.privates);
  const latest = useStore((state) => state.latest);
  const waiting = useStore((state) => Object.values(state.relationships).filter(({ type }) => type === RelationshipType.Incoming).length);
  const channels = Object.values(privates).sort((a, b) => compareIds(latest[b.id] ?? b.id, latest[a.id] ?? a.id));

  return (
    <nav className="channels" aria-label="Channels">
      <header>
        <h1>Direct messages</h1>
        <button type="button" className="icon" aria-label="New message" title="New message" onClick={() => setStarting(true)}>
          <Icon name="add" />
        </button>
      </header>
      <div className="channel-groups">
        <div className="channel-row">
          <Link to={channelPath(own)} className="channel" current={current === undefined} onPick={onPick}>
            <Icon name="people" className="sign" />
            <span className="name">Friends</span>
            {waiting > 0 && <span className="count">{waiting}</span>}
          </Link>
        </div>
        <ul className="privates">
          {channels.map((channel) => (
            <li key={channel.id}>
              <PrivateRow channel={channel} current={channel.id === current} onPick={onPick} onLeave={() => setLeaving(channel)} />
            </li>
          ))}
        </ul>
        {channels.length === 0 && <p className="hint padded">Nobody has written to you yet. Choose somebody in a member list, or add a friend.</p>}
      </div>
      <MePanel onPick={onPick} />
      {starting && <NewConversation onClose={() => setStarting(false)} />}
      {leaving !== null && (
        <Confirm title="Leave this group?" action="Leave" onClose={() => setLeaving(null)} onConfirm={() => leave(leaving, current)}>
          <p className="lead">Somebody in it has to add you again before you can come back.</p>
        </Confirm>
      )}
    </nav>
  );
}

function PrivateRow({ channel, current, onPick, onLeave }: { channel: Channel; current: boolean; onPick(): void; onLeave(): void }) {
  const { unread, mentions, muted } = useSignals(undefined, channel.id);
  const name = useStore((state) => privateName(channel, state.users, state.relationships));
  const [first] = channel.recipients ?? [];
  const user = useStore((state) => (first === undefined ? undefined : (state.users[first.id] ?? first)));
  const isGroup = channel.type === ChannelType.Group;
  const calling = useStore((state) => state.calls[channel.id] !== undefined);
  return (
    <div className={unread && !current ? 'channel-row unread' : 'channel-row'}>
      <Link to={channelPath(own, channel.id)} className="channel person" current={current} onPick={onPick}>
        {isGroup || user === undefined ? <GroupIcon channel={channel} name={name} /> : <Avatar user={user} name={name} presence size={34} />}
        <span className="name">
          {name}
          {isGroup && <span className="hint">{(channel.recipients?.length ?? 0) + 1} people</span>}
        </span>
        {unread && !current && <span className="unseen">, unread</span>}
        {calling && <Icon name="call" className="sign ongoing" label="Call" />}
        {muted && <Icon name="mute" className="sign" label="Muted" />}
        <Badge count={current ? 0 : mentions} />
      </Link>
      <span className="row-tools">
        <Menu label={`Options of ${name}`} className="icon small">
          {(close) => (
            <>
              <NotificationItems guild={own} channel={channel.id} close={close} />
              <MenuItem
                icon={isGroup ? 'leave' : 'close'}
                danger={isGroup}
                onPick={() => {
                  close();
                  if (isGroup) onLeave();
                  else attempt(leave(channel, current ? channel.id : undefined));
                }}
              >
                {isGroup ? 'Leave group' : 'Close'}
              </MenuItem>
            </>
          )}
        </Menu>
      </span>
    </div>
  );
}

async function leave(channel: Channel, current: string | undefined): Promise<void> {
  await closeDirect(channel);
  if (current === channel.id) navigate(channelPath(own));
}
