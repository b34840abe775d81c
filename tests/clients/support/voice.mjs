import crypto from 'node:crypto';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import WebSocket from 'ws';
import { METRICS_TOKEN } from './host.mjs';
import { poll, pulse, until } from './until.mjs';

// The certificate of a host under test is its own. Read by every TLS connection of this process when it is made.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';

const requireFrom = {
  voice18: createRequire(new URL('../voice18/package.json', import.meta.url)),
  voice19: createRequire(new URL('../voice19/package.json', import.meta.url)),
};
const OpusScript = requireFrom.voice19('opusscript');

const RATE = 48_000;
const SAMPLES = 960;
const SILENCE = Buffer.from([0xf8, 0xff, 0xfe]);

export const VoiceOp = {
  Identify: 0, SelectProtocol: 1, Ready: 2, Heartbeat: 3, SessionDescription: 4, Speaking: 5, HeartbeatAck: 6, Resume: 7, Hello: 8, Resumed: 9,
  ClientsConnect: 11, Video: 12, ClientDisconnect: 13, SessionUpdate: 14, MediaSinkWants: 15, BackendVersion: 16, ClientFlags: 18, ClientPlatform: 20,
};

/** Everything of here that is open: a test closes it at its end. */
export const opened = new Set();

const loaded = new Map();

/**
 * @discordjs/voice as it is published. It takes the first of the server's modes that it can do; without `aes` it is loaded
 * as on a system whose OpenSSL has no AES-256-GCM, and takes XChaCha20-Poly1305.
 */
function library(version, aes) {
  const key = `${version} ${aes}`;
  if (loaded.has(key)) return loaded.get(key);
  const require = requireFrom[version];
  const { getCiphers } = crypto;
  if (!aes) crypto.getCiphers = () => getCiphers().filter(name => name !== 'aes-256-gcm');
  try {
    delete require.cache[require.resolve('@discordjs/voice')];
    loaded.set(key, require('@discordjs/voice'));
  } finally {
    crypto.getCiphers = getCiphers;
  }
  return loaded.get(key);
}

/** Opus packets of 20 ms each: a sine of so many hertz, in stereo. */
export function tone(hertz, count) {
  const encoder = new OpusScript(RATE, 2, OpusScript.Application.AUDIO);
  const packets = Array.from({ length: count }, (_, packet) => {
    const pcm = Buffer.alloc(SAMPLES * 4);
    for (let sample = 0; sample < SAMPLES; sample++) {
      const value = Math.round(8_000 * Math.sin((2 * Math.PI * hertz * (packet * SAMPLES + sample)) / RATE));
      pcm.writeInt16LE(value, sample * 4);
      pcm.writeInt16LE(value, sample * 4 + 2);
    }
    return Buffer.from(encoder.encode(pcm, SAMPLES));
  });
  encoder.delete();
  return packets;
}

/** Decodes packets of one sender and measures how many of them sound like a sine of so many hertz. */
export function soundsLike(packets, hertz) {
  const decoder = new OpusScript(RATE, 2, OpusScript.Application.AUDIO);
  let right = 0;
  for (const packet of packets) {
    const pcm = Buffer.from(decoder.decode(packet));
    let crossings = 0;
    let loudest = 0;
    for (let at = 4; at + 1 < pcm.length; at += 4) {
      const [before, value] = [pcm.readInt16LE(at - 4), pcm.readInt16LE(at)];
      loudest = Math.max(loudest, Math.abs(value));
      if ((before < 0) !== (value < 0)) crossings++;
    }
    const expected = (2 * hertz * SAMPLES) / RATE;
    if (pcm.length === SAMPLES * 4 && loudest > 2_000 && Math.abs(crossings - expected) <= 2) right++;
  }
  decoder.delete();
  return right;
}

