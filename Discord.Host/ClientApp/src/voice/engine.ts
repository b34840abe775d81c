import { streamOwner } from '../voices';
import { away, having, useLive, type Place, type Trouble } from './live';
import type { Microphone, MicrophoneEvents } from './microphone';
import type { Player } from './player';
import { screenVolumeKey, type Preferences } from './preferences';
import type { Ending, Join, Kind, Phase, Quality, Ticket, VideoLimits, VoiceConnection } from './types';

/** What the engine is put together from, so that tests need neither a browser nor a server. */
export interface Parts {
  readonly join: Join;
  openMicrophone(choice: Preferences, events: MicrophoneEvents): Promise<Microphone>;
  openPlayer(): Player;
  /** The room's connection is over, for another reason than {@link Engine.leave}. */
  ended(ending: Ending): void;
  /** A shared screen can be shown or watched no longer, though nobody ended it. */
  streamLost(key: string): void;
  /** One's own id. */
  readonly me: string;
}

const { setState: set, getState: live } = useLive;

/** The voice servers that answered this page once: their certificates are accepted, and no firewall is in between. */
const reached = new Set<string>();

/** The room that one is in, the screens that one shows or watches, the microphone and what is played: everything that lives as long as one stays. */
export class Engine {
  private room: VoiceConnection | null = null;
  /** Which visit of a room this is: what an earlier one still says is not heard. */
  private visit = 0;
  private readonly heard = new Set<string>();
  private readonly streams = new Map<string, VoiceConnection>();
  private readonly player: Player;
  private microphone: Microphone | null = null;
  /** Counts the tries to open a microphone: one that is overtaken is closed again. */
  private opening = 0;
  private camera: { track: MediaStreamTrack; limits: VideoLimits } | null = null;
  private readonly shared = new Map<string, MediaStream>();
  private readonly shown = new Map<string, number>();
  private maySend = false;
  private deafened = false;
  private talks = false;
  private keyOnly = false;

  constructor(
    private readonly parts: Parts,
    private preferences: Preferences,
  ) {
    this.player = parts.openPlayer();
    this.player.setOutput(preferences.output);
    for (const [user, volume] of Object.entries(preferences.volumes)) this.player.setVolume(user, volume);
  }

  /** Goes into a room; out of the one before. */
  enter(place: Place, ticket: Ticket): void {
    this.quit();
    set({ place, phase: 'connecting', failure: null, missed: null, endpoint: ticket.endpoint });
    const visit = ++this.visit;
    const here = <T extends unknown[]>(run: (...told: T) => void) => (...told: T) => {
      if (visit === this.visit) run(...told);
    };
    const room = this.parts.join(ticket, {
      phase: here((phase: Phase, ending?: Ending) => {
        if (phase !== 'closed') {
          set({ phase });
          return this.shine();
        }
        this.quit();
        this.parts.ended(ending ?? 'unreachable');
      }),
      reached: here((isReached: boolean) => {
        if (isReached) reached.add(ticket.endpoint);
        set({ missed: isReached ? null : reached.has(ticket.endpoint) ? 'gone' : 'unreachable' });
      }),
      speaking: here((user: string, on: boolean) => set(({ speaking }) => ({ speaking: having(speaking, user, on ? true : undefined) }))),
      track: here((user: string, kind: Kind, track: MediaStreamTrack | null) => {
        if (kind === 'audio') return this.hear(user, track);
        if (track !== null) this.room?.want(user, this.shown.has(user) ? 100 : 0);
        set(({ cameras }) => ({ cameras: having(cameras, user, track ?? undefined) }));
      }),
      quality: here((quality: Quality) => set({ quality })),
    });
    this.room = room;
    room.setDeafened(this.deafened);
    this.allowDirect();
    if (this.camera !== null) room.send('video', this.camera.track, this.camera.limits);
    this.sendVoice();
    if (this.microphone === null) void this.openMicrophone();
  }

  /** What one may and wants to: be heard, and hear. `keyOnly`: one may not speak without holding the key. */
  setVoice({ send, deafened, keyOnly = false }: { send: boolean; deafened: boolean; keyOnly?: boolean }): void {
    this.maySend = send;
    if (this.keyOnly !== keyOnly) {
      this.keyOnly = keyOnly;
      this.microphone?.tune(this.choice);
    }
    if (this.deafened !== deafened) {
      this.deafened = deafened;
      this.player.setDeafened(deafened);
      this.room?.setDeafened(deafened);
      this.streams.forEach((stream) => stream.setDeafened(deafened));
    }
    this.sendVoice();
  }

  /** Takes up other settings; another device or processing opens the microphone anew. */
  apply(preferences: Preferences): void {
    const before = this.preferences;
    this.preferences = preferences;
    if (before.output !== preferences.output) this.player.setOutput(preferences.output);
    for (const [user, volume] of Object.entries(preferences.volumes)) if (before.volumes[user] !== volume) this.player.setVolume(user, volume);
    this.allowDirect();
    const captures = ['input', 'suppressNoise', 'cancelEcho', 'evenOut'] as const;
    if (this.room !== null && captures.some((name) => before[name] !== preferences[name])) void this.openMicrophone();
    else this.microphone?.tune(this.choice);
  }

