import type { Clock, Socket } from '../gateway';
import { answerFor, codecsOf, fragmentOf, serverSideOf, type ServerSide, type Source } from './sdp';
import type { Ending, Join, Kind, Phase, Quality, Ticket, VideoLimits, VoiceConnection, VoiceEvents } from './types';

// One voice socket and one RTCPeerConnection for one room. The socket says who is there and under which SSRC; packets come straight from the media server.

/** The opcodes of the voice gateway (docs/voice.md). */
export const Op = {
  Identify: 0, SelectProtocol: 1, Ready: 2, Heartbeat: 3, SessionDescription: 4, Speaking: 5, HeartbeatAck: 6, Resume: 7, Hello: 8, Resumed: 9,
  ClientsConnect: 11, Video: 12, ClientDisconnect: 13, SessionUpdate: 14, MediaSinkWants: 15,
} as const;

/** What a connection stands on, so that tests can drive it by hand. */
export interface Parts {
  open(url: string): Socket;
  clock: Clock;
  /** `null`: this browser has no WebRTC. */
  peer(config: RTCConfiguration): RTCPeerConnection | null;
}

/** Close codes that say more than "try again". */
const endings: ReadonlyMap<number, Ending> = new Map([
  [4004, 'stale'], [4006, 'stale'], [4009, 'stale'], [4011, 'stale'],
  [4014, 'removed'], [4022, 'ended'],
  [4001, 'unsupported'], [4002, 'unsupported'], [4012, 'unsupported'], [4016, 'unsupported'], [4017, 'unsupported'], [4020, 'unsupported'],
]);

/** In milliseconds: from a description to packets that flow; and how long a path that fell silent may take to come back. */
const patience = 15_000;
const recovery = 8_000;
const tries = 4;

const glance = 250;
const glancesPerReport = 8;

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

interface Frame {
  readonly op: number;
  readonly d: never;
  readonly seq?: number;
}

class Connection implements VoiceConnection {
  private phase: Phase | null = null;
  private socket: Socket | null = null;
  private seq = -1;
  private identified = false;
  private acked = true;
  private socketTries = 0;
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

  private readonly tracks: Record<Kind, MediaStreamTrack | null> = { audio: null, video: null };
  private limits: VideoLimits | undefined;
  private speakingFlags: 0 | 1 | 2 = 0;
  private isDeafened = false;
  private readonly wants = new Map<string, number>();
  private ssrc = 0;

  /** By user: their streams, as the server told. */
  private readonly sources = new Map<string, Partial<Record<Kind, Source>>>();
  private readonly speaking = new Set<string>();
  private readonly lit = new Set<string>();

  private stopBeat = () => {};
  private stopWait = () => {};
  private stopDeadline = () => {};
  private stopGlance = () => {};
  private glances = 0;
  private counted = { lost: 0, got: 0 };

  constructor(
    private readonly ticket: Ticket,
    private readonly events: VoiceEvents,
    private readonly parts: Parts,
  ) {
    this.enter('connecting');
    this.connect();
  }

  send(kind: Kind, track: MediaStreamTrack | null, limits?: VideoLimits): void {
    this.tracks[kind] = track;
    if (kind === 'video') this.limits = limits;
    this.replace(kind);
    if (kind === 'video') this.tellVideo();
  }

  setSpeaking(flags: 0 | 1 | 2): void {
    this.speakingFlags = flags;
    this.tellSpeaking();
  }

  setDeafened(deafened: boolean): void {
    this.isDeafened = deafened;
    this.tellWants();
  }

  want(userId: string, quality: number): void {
    this.wants.set(userId, quality);
    this.tellWants();
  }

  close(): void {
    this.end('left');
  }

  // The socket.

  private connect(): void {
    const socket = this.parts.open(`wss://${this.ticket.endpoint}?v=8`);
    this.socket = socket;
    this.acked = true;
    socket.onmessage = (event) => {
      if (socket === this.socket && typeof event.data === 'string') this.receive(JSON.parse(event.data) as Frame);
    };
    socket.onclose = ({ code }) => {
      if (socket === this.socket) this.lost(code);
    };
  }

  private lost(code: number): void {
    this.socket = null;
    this.stopBeat();
    const ending = endings.get(code);
    if (ending !== undefined) return this.end(ending);
    if (++this.socketTries > tries) return this.end('unreachable');
    // Packets go on without the socket; what it would have told is told again when it is back.
    this.stopWait = this.parts.clock.after(500 * 2 ** this.socketTries * (0.5 + this.parts.clock.random() / 2), () => this.connect());
  }

  private tell(op: number, d: unknown): void {
    this.socket?.send(JSON.stringify({ op, d }));
  }

  private receive({ op, d, seq }: Frame): void {
    if (seq !== undefined) this.seq = seq;
    switch (op) {
      case Op.Hello: return this.greet(d);
      case Op.HeartbeatAck: this.acked = true; return;
      case Op.Ready: return this.ready(d);
      case Op.Resumed: this.socketTries = 0; return;
      case Op.SessionDescription: return this.described(d);
      case Op.Speaking: return this.heardOf(d);
      case Op.Video: return this.seen(d);
      case Op.SessionUpdate: this.codec = (d as { video_codec?: string }).video_codec; return this.describeAnew();
      case Op.ClientDisconnect: return this.gone((d as { user_id: string }).user_id);
    }
  }

