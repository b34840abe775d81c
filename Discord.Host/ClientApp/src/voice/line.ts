import type { Clock, Socket } from '../gateway';
import type { Ending, Ticket } from './types';

/** The opcodes of the voice gateway (docs/voice.md); `Peer` is this server's own (docs/adr/0015). */
export const Op = {
  Identify: 0, SelectProtocol: 1, Ready: 2, Heartbeat: 3, SessionDescription: 4, Speaking: 5, HeartbeatAck: 6, Resume: 7, Hello: 8, Resumed: 9,
  ClientsConnect: 11, Video: 12, ClientDisconnect: 13, SessionUpdate: 14, MediaSinkWants: 15, Peer: 64,
} as const;

/** Close codes that say more than "try again". */
const endings: ReadonlyMap<number, Ending> = new Map([
  [4004, 'stale'], [4006, 'stale'], [4009, 'stale'], [4011, 'stale'],
  [4014, 'removed'], [4022, 'ended'],
  [4001, 'unsupported'], [4002, 'unsupported'], [4012, 'unsupported'], [4016, 'unsupported'], [4017, 'unsupported'], [4020, 'unsupported'],
]);

const tries = 4;

/** In milliseconds: how long a socket may take to open and to say hello. Behind some firewalls it never does, and browsers wait for minutes. */
const patience = 10_000;

interface Frame {
  readonly op: number;
  readonly d: never;
  readonly seq?: number;
}

/** The talk with the voice gateway, over as many sockets as it takes. Packets go on without it; what it would have told is told again when it is back. */
export class Line {
  private socket: Socket | null = null;
  private seq = -1;
  private identified = false;
  private isReached = false;
  /** Who speaks now is known to the other end: before, it takes nothing else. */
  private isOpen = false;
  private acked = true;
  private beats = 0;
  private failures = 0;
  private stopBeat = () => {};
  private stopWait = () => {};
  private stopDeadline = () => {};

  constructor(
    private readonly ticket: Ticket,
    private readonly open: (url: string) => Socket,
    private readonly clock: Clock,
    /** `reached`: the server answers, or it did not and is tried again. `ended`: there will be no other socket. */
    private readonly events: { heard(op: number, d: never): void; reached(isReached: boolean): void; ended(ending: Ending): void },
  ) {
    this.connect();
  }

  /** False while there is no line: it is lost, and who listens for RESUMED says it again. */
  tell(op: number, d: unknown): boolean {
    if (this.isOpen) this.send(op, d);
    return this.isOpen;
  }

  close(): void {
    this.stopBeat();
    this.stopWait();
    this.stopDeadline();
    this.isOpen = false;
    const { socket } = this;
    this.socket = null;
    socket?.close(1000);
  }

  private send = (op: number, d: unknown): void => this.socket?.send(JSON.stringify({ op, d }));

  private connect(): void {
    const socket = this.open(`wss://${this.ticket.endpoint}?v=8`);
    this.socket = socket;
    this.acked = true;
    this.isReached = false;
    socket.onmessage = (event) => {
      if (socket === this.socket && typeof event.data === 'string') this.receive(JSON.parse(event.data) as Frame);
    };
    socket.onclose = ({ code }) => {
      if (socket === this.socket) this.lost(code);
    };
    this.stopDeadline = this.clock.after(patience, () => this.drop());
  }

  /** Nothing comes over this socket any more. */
  private drop(): void {
    this.socket?.close(4900);
    this.lost(4900);
  }

  private lost(code: number): void {
    this.socket = null;
    this.isOpen = false;
    this.stopBeat();
    this.stopDeadline();
    const ending = endings.get(code);
    if (ending !== undefined) return this.events.ended(ending);
    if (++this.failures > tries) return this.events.ended('unreachable');
    if (!this.isReached) this.events.reached(false);
    this.stopWait = this.clock.after(500 * 2 ** this.failures * (0.5 + this.clock.random() / 2), () => this.connect());
  }

  private receive({ op, d, seq }: Frame): void {
    if (seq !== undefined) this.seq = seq;
    if (op === Op.Hello) return this.greet(d);
    if (op === Op.HeartbeatAck) this.acked = true;
    if (op === Op.Ready || op === Op.Resumed) {
      this.identified = true;
      this.isOpen = true;
      this.failures = 0;
    }
    this.events.heard(op, d);
  }

  private greet({ heartbeat_interval: interval }: { heartbeat_interval: number }): void {
    const { serverId, userId, sessionId, token, channelId } = this.ticket;
    this.stopDeadline();
    this.isReached = true;
    this.events.reached(true);
    const who = { server_id: serverId, session_id: sessionId, token, channel_id: channelId };
    if (this.identified) this.send(Op.Resume, { ...who, seq_ack: this.seq });
    else this.send(Op.Identify, { ...who, user_id: userId, video: true });
    const beat = (): void => {
      if (!this.acked) return this.drop();
      this.acked = false;
      this.send(Op.Heartbeat, { t: ++this.beats, seq_ack: this.seq });
      this.stopBeat = this.clock.after(interval, beat);
    };
    this.stopBeat();
    this.stopBeat = this.clock.after(interval * this.clock.random(), beat);
  }
}
