import type { Clock, Socket } from '../gateway';
import { addressServers, Shortcut } from './direct';
import { Line, Op } from './line';
import { carry, qualityOf } from './peers';
import { answerFor, codecsOf, fragmentOf, serverSideOf, type ServerSide, type Source } from './sdp';
import { Speech } from './speech';
import type { Ending, Join, Kind, Phase, Ticket, VideoLimits, VoiceConnection, VoiceEvents } from './types';

// One room: the line to the voice gateway, which says who is there and under which SSRC, and the RTCPeerConnection over which packets come straight from the media server.

/** What a connection stands on, so that tests can drive it by hand. */
export interface Parts {
  open(url: string): Socket;
  clock: Clock;
  /** `null`: this browser has no WebRTC. */
  peer(config: RTCConfiguration): RTCPeerConnection | null;
}

/** In milliseconds: from a description to packets that flow; and how long a path that fell silent may take to come back. */
const patience = 15_000;
const recovery = 8_000;
const tries = 4;

const glance = 250;
const glancesPerReport = 8;

/** In milliseconds: what is wanted of several people is said in one message. */
const together = 100;

/** Without packets for so long, nobody speaks, in milliseconds. */
const silence = 800;

/** Streams that are received at once, at most. In larger rooms whoever spoke longest ago makes room. */
const slots: Readonly<Record<Kind, number>> = { audio: 40, video: 26 };

/** A section of the description that receives, and whose stream it has. */
interface Slot {
  readonly kind: Kind;
  readonly transceiver: RTCRtpTransceiver;
  source: Source | null;
  /** When it was last given away or heard, by the order of events. */
  used: number;
}

class Connection implements VoiceConnection {
  private phase: Phase | null = null;
  private readonly line: Line;
  private peerTries = 0;

  private peer: RTCPeerConnection | null = null;
  private server: ServerSide | null = null;
  /** In which the server wants our picture: what the others play. */
  private codec: string | undefined;
  private iceServers: RTCIceServer[] = [];
  private senders: Partial<Record<Kind, RTCRtpTransceiver>> = {};
  private slots: Slot[] = [];
  private version = 0;
  private turn = 0;
  private work: Promise<void> = Promise.resolve();
  private isStale = false;
  /** Whether our offer went out: a line that was broken at that moment lost it. */
  private isOffered = false;

  private readonly tracks: Record<Kind, MediaStreamTrack | null> = { audio: null, video: null };
  private limits: VideoLimits | undefined;
  /** Whether anybody looks at our picture. */
  private isWatched = true;
  private readonly speech: Speech;
  private isDeafened = false;
  private readonly wants = new Map<string, number>();
  private ssrc = 0;

  /** By user: their streams, as the server told. */
  private readonly sources = new Map<string, Partial<Record<Kind, Source>>>();
  private readonly speaking = new Set<string>();
  private readonly lit = new Set<string>();

  /** While the way past the server is up, nothing is sent to the server. */
  private readonly shortcut: Shortcut;

  private stopDeadline = () => {};
  private stopGlance = () => {};
  private stopWants = () => {};
  private glances = 0;
  private counted = { lost: 0, got: 0 };

  constructor(
    ticket: Ticket,
    private readonly events: VoiceEvents,
    private readonly parts: Parts,
  ) {
    this.enter('connecting');
    this.speech = new Speech(parts.clock, (speaking) => this.server !== null && this.line.tell(Op.Speaking, { speaking, delay: 0, ssrc: this.ssrc }));
    this.shortcut = new Shortcut(parts.clock, () => ({ tracks: this.tracks, limits: this.limits }), {
      open: () => this.parts.peer({ iceServers: addressServers(this.iceServers), bundlePolicy: 'max-bundle' }),
      mayBegin: () => this.server !== null,
      tell: (message) => this.line.tell(Op.Peer, message),
      switched: (userId) => this.switched(userId),
    });
    this.line = new Line(ticket, parts.open, parts.clock, {
      heard: (op, d) => this.heard(op, d),
      reached: (isReached) => this.reached(isReached),
      ended: (ending) => this.end(ending),
    });
  }

  send(kind: Kind, track: MediaStreamTrack | null, limits?: VideoLimits): void {
    this.tracks[kind] = track;
    if (kind === 'video') this.limits = limits;
    this.replace(kind);
    this.shortcut.send();
    if (kind === 'video') this.tellVideo();
  }

  setSpeaking(flags: 0 | 1 | 2): void {
    this.speech.set(flags);
  }

