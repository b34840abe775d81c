import type { Dispatch, Ready } from './types';

/** The part of a WebSocket that the connection needs, so that tests can drive it by hand. */
export interface Socket {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

/** Timers and chance, so that tests need no real time. `after` returns what cancels it. Times are in milliseconds. */
export interface Clock {
  after(ms: number, run: () => void): () => void;
  random(): number;
}

/**
 * `connecting`: no session yet. `ready`: events flow. `away`: there was a session and it is being regained.
 * `closed`: nothing will be tried any more.
 */
export type Link = 'connecting' | 'ready' | 'away' | 'closed';

export interface GatewayOptions {
  /** `ws(s)://host/gateway`, without a query. */
  url: string;
  /** Bare user token, as IDENTIFY wants it from a person's client. */
  token: string;
  open(url: string): Socket;
  clock: Clock;
  onLink(link: Link): void;
  /** Dispatches in the order of their sequence numbers. READY means that everything known before may be out of date. */
  onDispatch(dispatch: Dispatch): void;
  /** The server does not know the token (any more). */
  onRejected(): void;
}

export const Op = { Dispatch: 0, Heartbeat: 1, Identify: 2, Presence: 3, VoiceState: 4, Resume: 6, Reconnect: 7, RequestMembers: 8, InvalidSession: 9, Hello: 10, HeartbeatAck: 11, CallConnect: 13, OpenGuild: 14, StreamCreate: 18, StreamDelete: 19, StreamWatch: 20, StreamPaused: 22 } as const;

/** Close codes after which the old session is of no use, but a new one may be. */
const sessionEnders: ReadonlySet<number> = new Set([4003, 4005, 4007, 4009]);

/** Close codes after which trying again cannot help: bad shard, version or intents, too many sessions. */
const enders: ReadonlySet<number> = new Set([4010, 4011, 4012, 4013, 4014, 4015]);

const badToken = 4004;

/** A close code of our own that, unlike 1000 and 1001, leaves the session resumable. */
const keepSession = 4200;

/** From opening the socket to READY or RESUMED. */
const helloTimeout = 20_000;

/** How long a probe waits for its acknowledgement. */
const probeTimeout = 5_000;

const longestBackoff = 30_000;

interface Watched {
  guild_id: string;
  typing: boolean;
  threads: boolean;
  activities: boolean;
  channels?: Record<string, [number, number][]>;
}

interface Frame {
  op: number;
  d: unknown;
  s: number | null;
  t: string | null;
}

/** The wait before try number `tries` (from 0): 0.5–1 s, doubling to 15–30 s; random, so that a crowd does not return at once. */
export function backoff(tries: number, random: number): number {
  return Math.min(longestBackoff, 1000 * 2 ** Math.min(tries, 10)) * (0.5 + random / 2);
}

/** One gateway session of a person, kept alive over as many sockets as it takes. */
export class Gateway {
  private socket: Socket | null = null;
  private link: Link = 'connecting';
  private session: { id: string; url: string } | null = null;
  private seq: number | null = null;
  private tries = 0;
  private acked = true;
  private watched: Watched | null = null;

  private stopBeat = () => {};
  private stopProbe = () => {};
  private stopWatch = () => {};
  /** Cancels the wait for the next try; null while no try is waiting. */
  private stopWait: (() => void) | null = null;

  constructor(private readonly options: GatewayOptions) {}

  start(): void {
    this.connect();
  }

  /** Ends the session for good: others see the person leave. */
  stop(): void {
    this.stopWait?.();
    this.stopWait = null;
    this.drop(1000);
    this.become('closed');
  }

  /**
   * The device says that the network changed, or it woke up. A waiting try is made at once; an open socket has to prove
   * within seconds that it still works, instead of at the next heartbeat.
   */
  probe(): void {
    if (this.stopWait !== null) {
      this.stopWait();
      this.stopWait = null;
      this.tries = 0;
      this.connect();
    } else if (this.link === 'ready') {
      this.beat();
      this.stopProbe();
      this.stopProbe = this.options.clock.after(probeTimeout, () => this.retry());
    }
  }

  /**
   * The guild that stands open: in a big one only such clients get every message. With `channels`, the rows of their member
   * lists that are on the screen, first and last. Each connection says it anew.
   */
  watch(guild: string, channels?: Watched['channels']): void {
    if (this.watched?.guild_id === guild && (channels === undefined || JSON.stringify(channels) === JSON.stringify(this.watched.channels))) return;
    this.watched = { guild_id: guild, typing: true, threads: true, activities: true, ...(channels === undefined ? {} : { channels }) };
    if (this.link === 'ready') this.openWatched();
  }

