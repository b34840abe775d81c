import { createRequire } from 'node:module';
import { setTimeout as elapse } from 'node:timers/promises';
import WebSocket from 'ws';
import { pulse, until } from './until.mjs';

const packed = createRequire(new URL('../packed/package.json', import.meta.url));

export const Op = {
  Dispatch: 0, Heartbeat: 1, Identify: 2, Presence: 3, VoiceState: 4, Resume: 6, Reconnect: 7, RequestMembers: 8, InvalidSession: 9, Hello: 10, HeartbeatAck: 11, ChannelInfo: 43,
};

export const Intent = {
  Guilds: 1 << 0, Members: 1 << 1, Moderation: 1 << 2, Expressions: 1 << 3, Integrations: 1 << 4, Webhooks: 1 << 5, Invites: 1 << 6,
  VoiceStates: 1 << 7, Presences: 1 << 8, Messages: 1 << 9, Reactions: 1 << 10, Typing: 1 << 11,
  DirectMessages: 1 << 12, DirectReactions: 1 << 13, DirectTyping: 1 << 14, Content: 1 << 15, ScheduledEvents: 1 << 16,
  AutoModerationConfiguration: 1 << 20, AutoModerationExecution: 1 << 21, Polls: 1 << 24, DirectPolls: 1 << 25,
};

export const ALL_INTENTS = Object.values(Intent).reduce((sum, bit) => sum | bit, 0);
export const UNPRIVILEGED_INTENTS = ALL_INTENTS & ~(Intent.Members | Intent.Presences | Intent.Content);

const IDENTIFY_PAUSE = 1_500;
const FLUSH = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/** A gateway connection without any library: for what the protocol says and the libraries never do. */
export class Gateway {
  #socket;
  #encoding;
  #inflate = null;
  #parts = [];
  #heartbeat = null;
  #host;
  #guildEvents = true;

  /** Every frame received, decoded. */
  frames = [];
  /** { code, reason } once the server has closed. */
  closed = null;
  sequence = null;
  sessionId = null;
  ready = null;
  /** Raw facts of every received frame: { binary, length, flushed }. */
  raw = [];

