import { useEffect, useRef, useState, type ReactNode } from 'react';
import { attempt } from '../../actions/session';
import { joinVoice, ringAgain, showCamera, stopStream, watchStream } from '../../actions/voice';
import { mayIn, type Guild } from '../../guilds';
import { Permission } from '../../permissions';
import { displayName, useStore } from '../../store';
import { ChannelType, type Channel, type VoiceState } from '../../types';
import { streamKey, streamOwner } from '../../voices';
import { connectedInWords, isIn, phaseInWords, useLive } from '../../voice/live';
import { screenVolumeKey } from '../../voice/preferences';
import { Avatar } from '../Avatar';
import { narrowScreen, useMedia } from '../media';
import { Icon } from '../Icon';
import { PopoverButton } from '../Popover';
import { UserButton } from '../UserCard';
import { Volume } from './InVoice';
import { useAcquaintance, useCalled, useOccupants } from './people';
import { Stage } from './Stage';
import { Controls, Notes, useAlone } from './VoicePanel';
import { VoiceSigns } from './VoiceSigns';

/** Tiles at most: beyond, a number says how many more there are. */
const mostTiles = 48;

const nobody: readonly string[] = [];

/** Who is in a voice channel or a call, as pictures. From outside it shows the same people, and the way in. */
export default function VoiceRoom({ guild, channel, name }: { guild: Guild | undefined; channel: Channel; name: string }) {
  const me = useStore((state) => state.me?.id);
  const inside = useOccupants(guild, channel.id);
  const joined = useLive((live) => isIn(live, channel.id));
  const mayJoin = guild === undefined || mayIn(guild, me, channel)(Permission.Connect);
  const isStage = channel.type === ChannelType.Stage;
  const ringing = useStore((state) => state.calls[channel.id]?.ringing ?? nobody).filter((id) => !inside.some(({ user_id }) => user_id === id));
  const alone = useAlone(channel.id) && guild === undefined;
  useAcquaintance(guild?.id, inside.slice(0, mostTiles));
  return (
    <section className="room" aria-label={`Voice in ${name}`}>
      {isStage && guild !== undefined ? (
        <Stage guild={guild} channel={channel} inside={inside} joined={joined} />
      ) : inside.length + ringing.length === 0 ? (
        <p className="room-empty">Nobody is here yet.</p>
      ) : (
        <Tiles guild={guild} channel={channel.id} states={inside} joined={joined} ringing={ringing} />
      )}
      {alone && (
        <p className="hint alone">
          Only you are here.{' '}
          <button type="button" className="small" onClick={() => attempt(ringAgain(channel.id))}>
            Ring
          </button>
        </p>
      )}
      {joined ? (
        <>
          <Aside guild={guild} channel={channel.id} />
          <Controls guild={guild} place={{ guild: guild?.id ?? null, channel: channel.id }} big />
        </>
      ) : (
        mayJoin && (
          <button type="button" className="primary join" onClick={() => joinVoice(guild?.id ?? null, channel.id)}>
            <Icon name="call" /> Join
          </button>
        )
      )}
    </section>
  );
}

/** On a phone the panel that says this is behind the drawer. */
function Aside({ guild, channel }: { guild: Guild | undefined; channel: string }) {
  const narrow = useMedia(narrowScreen);
  const words = useLive(phaseInWords);
  if (!narrow) return null;
  return (
    <div className="room-notes">
      {words !== connectedInWords && <p role="status">{words}</p>}
      <Notes guild={guild} channel={channel} />
    </div>
  );
}

export function Tiles({ guild, channel, states, joined, ringing = nobody }: { guild: Guild | undefined; channel: string; states: readonly VoiceState[]; joined: boolean; ringing?: readonly string[] }) {
  const me = useStore((state) => state.me?.id);
  // One that is large stands above the others. Before one chooses, it is the screen that one watches.
  const [chosen, setLarge] = useState<string | null>();
  const watched = useLive((live) => Object.keys(live.screens).find((key) => streamOwner(key) !== me) ?? null);
  const large = chosen === undefined ? watched : chosen;
  const screens = states.filter(({ self_stream, user_id }) => self_stream === true || user_id === me).flatMap(({ user_id, self_stream }) => {
    const key = streamKey(guild?.id ?? null, channel, user_id);
    return self_stream === true || (user_id === me && key in useLive.getState().screens) ? [key] : [];
  });
  const shown = states.slice(0, mostTiles);
  const sized = (id: string) => ({ large: large === id, onLarge: () => setLarge(large === id ? null : id) });
  return (
    <ul className={large === null ? 'tiles' : 'tiles with-large'} data-count={Math.min(shown.length + screens.length + ringing.length, 12)}>
      {joined && screens.map((key) => <ScreenTile key={key} guild={guild} stream={key} mine={streamOwner(key) === me} {...sized(key)} />)}
      {shown.map((state) => (
        <PersonTile key={state.user_id} guild={guild} state={state} joined={joined} {...sized(state.user_id)} />
      ))}
      {ringing.map((id) => (
        <RingingTile key={id} id={id} />
      ))}
      {states.length > shown.length && <li className="tile rest">{(states.length - shown.length).toLocaleString()} more</li>}
    </ul>
  );
}