  private openWatched(): void {
    if (this.watched !== null) this.write(Op.OpenGuild, this.watched);
  }

  /** Tells the server something, if there is a session to tell it in. */
  tell(op: number, d: unknown): void {
    if (this.link === 'ready') this.write(op, d);
  }

  private connect(): void {
    const socket = this.options.open(`${this.session?.url ?? this.options.url}?v=10&encoding=json`);
    this.socket = socket;
    this.acked = true;
    socket.onmessage = (event) => {
      if (socket === this.socket && typeof event.data === 'string') this.receive(JSON.parse(event.data) as Frame);
    };
    socket.onclose = (event) => {
      if (socket === this.socket) this.closed(event.code);
    };
    this.stopWatch = this.options.clock.after(helloTimeout, () => this.retry());
  }

  private receive(frame: Frame): void {
    switch (frame.op) {
      case Op.Hello:
        this.hello((frame.d as { heartbeat_interval: number }).heartbeat_interval);
        break;
      case Op.HeartbeatAck:
        this.acked = true;
        this.stopProbe();
        break;
      case Op.Heartbeat:
        this.beat();
        break;
      case Op.Dispatch:
        this.dispatch(frame);
        break;
      case Op.Reconnect:
        this.retry();
        break;
      case Op.InvalidSession:
        if (frame.d !== true) this.forgetSession();
        // The contract asks for a random pause of 1 to 5 s before the next try.
        this.retry(1000 + this.options.clock.random() * 4000);
        break;
    }
  }

  private hello(interval: number): void {
    const { clock, token } = this.options;
    const tick = () => {
      if (!this.acked) {
        this.retry();
        return;
      }
      this.acked = false;
      this.beat();
      this.stopBeat = clock.after(interval, tick);
    };
    this.stopBeat();
    this.stopBeat = clock.after(interval * clock.random(), tick);

    if (this.session !== null) {
      this.write(Op.Resume, { token, session_id: this.session.id, seq: this.seq });
    } else {
      this.write(Op.Identify, { token, properties: { os: 'web', browser: 'web', device: 'web' }, capabilities: 0 });
    }
  }

  private dispatch(frame: Frame): void {
    if (frame.s !== null) this.seq = frame.s;
    if (frame.t === 'READY') {
      const ready = frame.d as Ready;
      this.session = { id: ready.session_id, url: this.resumeUrl(ready.resume_gateway_url) };
    }
    // First what it brings, then that it is there: nobody sees an empty house called ready.
    this.options.onDispatch({ t: frame.t, d: frame.d } as Dispatch);
    if (frame.t === 'READY' || frame.t === 'RESUMED') {
      this.tries = 0;
      this.stopWatch();
      this.become('ready');
      this.openWatched();
    }
  }

  /** Only an address on the host that the page came from: the page's content policy would block another one anyway. */
  private resumeUrl(given: string | undefined): string {
    const own = new URL(this.options.url);
    const url = given !== undefined && URL.canParse(given) ? new URL(given) : own;
    return url.host === own.host && url.protocol === own.protocol ? `${url.origin}${url.pathname}` : this.options.url;
  }

  private closed(code: number): void {
    if (code === badToken) {
      this.drop(code);
      this.become('closed');
      this.options.onRejected();
    } else if (enders.has(code)) {
      this.drop(code);
      this.become('closed');
    } else {
      if (sessionEnders.has(code)) this.forgetSession();
      this.retry();
    }
  }

  private retry(wait?: number): void {
    this.drop(keepSession);
    this.become(this.link === 'connecting' ? 'connecting' : 'away');
    const pause = wait ?? backoff(this.tries, this.options.clock.random());
    this.tries++;
    this.stopWait = this.options.clock.after(pause, () => {
      this.stopWait = null;
      this.connect();
    });
  }

  private forgetSession(): void {
    this.session = null;
    this.seq = null;
  }

  /** Lets go of the socket, if there is one; whatever it still says is not heard. */
  private drop(code: number): void {
    this.stopBeat();
    this.stopProbe();
    this.stopWatch();
    const socket = this.socket;
    this.socket = null;
    if (socket === null) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close(code === badToken || enders.has(code) ? 1000 : code);
  }

  private beat(): void {
    this.write(Op.Heartbeat, this.seq);
  }

  private write(op: number, d: unknown): void {
    this.socket?.send(JSON.stringify({ op, d }));
  }

  private become(link: Link): void {
    if (this.link === link) return;
    this.link = link;
    this.options.onLink(link);
  }
}

/** The gateway of the host that served this page. */
export function gatewayUrl(location: { protocol: string; host: string }): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/gateway`;
}
