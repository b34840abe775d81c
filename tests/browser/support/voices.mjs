import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Gateway, Op } from '../../clients/support/gateway.mjs';
import { Host } from '../../clients/support/host.mjs';
import { poll } from '../../clients/support/until.mjs';
import { launch } from './browser.mjs';
import { freePort } from './host.mjs';

const client = fileURLToPath(new URL('../../../Discord.Host/ClientApp/', import.meta.url));

/** src/voice/connection.ts as one script, built as the page's own build does it. */
async function connectionScript() {
  const { build } = await import(pathToFileURL(createRequire(`${client}package.json`).resolve('vite')));
  const [{ output }] = [await build({
    root: client, configFile: false, logLevel: 'error',
    build: { write: false, minify: false, lib: { entry: `${client}src/voice/connection.ts`, formats: ['es'], fileName: 'connection' } },
  })].flat();
  return output[0].code;
}

/** Debian's coturn on loopback. Browsers reach it by TCP alone. */
export class Relay {
  secret = randomBytes(16).toString('hex');
  log = '';

  static async start() {
    const self = new Relay();
    self.port = await freePort();
    self.folder = await mkdtemp(join(tmpdir(), 'browser-test-relay-'));
    self.process = spawn('turnserver', [
      '-n', '--listening-ip', '127.0.0.1', '--relay-ip', '127.0.0.1', '--listening-port', String(self.port), '--realm', 'example', '--use-auth-secret', '--static-auth-secret', self.secret,
      '--allow-loopback-peers', '--no-udp', '--no-tls', '--no-dtls', '--no-cli', '--no-multicast-peers', '--log-file', 'stdout', '--pidfile', '/dev/null', '--userdb', join(self.folder, 'users'),
    ], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [self.process.stdout, self.process.stderr]) stream.setEncoding('utf8').on('data', (text) => (self.log += text));
    return self;
  }

  get url() { return `turn:127.0.0.1:${this.port}?transport=tcp`; }