  setDeafened(deafened: boolean): void {
    this.isDeafened = deafened;
    this.tellWants();
  }

  want(userId: string, quality: number): void {
    this.wants.set(userId, quality);
    this.stopWants();
    this.stopWants = this.parts.clock.after(together, () => this.tellWants());
  }

  setDirect(allowed: boolean): void {
    this.shortcut.allow(allowed);
  }

  close(): void {
    this.end('left');
  }

  private heard(op: number, d: never): void {
    switch (op) {
      case Op.Ready: return this.ready(d);
      case Op.Resumed: return this.resumed();
      case Op.SessionDescription: return this.described(d);
      case Op.Speaking: return this.heardOf(d);
      case Op.Video: return this.seen(d);
      case Op.SessionUpdate: this.codec = (d as { video_codec?: string }).video_codec; return this.describeAnew();
      case Op.ClientDisconnect: return this.gone((d as { user_id: string }).user_id);
      case Op.MediaSinkWants: return this.wanted(d);
      case Op.Peer: return this.shortcut.heard(d);
    }
  }

  /** Where nobody answers any more, there is not much hope for packets. */
  private reached(isReached: boolean): void {
    this.events.reached(isReached);
    if (!isReached && this.phase === 'connected') this.enter('reconnecting');
  }

  private resumed(): void {
    if (this.peer?.connectionState === 'connected') this.enter('connected');
    if (!this.isOffered) this.offer();
    this.tellAll();
  }

  private ready({ ssrc, ice_servers: relays }: { ssrc: number; ice_servers?: RTCIceServer[] }): void {
    this.ssrc = ssrc;
    this.iceServers = relays ?? [];
    this.isWatched = true;
    this.build();
  }

  // The way of the packets.