  private greet({ heartbeat_interval: interval }: { heartbeat_interval: number }): void {
    const { serverId, userId, sessionId, token, channelId } = this.ticket;
    const who = { server_id: serverId, session_id: sessionId, token, channel_id: channelId };
    if (this.identified) this.tell(Op.Resume, { ...who, seq_ack: this.seq });
    else this.tell(Op.Identify, { ...who, user_id: userId, video: true });
    const beat = (): void => {
      if (!this.acked) {
        this.socket?.close(4900);
        return this.lost(4900);
      }
      this.acked = false;
      this.tell(Op.Heartbeat, { t: ++this.turn, seq_ack: this.seq });
      this.stopBeat = this.parts.clock.after(interval, beat);
    };
    this.stopBeat();
    this.stopBeat = this.parts.clock.after(interval * this.parts.clock.random(), beat);
  }

  private ready({ ssrc, ice_servers: relays }: { ssrc: number; ice_servers?: RTCIceServer[] }): void {
    this.identified = true;
    this.socketTries = 0;
    this.ssrc = ssrc;
    this.iceServers = relays ?? [];
    this.build();
  }

  // The way of the packets.

  private build(): void {
    this.dismantle();
    const peer = this.parts.peer({ iceServers: this.iceServers, bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' });
    if (peer === null) return this.end('unsupported');
    this.peer = peer;
    this.server = null;
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
      const { sdp } = peer.localDescription!;
      this.tell(Op.SelectProtocol, { protocol: 'webrtc', data: fragmentOf(sdp), codecs: codecsOf(sdp) });
    });
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
    // Said before the first word: the others are ready for it then.
    this.tellSpeaking();
    this.tellVideo();
    this.tellWants();
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

  // Our own streams.

  private replace(kind: Kind): void {
    const transceiver = this.senders[kind];
    if (transceiver === undefined) return;
    const { limits } = this;
    void transceiver.sender.replaceTrack(this.tracks[kind]).then(async () => {
      const parameters = transceiver.sender.getParameters();
      const [encoding] = parameters.encodings;
      if (kind !== 'video' || limits === undefined || encoding === undefined) return;
      Object.assign(encoding, { maxBitrate: limits.bitrate, maxFramerate: limits.framerate });
      await transceiver.sender.setParameters(parameters);
    }).catch((error: unknown) => console.warn('voice', error));
  }

  private tellSpeaking(): void {
    if (this.server !== null) this.tell(Op.Speaking, { speaking: this.speakingFlags, delay: 0, ssrc: this.ssrc });
  }

  private tellVideo(): void {
    if (this.server === null) return;
    const { limits } = this;
    const isOn = this.tracks.video !== null;
    const size = limits === undefined ? {} : { max_bitrate: limits.bitrate, max_framerate: limits.framerate, max_resolution: { type: 'fixed', width: limits.width, height: limits.height } };
    this.tell(Op.Video, {
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
    this.tell(Op.MediaSinkWants, this.isDeafened ? { any: 0 } : { any: 100, ...Object.fromEntries(wanted) });
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
    this.events.track(userId, kind, slot.transceiver.receiver.track);
  }

  private empty(slot: Slot): void {
    const { source, kind } = slot;
    slot.source = null;
    if (source !== null && this.phase !== 'closed') this.events.track(source.userId, kind, null);
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
      const [newest] = this.slotOf(userId, 'audio')?.transceiver.receiver.getSynchronizationSources() ?? [];
      if (newest !== undefined) this.light(userId, now - toEpoch(newest.timestamp) < silence);
    }
    if (++this.glances % glancesPerReport === 0) void this.report();
  }

  private async report(): Promise<void> {
    const peer = this.peer;
    const stats = await peer?.getStats().catch(() => undefined);
    if (stats === undefined || peer !== this.peer || this.phase === 'closed') return;
    this.events.quality(this.read(stats));
  }

  private read(stats: RTCStatsReport): Quality {
    const all = [...stats.values()] as Record<string, never>[];
    const sum = (type: string, field: string): number => all.filter((one) => one.type === type).reduce((total, one) => total + Number(one[field] ?? 0), 0);
    const transport = all.find((one) => one.type === 'transport');
    const pair = stats.get(String(transport?.selectedCandidatePairId)) as Record<string, never> | undefined;
    const local = pair && (stats.get(String(pair.localCandidateId)) as Record<string, never> | undefined);
    const { lost, got } = { lost: sum('inbound-rtp', 'packetsLost'), got: sum('inbound-rtp', 'packetsReceived') };
    const [newLost, newGot] = [Math.max(0, lost - this.counted.lost), Math.max(0, got - this.counted.got)];
    this.counted = { lost, got };
    const jitters = all.filter((one) => one.type === 'inbound-rtp' && Number(one.packetsReceived) > 0).map((one) => Number(one.jitter) * 1000);
    return {
      rtt: pair?.currentRoundTripTime === undefined ? null : Number(pair.currentRoundTripTime) * 1000,
      loss: newLost + newGot === 0 ? null : newLost / (newLost + newGot),
      jitter: jitters.length === 0 ? null : Math.max(...jitters),
      received: Number(transport?.bytesReceived ?? 0),
      sent: Number(transport?.bytesSent ?? 0),
      path: local === undefined ? null : local.candidateType === 'relay' ? 'relay' : local.protocol === 'tcp' ? 'tcp' : 'udp',
    };
  }

  private enter(phase: Phase, ending?: Ending): void {
    if (this.phase === phase || this.phase === 'closed') return;
    this.phase = phase;
    this.events.phase(phase, ending);
  }

  private end(ending: Ending): void {
    if (this.phase === 'closed') return;
    this.stopBeat();
    this.stopWait();
    this.dismantle();
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
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
