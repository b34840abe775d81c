import { useContext, useEffect, useRef, useState } from 'react';
import { attempt } from '../../actions/session';
import { acceptInvitation, isSharing, leaveVoice, raiseHand, retryMicrophone, retryVoice, setSpeaker, shareScreen, stepBack, stopStream, toggleCamera } from '../../actions/voice';
import { mayIn, type Guild } from '../../guilds';
import { InstanceContext } from '../../instance';
import { Permission } from '../../permissions';
import { own } from '../../reads';
import { channelPath } from '../../route';
import { findChannel, useStore } from '../../store';
import { ChannelType, type Channel } from '../../types';
import { asksToSpeak, inRoom, isInvited, listens, streamKey, voicesOf } from '../../voices';
import { isIn, phaseInWords, troubleInWords, useLive, type Place, type Trouble } from '../../voice/live';
import { keyName, usePreferences } from '../../voice/preferences';
import type { Quality } from '../../voice/types';
import { Icon } from '../Icon';
import { Link } from '../Link';
import { Ears } from '../MePanel';
import { useChannelName } from '../naming';
import { Popover, useOpen } from '../Popover';
import { useCalled, useOccupants } from './people';

/** Where one speaks, how the connection is, and the way out: at the bottom left, wherever on the page one is. */
export default function VoicePanel({ place, onPick }: { place: Place; onPick(): void }) {
  const guild = useStore((state) => (place.guild === null ? undefined : state.guilds?.[place.guild]));
  const channel = useStore((state) => findChannel(state, place.channel)?.channel);
  const name = useChannelName(channel);
  return (
    <section className="voice-panel" aria-label="Voice">
      <div className="voice-where">
        <Status />
        <Link to={channelPath(place.guild ?? own, place.channel)} className="where" title="Open the conversation" onPick={onPick}>
          {name}
          {guild !== undefined && <span> · {guild.name}</span>}
        </Link>
      </div>
      <Notes guild={guild} channel={place.channel} />
      {channel?.type === ChannelType.Stage && guild !== undefined && <AskToSpeak guild={guild} channel={channel} />}
      {guild === undefined && <Alone channel={place.channel} />}
      <Controls guild={guild} place={place} />
      <Announcer guild={guild} channel={place.channel} />
    </section>
  );
}

/** Why there is no connection or no microphone, and what else one has to know to be heard. */
export function Notes({ guild, channel }: { guild: Guild | undefined; channel: string }) {
  const failure = useLive((live) => live.failure);
  const missed = useLive((live) => live.missed);
  const quiet = useLive((live) => live.quiet);
  return (
    <>
      {failure !== null ? <Failing trouble={failure} onRetry={retryVoice} /> : missed !== null ? <Failing trouble={missed} /> : quiet !== null && <Failing trouble={quiet} onRetry={retryMicrophone} />}
      <Standing guild={guild} channel={channel} />
    </>
  );
}