  private build(): void {
    this.dismantle();
    const peer = this.parts.peer({ iceServers: this.iceServers, bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' });
    if (peer === null) return this.end('unsupported');
    this.peer = peer;
    this.server = null;
    this.isStale = false;
    this.isOffered = false;
    for (const kind of ['audio', 'video'] as const) {
      this.senders[kind] = peer.addTransceiver(kind, { direction: 'sendonly' });
      this.replace(kind);
    }
    peer.onconnectionstatechange = () => {
      if (peer === this.peer) this.moved(peer.connectionState);
    };
    this.stopDeadline = this.parts.clock.after(patience, () => this.rebuild());
    this.do(peer, async () => {
      await peer.setLocalDescription(await peer.createOffer());
      this.offer();
    });
  }

  private offer(): void {
    const sdp = this.peer?.localDescription?.sdp;
    if (sdp !== undefined) this.isOffered = this.line.tell(Op.SelectProtocol, { protocol: 'webrtc', data: fragmentOf(sdp), codecs: codecsOf(sdp) });
  }

  private rebuild(): void {
    if (++this.peerTries >= tries) return this.end('unreachable');
    if (this.phase === 'connected') this.enter('reconnecting');
    this.build();
  }

  private described({ sdp, video_codec: codec }: { sdp: string; video_codec?: string }): void {
    const peer = this.peer;
    this.codec = codec;
    const server = serverSideOf(sdp);
    if (peer === null) return;
    if (server === null) return this.end('unsupported');
    this.server = server;
    this.do(peer, async () => {
      await peer.setRemoteDescription({ type: 'answer', sdp: answerFor(peer.localDescription!.sdp, server, new Map(), ++this.version, this.codec) });
      for (const [userId, streams] of this.sources) for (const kind of ['audio', 'video'] as const) if (streams[kind]) this.place(userId, kind);
    });
    this.tellAll();
  }

  private moved(state: RTCPeerConnectionState): void {
    if (state === 'connected') {
      this.stopDeadline();
      this.peerTries = 0;
      this.enter('connected');
      this.stopGlance();
      this.glance();
    } else if (state === 'disconnected') {
      this.enter('reconnecting');
      this.stopDeadline();
      this.stopDeadline = this.parts.clock.after(recovery, () => this.rebuild());
    } else if (state === 'failed') {
      this.rebuild();
    }
  }

  private dismantle(): void {
    this.stopDeadline();
    this.stopGlance();
    for (const slot of this.slots) this.empty(slot);
    this.slots = [];
    this.senders = {};
    const peer = this.peer;
    this.peer = null;
    peer?.close();
  }

  /** One description at a time. What fails ends in another try, by the deadline. */
  private do(peer: RTCPeerConnection, step: () => Promise<void>): void {
    this.work = this.work.then(async () => {
      if (peer !== this.peer) return;
      try {
        await step();
      } catch (error) {
        console.warn('voice', error);
      }
    });
  }

  private describeAnew(): void {
    const { peer, server } = this;
    if (peer === null || server === null || this.isStale) return;
    this.isStale = true;
    this.do(peer, async () => {
      this.isStale = false;
      await peer.setLocalDescription(await peer.createOffer());
      const sources = new Map(this.slots.flatMap(({ transceiver: { mid }, source }) => (mid !== null && source !== null ? [[mid, source] as const] : [])));
      await peer.setRemoteDescription({ type: 'answer', sdp: answerFor(peer.localDescription!.sdp, server, sources, ++this.version, this.codec) });
    });
  }

  /** Said before the first word, so that the others are ready for it; and again when the line was broken: what was said then is lost. */
  private tellAll(): void {
    this.speech.say();
    this.tellVideo();
    this.tellWants();
    this.shortcut.begin();
  }

  // Our own streams.

  private replace(kind: Kind): void {
    const transceiver = this.senders[kind];
    if (transceiver !== undefined) void carry(transceiver, kind, this.shortcut.way !== null ? null : this.tracks[kind], this.limits, this.isWatched);
  }

  /** A picture that nobody looks at costs the sender nothing. */
  private wanted({ any }: { any: number }): void {
    this.isWatched = any > 0;
    this.replace('video');
  }

  private tellVideo(): void {
    if (this.server === null) return;
    const { limits } = this;
    const isOn = this.tracks.video !== null;
    const size = limits === undefined ? {} : { max_bitrate: limits.bitrate, max_framerate: limits.framerate, max_resolution: { type: 'fixed', width: limits.width, height: limits.height } };
    this.line.tell(Op.Video, {
      audio_ssrc: this.ssrc, video_ssrc: isOn ? this.ssrc + 1 : 0, rtx_ssrc: isOn ? this.ssrc + 2 : 0,
      streams: isOn ? [{ type: 'video', rid: '100', ssrc: this.ssrc + 1, rtx_ssrc: this.ssrc + 2, active: true, quality: 100, ...size }] : [],
    });
  }

  private tellWants(): void {
    if (this.server === null) return;
    const wanted = [...this.wants].flatMap(([userId, quality]) => {
      const ssrc = this.sources.get(userId)?.video?.ssrc;
      return ssrc === undefined ? [] : [[String(ssrc), quality] as const];
    });
    this.line.tell(Op.MediaSinkWants, this.isDeafened ? { any: 0 } : { any: 100, ...Object.fromEntries(wanted) });
  }

  // The others.

  private heardOf({ user_id: userId, ssrc, speaking }: { user_id: string; ssrc: number; speaking: number }): void {
    this.know(userId, 'audio', { userId, ssrc });
    if (speaking === 0) this.speaking.delete(userId);
    else this.speaking.add(userId);
    this.light(userId, speaking !== 0);
  }

  private seen({ user_id: userId, audio_ssrc: audio, video_ssrc: video, streams }: { user_id: string; audio_ssrc?: number; video_ssrc: number; streams?: { ssrc?: number; rtx_ssrc?: number }[] }): void {
    if (audio) this.know(userId, 'audio', { userId, ssrc: audio });
    const rtx = streams?.find(({ ssrc }) => ssrc === video)?.rtx_ssrc;
    this.know(userId, 'video', video === 0 ? null : { userId, ssrc: video, ...(rtx === undefined ? {} : { rtx }) });
    if (video !== 0 && this.wants.has(userId)) this.tellWants();
  }

  private gone(userId: string): void {
    this.shortcut.gone(userId);
    this.know(userId, 'audio', null);
    this.know(userId, 'video', null);
    this.sources.delete(userId);
    this.speaking.delete(userId);
    this.light(userId, false);
  }

  private know(userId: string, kind: Kind, source: Source | null): void {
    const streams = this.sources.get(userId) ?? {};
    this.sources.set(userId, streams);
    if (streams[kind]?.ssrc === source?.ssrc) return;
    if (source === null) {
      delete streams[kind];
      const slot = this.slotOf(userId, kind);
      if (slot !== undefined) {
        this.empty(slot);
        this.describeAnew();
      }
      if (this.isDirect(userId)) this.events.track(userId, kind, null);
    } else {
      streams[kind] = source;
      this.place(userId, kind);
    }
  }

  private slotOf = (userId: string, kind: Kind): Slot | undefined => this.slots.find((slot) => slot.kind === kind && slot.source?.userId === userId);

  private place(userId: string, kind: Kind): void {
    const source = this.sources.get(userId)?.[kind];
    if (this.peer === null || this.server === null || source === undefined) return;
    const own = this.slots.filter((slot) => slot.kind === kind);
    let slot = this.slotOf(userId, kind) ?? own.find((one) => one.source === null);
    if (slot?.source?.ssrc === source.ssrc) return;
    if (slot === undefined && own.length >= slots[kind]) {
      const idle = own.filter((one) => !this.speaking.has(one.source!.userId));
      slot = (idle.length > 0 ? idle : own).reduce((oldest, one) => (one.used < oldest.used ? one : oldest));
      this.empty(slot);
    }
    if (slot === undefined) {
      slot = { kind, transceiver: this.peer.addTransceiver(kind, { direction: 'recvonly' }), source: null, used: 0 };
      this.slots.push(slot);
    }
    slot.source = source;
    slot.used = ++this.turn;
    this.describeAnew();
    this.show(userId, kind);
  }

  private show(userId: string, kind: Kind): void {
    const receiver = this.receiverOf(userId, kind);
    if (receiver !== undefined) this.events.track(userId, kind, receiver.track);
  }

  private receiverOf = (userId: string, kind: Kind): RTCRtpReceiver | undefined => (this.isDirect(userId) ? this.shortcut.way?.receiver(kind) : this.slotOf(userId, kind)?.transceiver.receiver);

  private empty(slot: Slot): void {
    const { source, kind } = slot;
    slot.source = null;
    if (source !== null && this.phase !== 'closed' && !this.isDirect(source.userId)) this.events.track(source.userId, kind, null);
  }

  // Past the server.

  private isDirect = (userId: string): boolean => this.shortcut.way?.userId === userId;

  private switched(userId: string): void {
    for (const kind of ['audio', 'video'] as const) {
      this.replace(kind);
      if (this.sources.get(userId)?.[kind] !== undefined) this.show(userId, kind);
    }
  }

  // How it goes.

  private light(userId: string, speaking: boolean): void {
    if (this.lit.has(userId) === speaking) return;
    if (speaking) {
      this.lit.add(userId);
      const slot = this.slotOf(userId, 'audio');
      if (slot !== undefined) slot.used = ++this.turn;
      else this.place(userId, 'audio');
    } else {
      this.lit.delete(userId);
    }
    this.events.speaking(userId, speaking);
  }

  /** Who says that they speak is shown so for as long as packets come. */
  private glance(): void {
    this.stopGlance = this.parts.clock.after(glance, () => this.glance());
    const now = performance.timeOrigin + performance.now();
    for (const userId of this.speaking) {
      const [newest] = this.receiverOf(userId, 'audio')?.getSynchronizationSources() ?? [];
      if (newest !== undefined) this.light(userId, now - toEpoch(newest.timestamp) < silence);
    }
    if (++this.glances % glancesPerReport === 0) void this.report();
  }

  private async report(): Promise<void> {
    const current = () => this.shortcut.way?.peer ?? this.peer;
    const peer = current();
    const stats = await peer?.getStats().catch(() => undefined);
    if (stats === undefined || peer !== current() || this.phase === 'closed') return;
    const { quality, counted } = qualityOf(stats, this.counted);
    this.counted = counted;
    this.events.quality(peer === this.peer ? quality : { ...quality, path: 'direct' });
  }

  private enter(phase: Phase, ending?: Ending): void {
    if (this.phase === phase || this.phase === 'closed') return;
    this.phase = phase;
    this.events.phase(phase, ending);
  }

  private end(ending: Ending): void {
    if (this.phase === 'closed') return;
    this.stopWants();
    this.speech.close();
    this.line.close();
    this.shortcut.drop();
    this.dismantle();
    this.enter('closed', ending);
  }
}

/** Chromium counts these from 1970, as the specification's first years had it; others from the page's beginning. */
const toEpoch = (timestamp: number): number => (timestamp > performance.timeOrigin / 2 ? timestamp : performance.timeOrigin + timestamp);

/** With parts of one's own. */
export const joinWith = (parts: Parts): Join => (ticket, events) => new Connection(ticket, events, parts);

export const join: Join = joinWith({
  open: (url) => new WebSocket(url) as Socket,
  clock: {
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
  },
  peer: (config) => (typeof RTCPeerConnection === 'undefined' ? null : new RTCPeerConnection(config)),
});
