import type { Clock } from '../gateway';
import { carry } from './peers';
import type { Kind, VideoLimits } from './types';

/** What the two of a call say to each other through the voice gateway, beside "ready" (docs/adr/0015). */
export interface PeerMessage {
  readonly type: string;
  readonly user_id: string;
  readonly offers?: boolean;
  readonly data?: string;
}

/** What one sends, as it is at this moment. */
interface Sent {
  readonly tracks: Readonly<Record<Kind, MediaStreamTrack | null>>;
  readonly limits: VideoLimits | undefined;
}

/** How often in one room it is begun at most. */
const tries = 4;

/** In milliseconds, from the beginning to a connection. */
const patience = 10_000;

/** Characters that the server passes on at once. */
const mostData = 16_384;

/** Addresses that are told: the socket takes 120 messages a minute, and what comes late helps little. */
const mostCandidates = 24;

/** Relays are asked for one's own address alone: to send through them is no shorter way than the server. */
export const addressServers = (relays: readonly RTCIceServer[]): RTCIceServer[] =>
  relays.flatMap(({ urls }) => urls).filter((url) => url.startsWith('turn:') && !url.includes('transport=tcp')).map((url) => ({ urls: url.replace(/^turn:([^?]*).*/, 'stun:$1') }));

/** The way to the other of a call of two, past the server. It is tried once: what fails says so, and the server carries on. */
export class Direct {
  isUp = false;
  private isOver = false;
  private candidates = 0;
  private work: Promise<void>;
  private readonly stopDeadline: () => void;

  constructor(
    readonly userId: string,
    offers: boolean,
    readonly peer: RTCPeerConnection,
    clock: Clock,
    private readonly sent: () => Sent,
    /** `up`: packets pass. `failed`: they do not, or not any more. */
    private readonly events: { tell(type: 'offer' | 'answer' | 'candidate', data: string): void; up(): void; failed(): void },
  ) {
    this.stopDeadline = clock.after(patience, () => this.fail());
    peer.onicecandidate = ({ candidate }) => {
      if (candidate !== null && ++this.candidates <= mostCandidates) this.tell('candidate', JSON.stringify(candidate));
    };
    peer.onconnectionstatechange = () => {
      const { connectionState } = peer;
      if (connectionState === 'disconnected' || connectionState === 'failed') return this.fail();
      if (connectionState !== 'connected' || this.isUp || this.isOver) return;
      this.stopDeadline();
      this.isUp = true;
      events.up();
    };
    this.work = this.does(async () => {
      if (!offers) return;
      for (const kind of ['audio', 'video'] as const) peer.addTransceiver(kind, { direction: 'sendrecv' });
      this.send();
      await this.describe('offer');
    });
  }

  /** What the other said. */
  take({ type, data = '' }: PeerMessage): void {
    this.work = this.work.then(() =>
      this.does(async () => {
        // One that comes before any description belongs to an earlier try.
        if (type === 'candidate') return this.peer.remoteDescription === null ? undefined : this.peer.addIceCandidate(JSON.parse(data) as RTCIceCandidateInit);
        if (type !== 'offer' && type !== 'answer') throw new Error(type);
        await this.peer.setRemoteDescription({ type, sdp: data });
        if (type === 'answer') return;
        for (const transceiver of this.peer.getTransceivers()) transceiver.direction = 'sendrecv';
        this.send();
        await this.describe('answer');
      }),
    );
  }

  /** One's own tracks changed. */
  send(): void {
    const { tracks, limits } = this.sent();
    for (const kind of ['audio', 'video'] as const) {
      const transceiver = this.of(kind);
      if (transceiver !== undefined) void carry(transceiver, kind, tracks[kind], limits);
    }
  }

  receiver = (kind: Kind): RTCRtpReceiver | undefined => this.of(kind)?.receiver;

  close(): void {
    this.isOver = true;
    this.stopDeadline();
    this.peer.close();
  }

  private of = (kind: Kind): RTCRtpTransceiver | undefined => this.peer.getTransceivers().find(({ receiver }) => receiver.track.kind === kind);

  private async describe(type: 'offer' | 'answer'): Promise<void> {
    await this.peer.setLocalDescription();
    this.tell(type, this.peer.localDescription!.sdp);
  }

  private tell(type: 'offer' | 'answer' | 'candidate', data: string): void {
    if (this.isOver) return;
    if (data.length > mostData) this.fail();
    else this.events.tell(type, data);
  }

  private async does(step: () => Promise<void>): Promise<void> {
    if (this.isOver) return;
    try {
      await step();
    } catch (error) {
      console.warn('voice', error);
      this.fail();
    }
  }

  private fail(): void {
    if (!this.isOver) this.events.failed();
  }
}

/** The way past the server of one room: begun where both wish it and the server says so, given up for the server when it fails. */
export class Shortcut {
  private direct: Direct | null = null;
  private isAllowed = false;
  private begun = 0;

  constructor(
    private readonly clock: Clock,
    private readonly sent: () => Sent,
    /** `mayBegin`: the way by the server is there, to fall back to. `switched`: what goes to this person, and comes from them, takes the other way from now on. */
    private readonly events: { open(): RTCPeerConnection | null; mayBegin(): boolean; tell(message: { type: string; data?: string }): void; switched(userId: string): void },
  ) {}

  /** The one that is up. */
  get way(): Direct | null {
    return this.direct?.isUp === true ? this.direct : null;
  }

  allow(allowed: boolean): void {
    if (this.isAllowed === allowed) return;
    this.isAllowed = allowed;
    this.begun = 0;
    if (allowed) this.begin();
    else this.end();
  }

  /** Says that one would. */
  begin(): void {
    if (this.isAllowed && this.begun < tries && this.events.mayBegin()) this.events.tell({ type: 'ready' });
  }

  heard(message: PeerMessage): void {
    const { type, user_id: userId, offers } = message;
    if (type === 'end') {
      this.drop();
      // It was the other's wish, or the other's failure: when they say "ready" again, it may begin again.
      return this.begin();
    }
    if (type !== 'start') return this.direct?.take(message);
    this.drop();
    this.begun++;
    const peer = this.isAllowed ? this.events.open() : null;
    if (peer === null) return this.end();
    this.direct = new Direct(userId, offers === true, peer, this.clock, this.sent, {
      tell: (kind, data) => this.events.tell({ type: kind, data }),
      up: () => this.events.switched(userId),
      failed: () => this.end(),
    });
  }

  /** One's own tracks changed. */
  send(): void {
    this.direct?.send();
  }

  gone(userId: string): void {
    if (this.direct?.userId === userId) this.drop();
  }

  /** What was sent past the server goes to it again. */
  drop(): void {
    const { direct } = this;
    this.direct = null;
    direct?.close();
    if (direct?.isUp === true) this.events.switched(direct.userId);
  }

  private end(): void {
    this.events.tell({ type: 'end' });
    this.drop();
  }
}
