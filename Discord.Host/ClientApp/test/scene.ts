import { joinWith } from '../src/voice/connection';
import { Op } from '../src/voice/line';
import type { Ending, Phase, VoiceConnection } from '../src/voice/types';
import { FakeClock, FakeSocket } from './fakes';

// A voice connection between a socket and peers that a test moves by hand.

const codecLines = {
  audio: ['a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level', 'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid', 'a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=10;useinbandfec=1', 'a=rtpmap:9 G722/8000'],
  video: [
    'a=rtpmap:96 VP8/90000', 'a=rtpmap:97 rtx/90000', 'a=fmtp:97 apt=96',
    'a=rtpmap:102 H264/90000', 'a=fmtp:102 packetization-mode=0;profile-level-id=42e01f',
    'a=rtpmap:106 H264/90000', 'a=fmtp:106 packetization-mode=1;profile-level-id=42e01f', 'a=rtpmap:107 rtx/90000', 'a=fmtp:107 apt=106',
  ],
};

export const section = (kind: 'audio' | 'video', mid: string, direction: string): string[] => [
  `m=${kind} 9 UDP/TLS/RTP/SAVPF 111`, 'a=ice-ufrag:frag', 'a=ice-pwd:password', 'a=fingerprint:sha-256 AA', 'a=setup:actpass', `a=mid:${mid}`, `a=${direction}`, ...codecLines[kind],
];

export const offerOf = (...sections: string[][]): string => ['v=0', 's=-', ...sections.flat()].join('\r\n');

export const server = 'm=audio 5004 ICE/SDP\na=ice-ufrag:u\na=ice-pwd:p\na=fingerprint:sha-256 BB\na=candidate:1 1 UDP 1 192.0.2.1 5004 typ host\n';

/** The part of an RTCPeerConnection that a connection uses. */
export class FakePeer {
  readonly made: FakePeer[] = [];
  transceivers: { kind: 'audio' | 'video'; direction: string; mid: string | null; sender: unknown; receiver: { track: string; getSynchronizationSources: () => never[] } }[] = [];
  localDescription: { sdp: string } | null = null;
  answers: string[] = [];
  connectionState = 'new';
  onconnectionstatechange: (() => void) | null = null;
  sent: unknown[] = [];
  active: unknown[] = [];
  closed = false;

  addTransceiver(kind: 'audio' | 'video', { direction }: { direction: string }): unknown {
    const sender = {
      replaceTrack: (track: unknown) => Promise.resolve(void this.sent.push(track)),
      getParameters: () => ({ encodings: [{}] }),
      setParameters: ({ encodings }: RTCRtpSendParameters) => Promise.resolve(void this.active.push(encodings[0]!.active)),
    };
    const transceiver = { kind, direction, mid: null, sender, receiver: { track: `${kind} ${this.transceivers.length}`, getSynchronizationSources: () => [] } };
    this.transceivers.push(transceiver);
    return transceiver;
  }

  createOffer = (): Promise<string> => Promise.resolve(offerOf(...this.transceivers.map(({ kind, direction }, index) => section(kind, String(index), direction))));

  setLocalDescription(sdp: unknown = 'straight'): Promise<void> {
    this.localDescription = { sdp: sdp as string };
    this.transceivers.forEach((transceiver, index) => (transceiver.mid = String(index)));
    return Promise.resolve();
  }

  setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    this.answers.push(sdp);
    this.remoteDescription = { sdp };
    return Promise.resolve();
  }

  /** Straight to another person there is one of each kind. */
  readonly straight = (['audio', 'video'] as const).map((kind) => ({
    direction: 'recvonly',
    sender: { replaceTrack: (track: unknown) => Promise.resolve(void this.sent.push(track)), getParameters: () => ({ encodings: [] }), setParameters: () => Promise.resolve() },
    receiver: { track: { kind }, getSynchronizationSources: () => [] },
  }));
  getTransceivers = () => this.straight;
  remoteDescription: unknown = null;
  onicecandidate: ((event: { candidate: unknown }) => void) | null = null;
  readonly candidates: unknown[] = [];
  addIceCandidate = (candidate: unknown): Promise<void> => Promise.resolve(void this.candidates.push(candidate));

  getStats = (): Promise<Map<string, unknown>> => Promise.resolve(new Map());

  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  close(): void {
    this.closed = true;
  }
}

export const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
};

export class Scene {
  readonly clock = new FakeClock();
  readonly sockets: FakeSocket[] = [];
  readonly peers: FakePeer[] = [];
  readonly phases: [Phase, Ending | undefined][] = [];
  readonly tracks: [string, string, unknown][] = [];
  readonly spoke: [string, boolean][] = [];
  readonly reached: boolean[] = [];
  readonly connection: VoiceConnection;

  constructor() {
    const join = joinWith({
      clock: this.clock,
      open: (url) => {
        this.sockets.push(new FakeSocket(url));
        return this.socket;
      },
      peer: () => {
        this.peers.push(new FakePeer());
        return this.peer as unknown as RTCPeerConnection;
      },
    });
    this.connection = join({ endpoint: 'voice.example:443/voice', token: 't', serverId: '1', channelId: '2', userId: '3', sessionId: 's' }, {
      phase: (phase, ending) => this.phases.push([phase, ending]),
      reached: (isReached) => this.reached.push(isReached),
      track: (userId, kind, track) => this.tracks.push([userId, kind, track]),
      speaking: (userId, speaking) => this.spoke.push([userId, speaking]),
      quality: () => {},
    });
  }

  get socket(): FakeSocket { return this.sockets.at(-1)!; }
  get peer(): FakePeer { return this.peers.at(-1)!; }
  of = (op: number): { op: number; d: unknown }[] => this.socket.sent.filter((message) => message.op === op);

  static async connected({ direct = false } = {}): Promise<Scene> {
    const scene = new Scene();
    scene.connection.setDirect(direct);
    scene.socket.receive(Op.Hello, { heartbeat_interval: 10_000 });
    scene.socket.receive(Op.Ready, { ssrc: 100 });
    await settled();
    scene.socket.receive(Op.SessionDescription, { sdp: server });
    await settled();
    scene.peer.become('connected');
    return scene;
  }
}