interface TileProps {
  large: boolean;
  onLarge(): void;
}

function PersonTile({ guild, state, joined, large, onLarge }: TileProps & { guild: Guild | undefined; state: VoiceState; joined: boolean }) {
  const id = state.user_id;
  const user = useStore((known) => known.users[id]);
  const me = useStore((known) => known.me?.id);
  const camera = useLive((live) => (joined ? live.cameras[id] : undefined));
  const speaks = useLive((live) => joined && live.speaking[id] === true);
  // Before the way there is known, nobody can be asked for a picture.
  const arrives = useLive((live) => joined && live.phase !== 'asking');
  const on = arrives && state.self_video === true && id !== me;
  useEffect(() => {
    if (!on) return;
    showCamera(id, true);
    return () => void showCamera(id, false);
  }, [id, on]);
  const member = guild?.members[id];
  const name = member?.nick ?? (user === undefined ? '…' : displayName(user));
  return (
    <Tile label={name} speaks={speaks} track={camera} mirrored={id === me} large={large} onLarge={onLarge} foot={<VoiceSigns state={state} />}>
      <UserButton user={id} guild={guild} className="tile-person">
        <Avatar user={user ?? { id }} name={name} guild={guild?.id} member={member} size={72} />
        <span className="unseen">{name}</span>
      </UserButton>
    </Tile>
  );
}

/** Who is called, and has not answered yet. */
function RingingTile({ id }: { id: string }) {
  const user = useStore((known) => known.users[id]);
  const name = user === undefined ? '…' : displayName(user);
  return (
    <li className="tile called">
      <Avatar user={user ?? { id }} name={name} size={72} />
      <div className="tile-foot">
        <span className="name">{name}</span>
        <span className="hint">Ringing…</span>
      </div>
    </li>
  );
}

function ScreenTile({ guild, stream, mine, large, onLarge }: TileProps & { guild: Guild | undefined; stream: string; mine: boolean }) {
  const called = useCalled(guild);
  const track = useLive((live) => live.screens[stream]);
  const watching = track !== undefined;
  const viewers = useStore((state) => state.streams[stream]?.viewer_ids?.length ?? 0);
  const owner = streamOwner(stream);
  const label = mine ? 'Your screen' : `Screen of ${called(owner)}`;
  return (
    <Tile
      label={label}
      track={track ?? undefined}
      fits
      large={large}
      onLarge={onLarge}
      foot={
        <>
          {watching && viewers > 0 && <span>{viewers === 1 ? '1 viewer' : `${viewers} viewers`}</span>}
          {watching && !mine && (
            <PopoverButton label="Sound of this screen" icon="voice" className="icon small">
              {() => <Volume user={screenVolumeKey(owner)} label="How loud it is for you" />}
            </PopoverButton>
          )}
          {watching && (
            <button type="button" className="icon small" aria-label={mine ? 'Stop sharing' : 'Stop watching'} title={mine ? 'Stop sharing' : 'Stop watching'} onClick={() => stopStream(stream)}>
              <Icon name="close" />
            </button>
          )}
        </>
      }
    >
      {!watching ? (
        <button type="button" className="primary" onClick={() => watchStream(stream)}>
          <Icon name="screen" /> Watch
        </button>
      ) : (
        track === null && <p role="status">Waiting for the picture…</p>
      )}
    </Tile>
  );
}

interface FrameProps extends TileProps {
  label: string;
  speaks?: boolean;
  track: MediaStreamTrack | undefined;
  /** As in a mirror: how one knows oneself. */
  mirrored?: boolean;
  /** Shown whole, with bars: what is written on a screen must be read to its edges. */
  fits?: boolean;
  foot: ReactNode;
  children: ReactNode;
}

function Tile({ label, speaks = false, track, mirrored = false, fits = false, large, onLarge, foot, children }: FrameProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (element === null || track === undefined) return;
    element.srcObject = new MediaStream([track]);
    return () => {
      element.srcObject = null;
    };
  }, [track]);
  return (
    <li className={`tile${speaks ? ' speaking' : ''}${large ? ' large' : ''}`}>
      {children}
      {track !== undefined && <video ref={video} className={`${mirrored ? 'mirrored' : ''} ${fits ? 'fits' : ''}`} aria-label={label} autoPlay playsInline muted />}
      <div className="tile-foot">
        <span className="name">{label}</span>
        {foot}
        {track !== undefined && (
          <>
            {document.pictureInPictureEnabled && (
              <button type="button" className="icon small" aria-label={`Pop ${label} out`} title="Pop out" onClick={() => void video.current?.requestPictureInPicture().catch(() => undefined)}>
                <Icon name="popout" />
              </button>
            )}
            <button type="button" className="icon small" aria-label={large ? `Make ${label} smaller` : `Make ${label} larger`} title={large ? 'Smaller' : 'Larger'} onClick={onLarge}>
              <Icon name={large ? 'smaller' : 'larger'} />
            </button>
          </>
        )}
      </div>
    </li>
  );
}