  /** Opens the microphone, also again after it could not be had. Without one, one listens. */
  async openMicrophone(): Promise<void> {
    const turn = ++this.opening;
    this.closeMicrophone();
    try {
      const microphone = await this.parts.openMicrophone(this.choice, {
        speaking: (on) => this.talk(on),
        lost: () => void this.openMicrophone(),
      });
      if (turn !== this.opening || this.room === null) return microphone.close();
      this.microphone = microphone;
      set({ quiet: null });
    } catch (trouble) {
      if (turn === this.opening) set({ quiet: typeof trouble === 'string' ? (trouble as Trouble) : 'no-device' });
    }
    this.sendVoice();
  }

  /** Answers whether this key is one to speak with at present. */
  holdKey(held: boolean): boolean {
    this.microphone?.hold(held);
    return this.choice.mode === 'key';
  }

  setCamera(track: MediaStreamTrack | null, limits: VideoLimits): void {
    this.camera?.track.stop();
    this.camera = track === null ? null : { track, limits };
    this.room?.send('video', track, limits);
    set(({ cameras }) => ({ cameras: having(cameras, this.parts.me, track ?? undefined) }));
  }

  /** A picture is on the screen, or not any more: only what is seen is asked for. */
  show(user: string, on: boolean): void {
    const count = (this.shown.get(user) ?? 0) + (on ? 1 : -1);
    if (count > 0) this.shown.set(user, count);
    else this.shown.delete(user);
    if ((on && count === 1) || count === 0) this.room?.want(user, on ? 100 : 0);
  }

  /** Keeps a screen that is to be shared until the server says where to send it. */
  share(key: string, screen: MediaStream): void {
    this.shared.set(key, screen);
    set(({ screens }) => ({ screens: { ...screens, [key]: screen.getVideoTracks()[0] ?? null } }));
  }

  /** Connects a shared screen: one's own to show it, another's to watch. */
  stream(key: string, ticket: Ticket, limits: VideoLimits): void {
    const before = this.streams.get(key);
    // What is said to this key's connection from here on is not the old one's: a screen stays when its server changes.
    this.streams.delete(key);
    before?.close();
    const mine = this.shared.get(key);
    const connection = this.parts.join(ticket, {
      phase: (phase, ending) => {
        if (phase !== 'closed' || this.streams.get(key) !== connection) return;
        this.endStream(key);
        if (ending !== 'ended' && ending !== 'removed') this.parts.streamLost(key);
      },
      reached: () => undefined,
      speaking: () => undefined,
      track: (_, kind, track) => {
        if (mine !== undefined) return;
        if (kind === 'audio') this.player.play(screenVolumeKey(streamOwner(key)), track);
        else set(({ screens }) => ({ screens: { ...screens, [key]: track } }));
      },
      quality: () => undefined,
    });
    this.streams.set(key, connection);
    connection.setDeafened(this.deafened);
    if (mine === undefined) return set(({ screens }) => ({ screens: { ...screens, [key]: screens[key] ?? null } }));
    const [picture] = mine.getVideoTracks();
    const [sound] = mine.getAudioTracks();
    if (picture !== undefined) connection.send('video', picture, limits);
    if (sound !== undefined) {
      connection.send('audio', sound);
      connection.setSpeaking(2);
    }
  }

  endStream(key: string): void {
    const connection = this.streams.get(key);
    this.streams.delete(key);
    connection?.close();
    this.shared.get(key)?.getTracks().forEach((track) => track.stop());
    this.shared.delete(key);
    this.player.play(screenVolumeKey(streamOwner(key)), null);
    set(({ screens }) => ({ screens: having(screens, key, undefined) }));
  }

  /** Leaves everything. */
  leave(): void {
    this.quit();
    this.opening++;
    this.closeMicrophone();
    this.setCamera(null, { width: 0, height: 0, framerate: 0, bitrate: 0 });
    [...new Set([...this.streams.keys(), ...this.shared.keys()])].forEach((key) => this.endStream(key));
    this.player.close();
    set(away);
  }

  /** Leaves the room, and keeps what one takes into the next: the microphone and one's own camera. */
  private quit(): void {
    this.visit++;
    this.room?.close();
    this.room = null;
    [...this.heard].forEach((user) => this.hear(user, null));
    set({ quality: null, speaking: {}, cameras: this.camera === null ? {} : { [this.parts.me]: this.camera.track } });
  }

  private hear(user: string, track: MediaStreamTrack | null): void {
    if (track === null) this.heard.delete(user);
    else this.heard.add(user);
    this.player.play(user, track);
  }

  /** Only calls have one other to go straight to; whether this one does, the server knows. */
  private allowDirect(): void {
    this.room?.setDirect(this.preferences.direct && live().place?.guild === null);
  }

  private get choice(): Preferences {
    return this.keyOnly ? { ...this.preferences, mode: 'key' } : this.preferences;
  }

  private closeMicrophone(): void {
    this.microphone?.close();
    this.microphone = null;
    this.talk(false);
  }

  private talk(on: boolean): void {
    this.talks = on;
    this.room?.setSpeaking(on && this.maySend ? 1 : 0);
    this.shine();
  }

  /** The ring says that one is heard, and so there has to be a way to the others. */
  private shine(): void {
    const heard = this.talks && this.maySend && live().phase === 'connected';
    set(({ speaking }) => ({ speaking: having(speaking, this.parts.me, heard ? true : undefined) }));
  }

  private sendVoice(): void {
    this.room?.send('audio', this.maySend ? (this.microphone?.track ?? null) : null);
    this.talk(this.talks && this.microphone !== null);
  }
}