  async close() {
    if (this.process.exitCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await exited;
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A host and a browser, and the people who come to talk. */
export class Voices {
  #present = new Set();
  #owned = [];

  static async start(env = {}, ...flags) {
    const self = new Voices();
    self.script = await connectionScript();
    self.host = await Host.start({ rateLimits: false, voice: true, env });
    self.browser = await launch(
      '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--ignore-certificate-errors', '--allow-loopback-in-peer-connection', '--autoplay-policy=no-user-gesture-required', '--disable-features=LocalNetworkAccessChecks', ...flags,
    );
    return self;
  }

  /** Something to close at the end. */
  own(resource) { this.#owned.push(resource); }

  async join(person, channel, options = {}) {
    const talker = await Talker.join(this, person, channel, options);
    this.#present.add(talker);
    return talker;
  }

  async leave() {
    await Promise.all([...this.#present].map((talker) => talker.leave()));
    this.#present.clear();
  }

  async close() {
    await this.leave();
    await this.browser?.close();
    await this.host?.close();
    for (const one of this.#owned) await one.close();
  }
}

/** A person whose page has nothing but a voice connection. */
class Talker {
  #left = false;

  /**
   * @param only "tcp" or "relay": no other way than this.
   * @param codecs The only ones for pictures, of the name and payload type as given: [["H264", 41]].
   * @param before Runs in the page before it connects. `window.onTransceiver` is told of each section when it is made.
   */
  static async join(voices, person, channel, { hertz = 0, microphone = false, only, picture = false, codecs, before = () => {} }) {
    const self = new Talker();
    self.gateway = await Gateway.identified(voices.host, person.token);
    self.gateway.send(Op.VoiceState, { guild_id: channel.guild_id, channel_id: channel.id, self_mute: false, self_deaf: false });
    const { token, endpoint } = await self.gateway.until('VOICE_SERVER_UPDATE');
    const ticket = { endpoint, token, serverId: channel.guild_id, channelId: channel.id, userId: person.id, sessionId: self.gateway.sessionId };
    self.context = await voices.browser.newContext({ ignoreHTTPSErrors: true });
    self.page = await self.context.newPage();
    self.page.on('console', (message) => (message.type() === 'warning' || message.type() === 'error') && console.error(`${person.id}: ${message.text()}`));
    await self.page.route('**/rig/*', (route) => route.fulfill(route.request().url().endsWith('.js') ? { contentType: 'text/javascript', body: voices.script } : { contentType: 'text/html', body: '<!doctype html>' }));
    await self.page.goto(`${voices.host.url}/rig/`);
    await self.page.evaluate(before);
    await self.page.evaluate(rig, { ticket, hertz, microphone, only, picture, codecs });
    await self.reaches('connected');
    return self;
  }

  /** Waits until this person's sound is a sine of so many hertz. */
  hears(userId, hertz) { return this.#until(`hears ${hertz} Hz of ${userId}`, ({ userId, hertz }) => Math.abs(window.rig.hertz(userId) - hertz) < 30, { userId, hertz }); }

  loses(userId) { return this.#until(`loses ${userId}`, ({ userId }) => !window.rig.tracks.has(`${userId} audio`) && !window.rig.tracks.has(`${userId} video`), { userId }); }

  sees(userId, speaking) { return this.#until(`sees that ${userId} ${speaking ? 'speaks' : 'is silent'}`, ({ userId, speaking }) => window.rig.speaking.has(userId) === speaking, { userId, speaking }); }

  reaches(phase) { return this.#until(`is ${phase}`, ({ phase }) => window.rig.phases.indexOf(phase, window.rig.passed) >= 0 && (window.rig.passed = window.rig.phases.indexOf(phase, window.rig.passed), true), { phase }); }

  /** How packets go. */
  async path() {
    await this.#until('has measured', () => window.rig.quality?.path, {});
    return this.page.evaluate(() => window.rig.quality.path);
  }

  /** Waits for a moving picture of this person. Returns the milliseconds from the track to the first frame. */
  async watches(userId) {
    await this.#until(`sees the picture of ${userId}`, ({ userId }) => window.rig.pictures.has(userId), { userId });
    return this.page.evaluate((userId) => Math.round(window.rig.pictures.get(userId)), userId);
  }

  /** In what this page sends its picture, or receives one: { name, payload, frames, … } of the statistics. */
  async pictures(way) {
    const stats = await this.page.evaluate(() => window.rig.statistics());
    return stats.filter(({ type, kind }) => type === `${way}-rtp` && kind === 'video').map((one) => {
      const codec = stats.find(({ id }) => id === one.codecId);
      return { ...one, name: codec?.mimeType.slice(6), payload: codec?.payloadType };
    });
  }

  /** Waits for a picture that this page sends or receives in this codec, and that moves. Returns its statistics. */
  moves(way, name, frames = 5) {
    return poll(async () => (await this.pictures(way)).find((one) => one.name === name && (one.framesEncoded ?? one.framesDecoded) > frames), `a picture is ${way} in ${name}`, 25_000);
  }

  /** The network forgets this page: its peer connection ends without a word. */
  cut() { return this.page.evaluate(() => window.rig.cut()); }

  async leave() {
    if (this.#left) return;
    this.#left = true;
    await this.page.evaluate(() => window.rig.connection.close()).catch(() => undefined);
    this.gateway.send(Op.VoiceState, { guild_id: null, channel_id: null, self_mute: false, self_deaf: false });
    await this.gateway.close();
    await this.context.close();
  }

  async #until(what, fits, argument) {
    try {
      await this.page.waitForFunction(fits, argument, { timeout: 25_000, polling: 50 });
    } catch (error) {
      const seen = await this.page.evaluate(() => JSON.stringify({ phases: window.rig.phases, tracks: [...window.rig.tracks.keys()], hertz: [...window.rig.tracks.keys()].map((key) => window.rig.hertz(key.split(' ')[0])), quality: window.rig.quality })).catch(String);
      throw new Error(`A page should be one that ${what}; it has ${seen}`, { cause: error });
    }
  }
}

/** Runs in the page. */
async function rig({ ticket, hertz, microphone, only, picture, codecs }) {
  const peers = [];
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(config) {
      super(only === 'relay' ? { ...config, iceTransportPolicy: 'relay' } : config);
      peers.push(this);
    }

    addTransceiver(...given) {
      const transceiver = super.addTransceiver(...given);
      window.onTransceiver?.(transceiver);
      return transceiver;
    }

    async createOffer() {
      const { type, sdp } = await super.createOffer();
      return { type, sdp: codecs === undefined ? sdp : renumbered(sdp) };
    }

    setRemoteDescription({ type, sdp }) {
      return super.setRemoteDescription({ type, sdp: only === 'tcp' ? sdp.replace(/a=candidate:\d+ 1 UDP .*\r\n/gi, '') : sdp });
    }
  };
  // Gives the codecs of pictures other payload types, and those of their retransmissions the next ones; takes the others out.
  const renumbered = (sdp) => sdp.split(/(?=^m=)/m).map((section) => {
    if (!section.startsWith('m=video')) return section;
    const lines = section.split('\r\n');
    const numbers = new Map(codecs.flatMap(([name, payload]) => {
      const [old] = lines.flatMap((line) => /^a=rtpmap:(\d+) (\w+)\//.exec(line)?.[2] === name ? [/\d+/.exec(line)[0]] : [])
        .filter((type) => name !== 'H264' || /packetization-mode=1;profile-level-id=42e01f/.test(lines.find((line) => line.startsWith(`a=fmtp:${type} `))));
      const repair = /\d+/.exec(lines.find((line) => line.startsWith('a=fmtp:') && line.endsWith(` apt=${old}`)))[0];
      return [[old, payload], [repair, payload + 1]];
    }));
    return lines.flatMap((line) => {
      const [, kind, type] = /^a=(rtpmap|fmtp|rtcp-fb):(\d+) /.exec(line) ?? [];
      if (line.startsWith('m=')) return [`${line.split(' ').slice(0, 3).join(' ')} ${[...numbers.values()].join(' ')}`];
      if (kind === undefined) return [line];
      return numbers.has(type) ? [line.replace(`:${type} `, `:${numbers.get(type)} `).replace(/apt=(\d+)/, (_, apt) => `apt=${numbers.get(apt)}`)] : [];
    }).join('\r\n');
  }).join('');
  const audio = new AudioContext();
  await audio.resume();
  const { join } = await import('/rig/connection.js');
  const rig = { phases: [], passed: 0, tracks: new Map(), speaking: new Set(), pictures: new Map(), quality: null, audio, peers };
  window.rig = rig;

  rig.hertz = (userId) => {
    const analyser = rig.tracks.get(`${userId} audio`)?.analyser;
    if (analyser === undefined) return 0;
    const bins = new Uint8Array(analyser.frequencyBinCount);
    analyser.getByteFrequencyData(bins);
    const loudest = bins.reduce((best, value, bin) => (value > bins[best] ? bin : best), 0);
    return bins[loudest] < 100 ? 0 : (loudest * audio.sampleRate) / analyser.fftSize;
  };
  rig.loudness = (userId) => {
    const samples = new Float32Array(256);
    rig.tracks.get(`${userId} audio`)?.analyser.getFloatTimeDomainData(samples);
    return samples.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 0);
  };
  rig.statistics = async () => [...(await peers.at(-1).getStats()).values()];
  rig.cut = () => {
    const peer = peers.at(-1);
    peer.close();
    // A closed connection tells nothing of itself.
    Object.defineProperty(peer, 'connectionState', { value: 'failed' });
    setTimeout(() => peer.onconnectionstatechange?.(new Event('connectionstatechange')));
  };
  rig.connection = join(ticket, {
    phase: (phase) => rig.phases.push(phase),
    speaking: (userId, speaking) => (speaking ? rig.speaking.add(userId) : rig.speaking.delete(userId)),
    track(userId, kind, track) {
      const key = `${userId} ${kind}`;
      if (track === null) return rig.tracks.delete(key);
      const stream = new MediaStream([track]);
      const element = document.body.appendChild(document.createElement(kind));
      Object.assign(element, { srcObject: stream, autoplay: true, muted: kind === 'audio' });
      if (kind === 'video') {
        const began = performance.now();
        element.muted = true;
        element.requestVideoFrameCallback(() => rig.pictures.set(userId, performance.now() - began));
        return rig.tracks.set(key, { element });
      }
      const analyser = new AnalyserNode(audio, { fftSize: 4096, smoothingTimeConstant: 0 });
      audio.createMediaStreamSource(stream).connect(analyser);
      return rig.tracks.set(key, { element, analyser });
    },
    reached: () => undefined,
    quality: (quality) => (rig.quality = quality),
  });
  if (hertz > 0) {
    const out = audio.createMediaStreamDestination();
    const sound = new OscillatorNode(audio, { frequency: hertz });
    rig.gain = new GainNode(audio, { gain: 0.5 });
    sound.connect(rig.gain).connect(out);
    sound.start();
    rig.connection.send('audio', out.stream.getAudioTracks()[0]);
    rig.connection.setSpeaking(1);
  }
  if (microphone) {
    // As the page opens it.
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { noiseSuppression: true, echoCancellation: true, autoGainControl: true } });
    [rig.microphone] = stream.getAudioTracks();
    rig.connection.send('audio', rig.microphone);
    rig.connection.setSpeaking(1);
  }
  if (picture) {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    rig.connection.send('video', stream.getVideoTracks()[0], { width: 1280, height: 720, framerate: 30, bitrate: 2_500_000 });
  }
}
