import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { WebSocketServer } from 'ws';
import { projectRoot } from './support/host.mjs';
import { DiscordJs } from './support/libraries.mjs';
import { addBot, createBot, createChannel, createGuild, must, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { inParallel, pulse, range, until, within } from './support/until.mjs';
import { Participant, opened, tone } from './support/voice.mjs';

// Processes that only carry voice (--role voice), for a host that decides who is in it.

const SECRET = 'a secret of sixteen or more';
const VOICE = 2;
const CONNECT_AND_SPEAK = String((1n << 10n) | (1n << 20n) | (1n << 21n));
const PACKETS = 100;
const hostDll = path.resolve(process.env.DISCORD_HOST_DLL ?? path.join(projectRoot, 'artifacts/bin/Discord.Host/release/Discord.Host.dll'));

const hosted = withHost({ rateLimits: false, voice: true, env: { Voice__Secret: SECRET } }, async host => {
  const owner = await register(host, 'owner');
  const guild = await createGuild(host, owner, 'Voice');
  const bots = await inParallel(range(2), 2, async () => {
    const bot = await createBot(host, owner);
    await addBot(host, guild, bot, CONNECT_AND_SPEAK);
    return bot;
  });
  const [ada, bob] = await inParallel(bots, 2, bot => DiscordJs.start(host, bot));
  return { owner, guild, ada, bob };
});

const running = new Set();

const scenario = (name, body) => hosted(name, async world => {
  try {
    await body(world);
  } finally {
    await Promise.all([...opened].map(one => one.close()));
    await Promise.all([...running].map(carrier => carrier.end('SIGKILL')));
  }
});

/** A process that carries voice for a host. */
class Carrier {
  #lines = [];

  static async start(host, { region = 'local', secret = SECRET } = {}) {
    const self = new Carrier();
    const free = net.createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    self.port = free.address().port;
    free.close();
    await once(free, 'close');
    self.data = await mkdtemp(path.join(os.tmpdir(), 'discord-carrier-'));
    self.child = spawn('dotnet', [hostDll, 'serve', '--role', 'voice', '--urls', `https://127.0.0.1:${self.port}`, '--data', self.data], {
      env: { ...process.env, Voice__Home: host.url, Voice__Secret: secret, Voice__Port: '0', Voice__Region: region },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(self);
    for (const stream of [self.child.stdout, self.child.stderr]) stream.on('data', chunk => { self.#lines.push(String(chunk)); pulse(); });
    return self;
  }

  get endpoint() { return `127.0.0.1:${this.port}/voice`; }

  says(text) { return until(() => this.#lines.join('').includes(text), () => `the carrier says "${text}"; it said: ${this.#lines.join('')}`, 60_000); }

  /** What its own listener answers; the certificate is signed by itself. */
  async get(where) {
    const asked = https.get({ host: '127.0.0.1', port: this.port, path: where, rejectUnauthorized: false, agent: false });
    const [answer] = await within(once(asked, 'response'), `the carrier answers ${where}`, 30_000);
    const chunks = await within(answer.toArray(), `the carrier answers ${where}`, 30_000);
    return { status: answer.statusCode, body: Buffer.concat(chunks).toString() };
  }

  async end(signal) {
    running.delete(this);
    const ended = this.child.exitCode === null && this.child.signalCode === null ? once(this.child, 'close') : null;
    this.child.kill(signal);
    await within(ended ?? Promise.resolve(), 'the carrier ends', 30_000);
    await rm(this.data, { recursive: true, force: true });
    return this.child.exitCode;
  }
}

async function hearEachOther(a, b) {
  a.forget();
  b.forget();
  await Promise.all([a.play(tone(440, PACKETS)), b.play(tone(880, PACKETS))]);
  await b.hears(a.id, 440, PACKETS);
  await a.hears(b.id, 880, PACKETS);
}

scenario('voice goes to a carrier when there is one, and on to another server when it is stopped: nobody has to join again', async ({ host, guild, ada, bob }) => {
  const channel = await createChannel(host, guild, 'carried', { type: VOICE });
  const carrier = await Carrier.start(host);
  await carrier.says('Linked to');
  const [a, b] = [await Participant.join(ada, channel), await Participant.join(bob, channel, { version: 'voice18', aes: false })];
  assert.deepEqual([a.endpoint, b.endpoint], [carrier.endpoint, carrier.endpoint]);
  await hearEachOther(a, b);
  assert.deepEqual([await carrier.get('/healthz'), await carrier.get('/readyz')], Array(2).fill({ status: 200, body: '{"status":"ok","role":"voice"}' }));
  const metrics = (await carrier.get('/metrics')).body;
  const value = name => Number(new RegExp(`^${name} (.*)$`, 'm').exec(metrics)?.[1]);
  assert.deepEqual([value('chat_voice_rooms'), value('chat_voice_legs')], [1, 2]);
  assert.ok(value('chat_voice_packets_forwarded_total') + value('chat_voice_packets_dropped_total{reason="late"}') >= 2 * PACKETS && value('chat_voice_leg_loss_ratio_count') > 0, metrics);
  assert.deepEqual(metrics.match(/^# TYPE (?!chat_voice_|dotnet_).*$/gm), null);

  assert.equal(await carrier.end('SIGTERM'), 0);
  await until(() => a.endpoint !== carrier.endpoint && b.endpoint !== carrier.endpoint, 'both are told of another server');
  await Promise.all([a.ready(), b.ready()]);
  await hearEachOther(a, b);
  assert.deepEqual([...a.errors, ...b.errors], []);
});

scenario('a mute reaches the carrier, a region is had where a carrier has it, and one that dies is replaced', async ({ host, guild, owner, ada, bob }) => {
  const [near, far] = [await Carrier.start(host), await Carrier.start(host, { region: 'far-away' })];
  await Promise.all([near.says('Linked to'), far.says('Linked to')]);
  assert.deepEqual((await must(host, owner.token, 'GET', '/voice/regions')).map(region => region.id).sort(), ['far-away', 'local']);
  const channel = await createChannel(host, guild, 'far', { type: VOICE, rtc_region: 'far-away' });
  const [a, b] = [await Participant.join(ada, channel), await Participant.join(bob, channel)];
  assert.equal(a.endpoint, far.endpoint);
  await hearEachOther(a, b);
  await must(host, owner.token, 'PATCH', `/guilds/${guild.id}/members/${a.id}`, { mute: true });
  b.forget();
  await until(() => ada.client.guilds.cache.get(guild.id).voiceStates.cache.get(a.id)?.serverMute, 'the mute is known');
  await Promise.all([a.play(tone(440, PACKETS)), b.play(tone(880, PACKETS))]);
  assert.equal(b.heard(a.id).length, 0);
  await must(host, owner.token, 'PATCH', `/guilds/${guild.id}/members/${a.id}`, { mute: false });

  // Another region of the channel takes them along, without anybody joining again.
  for (const [region, carrier] of [['local', near], ['far-away', far]]) {
    await must(host, owner.token, 'PATCH', `/channels/${channel.id}`, { rtc_region: region });
    await until(() => a.endpoint === carrier.endpoint && b.endpoint === carrier.endpoint, `both are told of the carrier in ${region}`);
    await Promise.all([a.ready(), b.ready()]);
    await hearEachOther(a, b);
  }

  // Its process is gone, and with it the connection: the server need not wait as long as for one that is only silent.
  await far.end('SIGKILL');
  await until(() => a.endpoint === near.endpoint && b.endpoint === near.endpoint, 'both are told of the other carrier', 12_000);
  await Promise.all([a.ready(), b.ready()]);
  await hearEachOther(a, b);
});

scenario('who does not know the secret is given nothing', async ({ host, guild, ada }) => {
  const carrier = await Carrier.start(host, { secret: 'some other secret of that length' });
  await carrier.says('refused this carrier: its Voice:Secret is another. Trying again every 30 s');
  assert.deepEqual([(await carrier.get('/healthz')).status, await carrier.get('/readyz')], [200, { status: 503, body: '{"status":"degraded","role":"voice"}' }]);
  const channel = await createChannel(host, guild, 'own', { type: VOICE });
  const a = await Participant.join(ada, channel);
  assert.notEqual(a.endpoint, carrier.endpoint);
});

test('a carrier that is told to stop has the time that its people need to go elsewhere', async () => {
  const token = '0'.repeat(32);
  const home = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(home, 'listening');
  home.on('connection', socket => socket.on('message', message => {
    const { op } = JSON.parse(message);
    if (op === 'hello') {
      socket.send(JSON.stringify({ op: 'admit', grant: { token, server_id: '1', room_id: '2', user_id: '3', session_id: 's', rights: 3 } }));
      socket.send('{"op":"synced"}');
    } else if (op === 'draining') {
      // Longer than the two seconds that a command line gives its commands.
      setTimeout(() => socket.send(JSON.stringify({ op: 'revoke', token, code: null })), 3_000);
    }
  }));
  try {
    const carrier = await Carrier.start({ url: `http://127.0.0.1:${home.address().port}` });
    await carrier.says('1 people are carried here');
    assert.equal(await carrier.end('SIGTERM'), 0);
  } finally {
    await Promise.all([...running].map(carrier => carrier.end('SIGKILL')));
    for (const socket of home.clients) socket.terminate();
    home.close();
  }
});