/** Without `onRetry` it is tried again by itself. */
function Failing({ trouble, onRetry }: { trouble: Trouble; onRetry?: () => void }) {
  const endpoint = useLive((live) => live.endpoint);
  const { secure } = useContext(InstanceContext);
  return (
    <div className="voice-trouble" role="alert">
      <p>
        <Addresses text={troubleInWords(trouble, { endpoint, secure })} />
      </p>
      {onRetry !== undefined && trouble !== 'insecure' && trouble !== 'unsupported' && (
        <button type="button" className="small" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Text of the page's own, with its addresses as links. */
const Addresses = ({ text }: { text: string }) =>
  text.split(/(https:\/\/\S+)/).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <a key={index} href={part} target="_blank" rel="noreferrer">
        {part}
      </a>
    ),
  );

/** Who listens on a stage and may not speak at once can ask to. */
export function AskToSpeak({ guild, channel }: { guild: Guild; channel: Channel }) {
  const me = useStore((state) => state.me?.id);
  const own = useStore((state) => voicesOf(state.voices, guild.id)[me ?? '']);
  const may = mayIn(guild, me, channel);
  if (me === undefined || own?.channel_id !== channel.id || own.suppress !== true) return null;
  if (may(Permission.MuteMembers)) {
    return (
      <button type="button" className="primary" onClick={() => attempt(setSpeaker(guild.id, channel.id, me, true))}>
        <Icon name="mic" /> Speak
      </button>
    );
  }
  return may(Permission.RequestToSpeak) ? (
    <button type="button" onClick={() => attempt(raiseHand(guild.id, channel.id, !asksToSpeak(own)))}>
      <Icon name="hand" /> {asksToSpeak(own) ? 'Lower your hand' : 'Ask to speak'}
    </button>
  ) : null;
}

/** In a call that nobody else is in, or is rung to come to. */
export function useAlone(channel: string): boolean {
  const ringing = useStore((state) => (state.calls[channel]?.ringing?.length ?? 0) > 0);
  const others = useStore((state) => inRoom(voicesOf(state.voices, null), channel).some(({ user_id }) => user_id !== state.me?.id));
  return useLive((live) => isIn(live, channel) && live.phase === 'connected') && !ringing && !others;
}

const Alone = ({ channel }: { channel: string }) => useAlone(channel) && <p className="hint standing">Only you are here.</p>;

function Standing({ guild, channel: id }: { guild: Guild | undefined; channel: string }) {
  const me = useStore((state) => state.me?.id);
  const own = useStore((state) => voicesOf(state.voices, guild?.id ?? null)[me ?? '']);
  const { mode, key } = usePreferences();
  const channel = guild?.channels.find((one) => one.id === id);
  if (own?.channel_id !== id) return null;
  if (guild !== undefined && isInvited(own)) {
    // Nobody is heard before they say that they want to be.
    return (
      <div className="voice-trouble" role="alert">
        <p>You are invited to speak on this stage.</p>
        <div className="choices">
          <button type="button" className="primary small" onClick={() => attempt(acceptInvitation(guild.id, id))}>
            Speak
          </button>
          <button type="button" className="small" onClick={() => attempt(stepBack(guild.id, id))}>
            Not now
          </button>
        </div>
      </div>
    );
  }
  const byKey = mode === 'key' || (guild !== undefined && channel !== undefined && !mayIn(guild, me, channel)(Permission.UseVoiceActivity));
  const words =
    own.deaf === true
      ? 'A moderator has deafened you: you hear nobody.'
      : own.mute === true
        ? 'A moderator has muted you: nobody hears you.'
        : own.suppress === true
          ? channel?.type === ChannelType.Stage ? 'You are listening: nobody hears you.' : 'You may listen here, but not speak.'
          : byKey && `Hold ${keyName(key)} to speak.`;
  return words !== false && <p className="hint standing">{words}</p>;
}

/** Said in words; a press shows figures. */
function Status() {
  const words = useLive(phaseInWords);
  const phase = useLive((live) => (live.failure === null ? live.phase : 'closed'));
  const { open, anchor, close, toggle } = useOpen();
  return (
    <>
      <button ref={anchor} type="button" className={`voice-status bare ${phase}`} aria-haspopup="dialog" aria-expanded={open} title="How the connection is" onClick={toggle}>
        <Icon name="signal" />
        <span role="status">{words}</span>
      </button>
      {open && (
        <Popover anchor={anchor} label="Connection" className="voice-quality" onClose={close}>
          <Figures />
        </Popover>
      )}
    </>
  );
}

const paths: Readonly<Record<NonNullable<Quality['path']>, string>> = { udp: 'UDP, straight', tcp: 'TCP: UDP is blocked', relay: 'Through a relay', direct: 'Straight to the other' };

function Figures() {
  const quality = useLive((live) => live.quality);
  const endpoint = useLive((live) => live.endpoint);
  return (
    <>
      <h3>Connection</h3>
      {quality === null ? (
        <p className="hint">Nothing is measured yet.</p>
      ) : (
        <dl className="figures">
          <dt>There and back</dt>
          <dd>{quality.rtt === null ? '–' : `${Math.round(quality.rtt)} ms`}</dd>
          <dt>Lost on the way</dt>
          <dd>{quality.loss === null ? '–' : `${(quality.loss * 100).toFixed(1)} %`}</dd>
          <dt>Varies by</dt>
          <dd>{quality.jitter === null ? '–' : `${Math.round(quality.jitter)} ms`}</dd>
          <dt>Received</dt>
          <dd>{inBytes(quality.received)}</dd>
          <dt>Sent</dt>
          <dd>{inBytes(quality.sent)}</dd>
          {quality.path !== null && (
            <>
              <dt>Path</dt>
              <dd>{paths[quality.path]}</dd>
            </>
          )}
        </dl>
      )}
      {endpoint !== null && <p className="hint">Voice server: {endpoint}</p>}
    </>
  );
}

const inBytes = (bytes: number) => (bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`);

/** Phones cannot; where nothing at all can be captured, a press says why. */
const canShare = () => navigator.mediaDevices === undefined || 'getDisplayMedia' in navigator.mediaDevices;

export function Controls({ guild, place, big = false }: { guild: Guild | undefined; place: Place; big?: boolean }) {
  const me = useStore((state) => state.me?.id);
  const camera = useLive((live) => me !== undefined && live.cameras[me] !== undefined);
  const sharing = useLive((live) => isSharing(live, place, me));
  const channel = guild?.channels.find(({ id }) => id === place.channel);
  const silent = useStore((state) => {
    const own = voicesOf(state.voices, place.guild)[me ?? ''];
    return own !== undefined && listens(own);
  });
  const mayShow = guild === undefined || (!silent && channel !== undefined && mayIn(guild, me, channel)(Permission.Stream));
  return (
    <div className={big ? 'voice-controls big' : 'voice-controls'}>
      {big && <Ears />}
      {mayShow && (
        <>
          <button type="button" className="icon" aria-label="Camera" title={camera ? 'Turn the camera off' : 'Turn the camera on'} aria-pressed={camera} onClick={() => attempt(toggleCamera())}>
            <Icon name="camera" />
          </button>
          {canShare() && (
            <button
              type="button"
              className="icon"
              aria-label="Share your screen"
              title={sharing ? 'Stop sharing' : 'Share your screen'}
              aria-pressed={sharing}
              onClick={() => (sharing && me !== undefined ? stopStream(streamKey(place.guild, place.channel, me)) : attempt(shareScreen()))}
            >
              <Icon name={sharing ? 'screenoff' : 'screen'} />
            </button>
          )}
        </>
      )}
      <button type="button" className="icon hang-up" aria-label="Disconnect" title="Disconnect" onClick={leaveVoice}>
        <Icon name="hangup" />
      </button>
    </div>
  );
}

/** Says, to those who do not see it, who comes and who goes. Not of a crowd. */
function Announcer({ guild, channel }: { guild: Guild | undefined; channel: string }) {
  const me = useStore((state) => state.me?.id);
  const inside = useOccupants(guild, channel);
  const called = useCalled(guild);
  const before = useRef<{ channel: string; ids: ReadonlySet<string> } | null>(null);
  const [said, setSaid] = useState('');
  useEffect(() => {
    const known = before.current;
    const ids = new Set(inside.map(({ user_id }) => user_id));
    before.current = { channel, ids };
    if (known === null || known.channel !== channel || ids.size > 25) return;
    const others = (from: ReadonlySet<string>, to: ReadonlySet<string>) => [...from].filter((id) => id !== me && !to.has(id)).map(called);
    const [came, went] = [others(ids, known.ids), others(known.ids, ids)];
    const lines = [...(came.length > 0 ? [`${came.join(', ')} joined.`] : []), ...(went.length > 0 ? [`${went.join(', ')} left.`] : [])];
    if (lines.length > 0) setSaid(lines.join(' '));
  }, [inside, channel]);
  return (
    <p className="unseen" role="status" aria-live="polite">
      {said}
    </p>
  );
}