  /** Opens a socket and waits for HELLO. */
  static async open(host, { version = 10, encoding = 'json', compress, url = host.gateway } = {}) {
    const gateway = new Gateway();
    gateway.#host = host;
    gateway.#encoding = encoding;
    if (compress === 'zlib-stream') {
      const { Inflate } = packed('zlib-sync');
      gateway.#inflate = new Inflate({ chunkSize: 128 * 1024 });
    }
    const query = new URLSearchParams({ v: String(version), encoding, ...(compress ? { compress } : {}) });
    const socket = new WebSocket(`${url}?${query}`, { perMessageDeflate: false });
    gateway.#socket = socket;
    host.attach(gateway);
    socket.on('message', (data, isBinary) => gateway.#receive(data, isBinary));
    socket.on('error', error => { gateway.error = error; pulse(); });
    socket.on('close', (code, reason) => {
      clearInterval(gateway.#heartbeat);
      gateway.closed = { code, reason: reason.toString() };
      host.detach(gateway);
      pulse();
    });
    await until(() => gateway.closed || gateway.frames.some(frame => frame.op === Op.Hello), 'HELLO on a new gateway socket');
    return gateway;
  }

  /** Opens a socket, identifies and waits for READY (and, for a bot, for all its guilds). */
  static async identified(host, token, { intents, shard, presence, properties, largeThreshold, ...socket } = {}) {
    const gateway = await Gateway.open(host, socket);
    const identify = () => gateway.identify(token, { intents, shard, presence, properties, large_threshold: largeThreshold });
    const refusals = () => gateway.frames.filter(frame => frame.op === Op.InvalidSession).length;
    identify();
    // Too many identifies in five seconds are answered with op 9; the protocol wants a client to wait and to try again on the same socket.
    for (let refused = 0; refused < 10; refused++) {
      await until(() => gateway.ready || gateway.closed || refusals() > refused, 'READY or op 9');
      if (gateway.ready || gateway.closed) break;
      await elapse(IDENTIFY_PAUSE);
      identify();
    }
    await gateway.untilReady();
    return gateway;
  }

  get hello() { return this.frames.find(frame => frame.op === Op.Hello); }
  get dispatches() { return this.frames.filter(frame => frame.op === Op.Dispatch); }

  events(name) { return this.frames.filter(frame => frame.op === Op.Dispatch && frame.t === name).map(frame => frame.d); }

  /** A guild as this session got it first: whole in READY (people), or by its GUILD_CREATE. */
  guild(id) { return [...this.ready.guilds, ...this.events('GUILD_CREATE')].find(guild => guild.id === id && guild.unavailable !== true); }

  identify(token, more = {}) {
    this.#guildEvents = more.intents === undefined || (more.intents & Intent.Guilds) !== 0;
    this.send(Op.Identify, { token, properties: { os: 'linux', browser: 'test', device: 'test' }, ...more });
  }

  resume(token, sessionId = this.sessionId, sequence = this.sequence) {
    this.send(Op.Resume, { token, session_id: sessionId, seq: sequence });
  }

  send(op, data) { this.sendRaw(this.#encode({ op, d: data })); }

  /** Sends a frame as it is: a string as text, a buffer as binary. */
  sendRaw(payload) { this.#socket.send(payload); }

  async untilReady() {
    await until(() => this.ready || this.closed, () => `READY; frames so far: ${JSON.stringify(this.frames).slice(0, 500)}`);
    if (!this.ready) throw new Error(`The gateway closed with ${this.closed.code} ${this.closed.reason} before READY`);
    const guilds = this.#guildEvents ? this.ready.guilds.filter(guild => guild.unavailable).map(guild => guild.id) : [];
    await until(() => guilds.every(id => this.events('GUILD_CREATE').some(guild => guild.id === id)), 'GUILD_CREATE for every guild listed in READY');
    return this.ready;
  }

  /** Waits for a frame (or a dispatch, when a name is given) that fits. */
  until(name, fits = () => true, deadline) {
    return until(
      () => this.frames.find(frame => (typeof name === 'number' ? frame.op === name : frame.op === Op.Dispatch && frame.t === name) && fits(frame.d, frame)),
      () => `${typeof name === 'number' ? `op ${name}` : name} on a gateway socket (closed: ${JSON.stringify(this.closed)}, received: ${this.frames.map(frame => frame.t ?? `op ${frame.op}`).join(' ').slice(-600)})`,
      deadline,
    ).then(frame => frame.d);
  }

  async untilClosed(deadline) {
    return until(() => this.closed, 'the server closes the gateway socket', deadline);
  }

  /** A round trip: everything that the server had sent to this session before its answer has arrived. */
  async roundTrip() {
    const before = this.frames.length;
    this.send(Op.Heartbeat, this.sequence);
    await until(() => this.closed || this.frames.slice(before).some(frame => frame.op === Op.HeartbeatAck), 'the acknowledgement of a heartbeat');
  }

  /** Ends the TCP connection without a close frame. */
  drop() { this.#socket.terminate(); return until(() => this.closed, 'the dropped socket is closed'); }

  async close(code = 1000) {
    if (this.closed) return;
    this.#socket.close(code);
    await until(() => this.closed, 'the closed socket is closed').catch(() => this.#socket.terminate());
  }

  #encode(frame) { return this.#encoding === 'etf' ? packed('erlpack').pack(frame) : JSON.stringify(frame); }

  #receive(data, isBinary) {
    let payload = data;
    if (this.#inflate) {
      this.#parts.push(data);
      const flushed = data.length >= 4 && data.subarray(-4).equals(FLUSH);
      this.raw.push({ binary: isBinary, length: data.length, flushed });
      if (!flushed) return;
      this.#inflate.push(Buffer.concat(this.#parts.splice(0)), 2);
      if (this.#inflate.err) throw new Error(`zlib error ${this.#inflate.err}: ${this.#inflate.msg}`);
      payload = Buffer.from(this.#inflate.result);
    } else {
      this.raw.push({ binary: isBinary, length: data.length });
    }
    const frame = this.#encoding === 'etf' ? packed('erlpack').unpack(payload) : JSON.parse(payload.toString('utf8'));
    this.frames.push(frame);
    if (frame.s) this.sequence = frame.s;
    if (frame.op === Op.Hello) {
      this.#heartbeat = setInterval(() => {
        if (this.#socket.readyState === WebSocket.OPEN) this.send(Op.Heartbeat, this.sequence);
      }, frame.d.heartbeat_interval);
    }
    if (frame.op === Op.Dispatch && frame.t === 'READY') {
      this.ready = frame.d;
      this.sessionId = frame.d.session_id;
    }
    pulse();
  }
}
