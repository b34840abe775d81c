import { useState } from 'react';
import { logOut } from '../actions';
import { channelPath } from '../route';
import { displayName, firstText, grouped, isVoice, useStore, type Guild } from '../store';
import type { Channel } from '../types';
import { Avatar } from './Avatar';
import { InvitePeople } from './dialogs';
import { Link } from './Link';

interface ChannelListProps {
  instance: string;
  guild: Guild | undefined;
  current: string | undefined;
  onPick(): void;
}

export function ChannelList({ instance, guild, current, onPick }: ChannelListProps) {
  const [inviting, setInviting] = useState(false);
  const me = useStore((state) => state.me);
  const target = current ?? (guild === undefined ? undefined : firstText(guild)?.id);

  return (
    <nav className="channels" aria-label="Channels">
      <header>
        <h1 title={guild?.name}>{guild?.name ?? instance}</h1>
      </header>
      <div className="channel-groups">
        {guild !== undefined && target !== undefined && (
          <button type="button" className="invite" onClick={() => setInviting(true)}>
            <svg viewBox="0 0 20 20" aria-hidden="true">
              <circle cx="8" cy="7" r="3.2" />
              <path d="M2.5 16.500c.5-3.2 2.700-4.800 5.5-4.800s5 1.600 5.5 4.800M15.5 5.500v5M13 8h5" />
            </svg>
            Invite people
          </button>
        )}
        {guild !== undefined &&
          grouped(guild.channels).map(({ category, channels }) => (
            <section key={category?.id ?? 'none'} aria-label={category?.name ?? 'Channels without a category'}>
              {category !== null && <h2>{category.name}</h2>}
              <ul>
                {channels.map((channel) => (
                  <li key={channel.id}>{isVoice(channel) ? <VoiceChannel channel={channel} /> : <TextChannel guild={guild} channel={channel} current={channel.id === current} onPick={onPick} />}</li>
                ))}
              </ul>
            </section>
          ))}
      </div>
      {me !== null && (
        <footer className="me">
          <Avatar id={me.id} name={displayName(me)} />
          <span className="who">
            <strong>{displayName(me)}</strong>
            {displayName(me) !== me.username && <span>{me.username}</span>}
          </span>
          <button type="button" onClick={() => void logOut()}>
            Log out
          </button>
        </footer>
      )}
      {inviting && target !== undefined && <InvitePeople guild={guild?.name ?? ''} channel={target} onClose={() => setInviting(false)} />}
    </nav>
  );
}

function TextChannel({ guild, channel, current, onPick }: { guild: Guild; channel: Channel; current: boolean; onPick(): void }) {
  return (
    <Link to={channelPath(guild.id, channel.id)} className="channel" current={current} onPick={onPick}>
      <span className="sign" aria-hidden="true">
        #
      </span>
      {channel.name}
    </Link>
  );
}

/** Shown so that one sees that it is there; this client does not speak. */
function VoiceChannel({ channel }: { channel: Channel }) {
  return (
    <span className="channel voice" title="Voice channels cannot be opened from this page">
      <svg className="sign" viewBox="0 0 20 20" role="img" aria-label="Voice">
        <path d="M3.5 8v4h3l4 3.500v-11L6.5 8zM13.5 7.500a3.5 3.5 0 0 1 0 5M15.5 5a7 7 0 0 1 0 10" />
      </svg>
      {channel.name}
    </span>
  );
}
