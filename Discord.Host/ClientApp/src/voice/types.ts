// What the page and a voice connection ask of each other. The page captures and plays (microphone, levels, volumes, devices, screens);
// the connection moves: one voice socket and one RTCPeerConnection for one room, and in a call of two a second one past the server. A stream (Go Live) is a room of its own, with a ticket of its own.

/** What VOICE_SERVER_UPDATE or STREAM_SERVER_UPDATE gave, and who asks with it. Good for one room until one moves or leaves. */
export interface Ticket {
  /** host:port/path, without a scheme: wss is meant. */
  readonly endpoint: string;
  readonly token: string;
  /** What IDENTIFY calls server_id: the guild, the channel of a call, or a stream's rtc_server_id. */
  readonly serverId: string;
  readonly channelId: string;
  readonly userId: string;
  /** Of the main gateway session. */
  readonly sessionId: string;
}

/** `reconnecting`: it was there, and is being regained without a new ticket. `closed`: it is over, for an {@link Ending}. */
export type Phase = 'connecting' | 'connected' | 'reconnecting' | 'closed';

/**
 * `left`: by close(). `removed`: disconnected by a moderator, or the channel is gone (4014). `ended`: the call is over (4022).
 * `stale`: the ticket is worth nothing (4004, 4006, 4009, 4011): ask for a new one. `unreachable`: neither UDP nor TCP gets through, or the socket
 * does not open, after all tries. `unsupported`: this browser has no WebRTC, or the server refused what it offers (4012, 4016, 4020).
 */
export type Ending = 'left' | 'removed' | 'ended' | 'stale' | 'unreachable' | 'unsupported';

export type Kind = 'audio' | 'video';

/** How the connection is, over the last seconds. */
export interface Quality {
  /** To the server and back, in milliseconds; null: not measured yet. */
  readonly rtt: number | null;
  /** Part of the packets that were meant for this page and did not arrive: 0 to 1; null: nothing was to come. */
  readonly loss: number | null;
  /** In milliseconds. */
  readonly jitter: number | null;
  /** Bytes since the beginning. */
  readonly received: number;
  readonly sent: number;
  /** How packets go to the server: straight, over TCP, or through a relay (TURN); or past it, to the other person. Null: not known. */
  readonly path: 'udp' | 'tcp' | 'relay' | 'direct' | null;
}

/** What the connection tells. Nothing is told after `closed`. */
export interface VoiceEvents {
  /** `ending` comes with `closed`. */
  phase(phase: Phase, ending?: Ending): void;
  /** The voice server answers; or (false) a try to reach it failed, and others follow. */
  reached(isReached: boolean): void;
  /**
   * Somebody else begins or stops to speak: as the server says (op 5), and as is heard, so that nobody stays lit who
   * vanished in the middle of a word. Each change once.
   */
  speaking(userId: string, speaking: boolean): void;
  /** Somebody's track is there, was replaced, or (null) is gone. Tracks of somebody who leaves are told gone. */
  track(userId: string, kind: Kind, track: MediaStreamTrack | null): void;
  /** About every two seconds while connected. */
  quality(quality: Quality): void;
}

/** What is sent of a picture. */
export interface VideoLimits {
  readonly width: number;
  readonly height: number;
  readonly framerate: number;
  /** Bits per second. */
  readonly bitrate: number;
}

export interface VoiceConnection {
  /** Sends this track from now on; null: none. May be called in any phase but `closed`, and as often as one likes: no new handshake is needed for it. */
  send(kind: 'audio', track: MediaStreamTrack | null): void;
  send(kind: 'video', track: MediaStreamTrack | null, limits?: VideoLimits): void;

  /** Tells the others that one speaks (op 5): 0 nobody, 1 the microphone, 2 the sound of a shared screen. The page decides when. */
  setSpeaking(flags: 0 | 1 | 2): void;

  /** Whether anything is received at all. Deafened: nothing is asked for, and nothing arrives. */
  setDeafened(deafened: boolean): void;

  /** How well this person's picture is wanted (op 15): 0 not at all, 100 as good as it is. What is not asked for is wanted. */
  want(userId: string, quality: number): void;

  /** Whether a call of two may go past the server, where the other allows it too: each learns the other's address then. */
  setDirect(allowed: boolean): void;

  /** Leaves. */
  close(): void;
}

/** How a room is entered. The module that exports it (`connection.ts`, `join`) is loaded when somebody first joins. */
export type Join = (ticket: Ticket, events: VoiceEvents) => VoiceConnection;