/** Packets that a voice server has thrown away since it began because they lay too long: the machine did not keep up with them. */
async function lateAt(endpoint) {
  const answer = await fetch(`https://${endpoint.replace(/voice$/, 'metrics')}`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  return Number(/^chat_voice_packets_dropped_total\{reason="late"\} (\d+)$/m.exec(await answer.text())[1]);
}

/** What everybody who listens has in common: Opus packets by their sender, without the silence between bursts. */
class Listener {
  #heard = new Map();
  #lateBefore = new Map();

  heard(userId) { return this.#heard.get(userId) ?? []; }

  /** Forgets what was heard until now. */
  forget() { this.#heard.clear(); }

  take(userId, packet) {
    if (SILENCE.equals(packet)) return;
    if (!this.#heard.has(userId)) this.#heard.set(userId, []);
    this.#heard.get(userId).push(Buffer.from(packet));
    pulse();
  }

  /** What is late from here on is told from what was before. */
  async arrived() { this.#lateBefore.set(this.endpoint, await lateAt(this.endpoint)); }

  /** Waits for the tone of somebody who plays `count` packets: of what the server's machine kept up with 98 of a hundred arrive, and sound right. */
  async hears(userId, hertz, count) {
    let least, late;
    await poll(async () => {
      late = (await lateAt(this.endpoint)) - (this.#lateBefore.get(this.endpoint) ?? 0);
      least = Math.ceil(Math.max(count * 0.98 - late, count / 2));
      return this.heard(userId).length >= least;
    }, () => `${least} of ${count} packets of ${userId} arrive (${late} were late); ${this.heard(userId).length} did; ${this.trace?.() ?? ''}`, 30_000);
    const right = soundsLike(this.heard(userId), hertz);
    // The first packets of a tone fade in, and one behind a gap.
    if (right < least - 3 - late) throw new Error(`Of ${this.heard(userId).length} packets of ${userId} only ${right} sound like ${hertz} Hz`);
  }
}

/** A discord.js client in a voice channel, by @discordjs/voice. */
export class Participant extends Listener {
  /** Messages of the voice gateway, as they came: { op, d, seq }. */
  received = [];
  /** Messages of the library to it. */
  sent = [];
  errors = [];

  static async join(client, channel, { version = 'voice19', aes = true, selfMute = false, selfDeaf = false } = {}) {
    const self = new Participant();
    const guild = client.client.guilds.cache.get(channel.guild_id);
    const voice = library(version, aes);
    Object.assign(self, { client, voice, id: client.id });
    self.connection = voice.joinVoiceChannel({
      channelId: channel.id, guildId: guild.id, group: client.id, selfMute, selfDeaf, debug: true, adapterCreator: guild.voiceAdapterCreator,
    });
    opened.add(self);
    self.connection.on('error', error => { self.errors.push(String(error)); pulse(); });
    self.connection.on('stateChange', pulse);
    self.connection.on('debug', line => self.#note(line));
    self.connection.receiver.speaking.on('start', userId => self.#listen(userId));
    self.player = voice.createAudioPlayer({ behaviors: { noSubscriber: voice.NoSubscriberBehavior.Play, maxMissedFrames: 250 } });
    self.player.on('stateChange', pulse);
    self.connection.subscribe(self.player);
    await self.ready();
    await self.arrived();
    return self;
  }

  get state() { return this.connection.state; }

  /** Of the voice server that it is at. */
  get endpoint() { return this.state.networking.state.connectionOptions?.endpoint ?? this.connection.packets.server.endpoint; }

  get data() { return this.state.networking.state.connectionData; }

  ready() { return this.untilState('ready'); }

  untilState(status) {
    return until(() => this.state.status === status, () => `the voice connection of ${this.id} is ${status}; ${this.trace()}`);
  }

  /** The last word on what went wrong. */
  trace() {
    return `it is ${this.state.status} (network ${this.state.networking?.state.code}); errors: ${this.errors.join('; ')}; received: ${JSON.stringify(this.received.slice(-8))}`;
  }

  untilReceived(op, fits = () => true) {
    return until(() => this.received.find(message => message.op === op && fits(message.d)), () => `op ${op} comes to ${this.id}; ${this.trace()}`);
  }

  /** Plays packets at their pace. Returns when the last was sent. */
  async play(packets) {
    await this.start(packets);
    await until(() => this.player.state.status === 'idle', 'everything is played', 60_000);
  }

  /** Begins to play. */
  async start(packets) {
    this.player.play(this.voice.createAudioResource(Readable.from(packets, { objectMode: true }), { inputType: this.voice.StreamType.Opus }));
    await until(() => this.player.state.status === 'playing', 'playing begins');
  }

  async close() {
    opened.delete(this);
    this.player.stop(true);
    if (this.state.status !== 'destroyed') this.connection.destroy();
  }

  #listen(userId) {
    if (this.connection.receiver.subscriptions.has(userId)) return;
    const stream = this.connection.receiver.subscribe(userId);
    stream.on('data', packet => this.take(userId, packet));
    stream.on('error', error => { this.errors.push(`${userId}: ${error}`); pulse(); });
  }

  #note(line) {
    const message = /\[WS\] (<<|>>) (\{.*\})$/s.exec(line);
    if (!message) return;
    (message[1] === '<<' ? this.received : this.sent).push(JSON.parse(message[2]));
    pulse();
  }
}

/** An eris client in a voice channel: its voice is of version 4 and XSalsa20-Poly1305. */
export class ErisParticipant extends Listener {
  errors = [];

  static async join(client, channel) {
    const self = new ErisParticipant();
    Object.assign(self, { client, id: client.id });
    self.connection = await client.client.joinVoiceChannel(channel.id, { opusOnly: true });
    opened.add(self);
    self.connection.on('error', error => { self.errors.push(String(error)); pulse(); });
    self.connection.on('warn', warning => { self.errors.push(String(warning)); pulse(); });
    self.connection.receive('opus').on('data', (packet, userId) => self.take(userId, packet));
    await self.arrived();
    return self;
  }

  get endpoint() { return `127.0.0.1:${this.client.host.voiceProxy.port}/voice`; }

  trace() { return `errors: ${this.errors.join('; ')}`; }

  /** Plays packets at their pace. Returns when the last was sent. */
  async play(packets) {
    const ended = new Promise(resolve => this.connection.once('end', resolve));
    this.connection.play(Readable.from(packets, { objectMode: true }), { format: 'opusPackets' });
    await ended;
  }

  async close() {
    opened.delete(this);
    this.client.client.leaveVoiceChannel(this.connection.channelID);
  }
}

/** A voice gateway connection without a library. */
export class VoiceSocket {
  received = [];
  /** The code with which the server closed. */
  closed = null;

  static async open(host, { query = '?v=8' } = {}) {
    const self = new VoiceSocket();
    self.socket = new WebSocket(`wss://127.0.0.1:${host.voiceProxy.port}/voice${query}`);
    self.socket.on('message', text => { self.received.push(JSON.parse(text)); pulse(); });
    self.socket.on('close', code => { self.closed = code; pulse(); });
    await new Promise((resolve, reject) => self.socket.once('open', resolve).once('error', reject));
    opened.add(self);
    return self;
  }

  send(op, d) { this.socket.send(typeof op === 'number' ? JSON.stringify({ op, d }) : op); }

  of(op) { return this.received.filter(message => message.op === op); }

  async until(op) { return until(() => this.received.find(message => message.op === op), () => `op ${op} comes; closed with ${this.closed}, received ${JSON.stringify(this.received)}`); }

  async untilClosed() { return until(() => this.closed, () => `the server closes; received ${JSON.stringify(this.received)}`); }

  async close() {
    opened.delete(this);
    this.socket.terminate();
  }
}
