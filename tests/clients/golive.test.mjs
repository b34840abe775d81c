import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { Gateway, Op } from './support/gateway.mjs';
import { createGuild, join, must, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { pulse, until } from './support/until.mjs';
import { VoiceOp, VoiceSocket, opened } from './support/voice.mjs';

const CreateStream = 18, DeleteStream = 19, WatchStream = 20, PingStream = 21, PauseStream = 22;
const VOICE = 2;
const STREAM = String(1n << 9n);

const scenario = withHost({ rateLimits: false, voice: true }, async host => {
  const owner = await register(host, 'owner');
  const viewer = await register(host, 'viewer');
  const bystander = await register(host, 'bystander');
  const guild = await createGuild(host, owner, 'Hall');
  await join(host, guild, viewer, bystander);
  const stage = await must(host, owner.token, 'POST', `/guilds/${guild.id}/channels`, { name: 'screens', type: VOICE });
  const other = await must(host, owner.token, 'POST', `/guilds/${guild.id}/channels`, { name: 'other', type: VOICE });
  return { owner, viewer, bystander, guild, stage, other };
});

const keyOf = (guild, channel, user) => `guild:${guild.id}:${channel.id}:${user.id}`;
const select = async (gateway, guild, channel, user) => {
  const before = gateway.events('VOICE_STATE_UPDATE').length;
  gateway.send(Op.VoiceState, { guild_id: guild.id, channel_id: channel?.id ?? null, self_mute: false, self_deaf: false, self_video: false });
  await gateway.until('VOICE_STATE_UPDATE', state => state.user_id === user.id && state.channel_id === (channel?.id ?? null) && gateway.events('VOICE_STATE_UPDATE').indexOf(state) >= before);
};
const everyone = async (host, ...people) => Promise.all(people.map(person => Gateway.identified(host, person.token)));
const leave = gateways => Promise.all(gateways.map(gateway => gateway.close()));

scenario('a screen is shared, watched, paused and ended', async ({ host, owner, viewer, bystander, guild, stage }) => {
  const [sharing, watching, outside] = await everyone(host, owner, viewer, bystander);
  await select(sharing, guild, stage, owner);
  await select(watching, guild, stage, viewer);
  const stream_key = keyOf(guild, stage, owner);

  sharing.send(CreateStream, { type: 'guild', guild_id: guild.id, channel_id: stage.id, preferred_region: null });
  const created = await sharing.until('STREAM_CREATE');
  const { rtc_server_id, ...rest } = created;
  assert.match(rtc_server_id, /^\d{17,20}$/);
  assert.deepEqual(rest, { stream_key, rtc_channel_id: stage.id, region: 'local', viewer_ids: [], paused: false });
  const server = await sharing.until('STREAM_SERVER_UPDATE');
  const voice = await sharing.until('VOICE_SERVER_UPDATE');
  assert.deepEqual({ ...server, token: null }, { stream_key, guild_id: guild.id, token: null, endpoint: voice.endpoint });
  assert.match(server.token, /^[0-9a-f]{32}$/);
  assert.notEqual(server.token, voice.token);
  await outside.until('VOICE_STATE_UPDATE', state => state.user_id === owner.id && state.self_stream === true);

  watching.send(WatchStream, { stream_key });
  assert.deepEqual((await watching.until('STREAM_CREATE')).viewer_ids, [viewer.id]);
  assert.equal((await watching.until('STREAM_CREATE')).rtc_server_id, rtc_server_id);
  assert.notEqual((await watching.until('STREAM_SERVER_UPDATE')).token, server.token);
  assert.deepEqual(await sharing.until('STREAM_UPDATE'), { stream_key, region: 'local', viewer_ids: [viewer.id], paused: false });

  sharing.send(PauseStream, { stream_key, paused: true });
  await watching.until('STREAM_UPDATE', update => update.paused);
  sharing.send(PingStream, { stream_key });
  sharing.send(DeleteStream, { stream_key });
  assert.deepEqual(await sharing.until('STREAM_DELETE'), { stream_key, reason: 'user_requested' });
  assert.deepEqual(await watching.until('STREAM_DELETE'), { stream_key, reason: 'stream_ended' });
  await outside.until('VOICE_STATE_UPDATE', state => state.user_id === owner.id && state.channel_id === stage.id && !state.self_stream && outside.events('VOICE_STATE_UPDATE').some(earlier => earlier.self_stream && outside.events('VOICE_STATE_UPDATE').indexOf(earlier) < outside.events('VOICE_STATE_UPDATE').indexOf(state)));
  assert.deepEqual(outside.dispatches.filter(frame => frame.t.startsWith('STREAM_')), [], 'streams are told to those at them alone');

  watching.send(PingStream, { stream_key });
  await watching.until('STREAM_DELETE', () => watching.events('STREAM_DELETE').length === 2);
  await leave([sharing, watching, outside]);
});

scenario('a stream ends when its owner leaves, and nobody shares or watches from elsewhere', async ({ host, owner, viewer, guild, stage, other }) => {
  const [sharing, watching] = await everyone(host, owner, viewer);
  const stream_key = keyOf(guild, stage, owner);
  sharing.send(CreateStream, { type: 'guild', guild_id: guild.id, channel_id: stage.id });
  assert.deepEqual(await sharing.until('STREAM_DELETE'), { stream_key, reason: 'invalid_channel' });
  await select(sharing, guild, stage, owner);
  await select(watching, guild, other, viewer);
  sharing.send(CreateStream, { type: 'guild', guild_id: guild.id, channel_id: stage.id });
  await sharing.until('STREAM_CREATE');
  watching.send(WatchStream, { stream_key });
  assert.deepEqual(await watching.until('STREAM_DELETE'), { stream_key, reason: 'unauthorized' });
  await select(watching, guild, stage, viewer);
  watching.send(WatchStream, { stream_key });
  await watching.until('STREAM_CREATE');
  await select(sharing, guild, other, owner);
  await watching.until('STREAM_DELETE', gone => gone.reason === 'stream_ended');
  await sharing.until('STREAM_DELETE', gone => gone.reason === 'stream_ended');
  assert.equal(sharing.events('VOICE_STATE_UPDATE').at(-1).self_stream ?? false, false);
  await leave([sharing, watching]);
});

scenario('sharing takes STREAM, and ends when it is taken away', async ({ host, owner, viewer, guild, stage }) => {
  const [sharing] = await everyone(host, viewer);
  await select(sharing, guild, stage, viewer);
  const [stream_key, overwrite] = [keyOf(guild, stage, viewer), `/channels/${stage.id}/permissions/${viewer.id}`];
  await must(host, owner.token, 'PUT', overwrite, { type: 1, allow: '0', deny: STREAM });
  const share = () => sharing.send(CreateStream, { type: 'guild', guild_id: guild.id, channel_id: stage.id });
  await sharing.until('CHANNEL_UPDATE', channel => channel.permission_overwrites.some(one => one.id === viewer.id));
  share();
  assert.deepEqual(await sharing.until('STREAM_DELETE'), { stream_key, reason: 'unauthorized' });
  await must(host, owner.token, 'DELETE', overwrite);
  await sharing.until('CHANNEL_UPDATE', channel => channel.permission_overwrites.every(one => one.id !== viewer.id));
  share();
  await sharing.until('STREAM_CREATE');
  await must(host, owner.token, 'PUT', overwrite, { type: 1, allow: '0', deny: STREAM });
  await sharing.until('STREAM_DELETE', () => sharing.events('STREAM_DELETE').length === 2);
  await leave([sharing]);
});

scenario('malformed wishes close the socket, and a key that names nothing is refused', async ({ host, viewer }) => {
  for (const [op, d] of [[CreateStream, {}], [CreateStream, { type: 'guild', channel_id: '1' }], [CreateStream, { type: 'x', channel_id: '1' }], [WatchStream, []], [DeleteStream, { stream_key: 5 }], [PauseStream, { stream_key: 'call:1:2' }], [PingStream, { stream_key: 'k'.repeat(101) }]]) {
    const gateway = await Gateway.identified(host, viewer.token);
    gateway.send(op, d);
    assert.equal((await gateway.untilClosed()).code, 4002, JSON.stringify([op, d]));
  }
  const gateway = await Gateway.identified(host, viewer.token);
  gateway.send(WatchStream, { stream_key: 'guild:1' });
  assert.deepEqual(await gateway.until('STREAM_DELETE'), { stream_key: 'guild:1', reason: 'parse_failed' });
  gateway.send(WatchStream, { stream_key: 'guild:1:2:3' });
  assert.deepEqual(await gateway.until('STREAM_DELETE', gone => gone.stream_key === 'guild:1:2:3'), { stream_key: 'guild:1:2:3', reason: 'unauthorized' });
  await gateway.close();
});

const VP8 = 103, KEYFRAME = Buffer.from([0x10, 0x00, 0x9d, 0x01, 0x2a]);
const CODECS = [{ name: 'opus', type: 'audio', priority: 1000, payload_type: 120 }, { name: 'VP8', type: 'video', priority: 2000, payload_type: VP8, rtx_payload_type: 104 }];

/** A client of a stream that speaks Discord's protocol by itself: the voice gateway, and pictures over UDP under AES-GCM. */
class Screen {
  packets = [];
  #nonce = 0;

  static async open(host, { stream, token, user, session }, codecs = CODECS) {
    const self = new Screen();
    self.gateway = await VoiceSocket.open(host);
    self.gateway.send(VoiceOp.Identify, { server_id: stream, user_id: user.id, session_id: session, token, video: true, streams: [{ type: 'screen', rid: '100', quality: 100 }] });
    const ready = (await self.gateway.until(VoiceOp.Ready)).d;
    assert.deepEqual(ready.streams, [{ type: 'video', rid: '100', ssrc: ready.ssrc + 1, rtx_ssrc: ready.ssrc + 2, quality: 100, active: false }]);
    Object.assign(self, { ssrc: ready.ssrc, port: ready.port, socket: dgram.createSocket('udp4') });
    opened.add(self);
    const { address, port } = await self.#discover();
    self.gateway.send(VoiceOp.SelectProtocol, { protocol: 'udp', codecs, data: { address, port, mode: 'aead_aes256_gcm_rtpsize' } });
    const { d } = await self.gateway.until(VoiceOp.SessionDescription);
    self.key = Buffer.from(d.secret_key);
    self.codec = d.video_codec;
    self.socket.on('message', packet => { self.packets.push(self.#open(packet)); pulse(); });
    return self;
  }

  /** Under the client's own payload type. */
  show(sequence, payload) {
    const header = Buffer.alloc(8);
    header.writeUInt16BE(0x8000 | VP8, 0);
    header.writeUInt16BE(sequence, 2);
    header.writeUInt32BE(sequence * 3000, 4);
    this.send(header, this.ssrc + 1, payload);
  }

  send(start, ssrc, payload = Buffer.alloc(0)) {
    const header = Buffer.concat([start, Buffer.alloc(4)]);
    header.writeUInt32BE(ssrc, start.length);
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(++this.#nonce, 0);
    const cipher = crypto.createCipheriv('aes-256-gcm', this.key, nonce).setAAD(header);
    this.socket.send(Buffer.concat([header, cipher.update(payload), cipher.final(), cipher.getAuthTag(), nonce.subarray(0, 4)]), this.port, '127.0.0.1');
  }

  /** Who only looks sends no packets: where they can be reached, the server learns when they ask it how they look from there. */
  async #discover() {
    await new Promise(resolve => this.socket.bind(0, '127.0.0.1', resolve));
    const question = Buffer.alloc(74);
    question.writeUInt32BE(0x0001_0046, 0);
    question.writeUInt32BE(this.ssrc, 4);
    const answered = once(this.socket, 'message', { signal: AbortSignal.timeout(10_000) });
    this.socket.send(question, this.port, '127.0.0.1');
    const [answer] = await answered;
    return { address: answer.subarray(8, answer.indexOf(0, 8)).toString(), port: answer.readUInt16BE(72) };
  }

  #open(packet) {
    const clear = packet[1] >= 192 && packet[1] < 224 ? 8 : 12;
    const nonce = Buffer.concat([packet.subarray(-4), Buffer.alloc(8)]);
    const cipher = crypto.createDecipheriv('aes-256-gcm', this.key, nonce).setAAD(packet.subarray(0, clear)).setAuthTag(packet.subarray(-20, -4));
    return Buffer.concat([packet.subarray(0, clear), cipher.update(packet.subarray(clear, -20)), cipher.final()]);
  }

  async close() {
    opened.delete(this);
    this.socket.close();
    await this.gateway.close();
  }
}

scenario('pictures of a screen reach who watches, within what its owner may send, and only while they are wanted', async ({ host, owner, viewer, guild, stage }) => {
  const [sharing, watching] = await everyone(host, owner, viewer);
  await select(sharing, guild, stage, owner);
  await select(watching, guild, stage, viewer);
  const stream_key = keyOf(guild, stage, owner);
  sharing.send(CreateStream, { type: 'guild', guild_id: guild.id, channel_id: stage.id });
  const { rtc_server_id: stream } = await sharing.until('STREAM_CREATE');
  const screen = await Screen.open(host, { stream, token: (await sharing.until('STREAM_SERVER_UPDATE')).token, user: owner, session: sharing.sessionId });
  assert.equal(screen.codec, 'VP8');
  const streams = [{ type: 'video', rid: '100', active: true, quality: 100, max_bitrate: 50_000_000, max_framerate: 144, max_resolution: { type: 'fixed', width: 2560, height: 1440 } }];
  screen.gateway.send(VoiceOp.Video, { audio_ssrc: 0, video_ssrc: screen.ssrc + 1, rtx_ssrc: screen.ssrc + 2, streams });
  assert.deepEqual((await screen.gateway.until(VoiceOp.MediaSinkWants)).d, { any: 0, [screen.ssrc + 1]: 0, pixelCounts: { [screen.ssrc + 1]: 1280 * 720 } });

  watching.send(WatchStream, { stream_key });
  const room = await Screen.open(host, { stream, token: (await watching.until('STREAM_SERVER_UPDATE')).token, user: viewer, session: watching.sessionId });
  const { d: told } = await room.gateway.until(VoiceOp.Video);
  assert.equal(told.user_id, owner.id);
  assert.equal(told.video_ssrc, screen.ssrc + 1);
  assert.deepEqual(told.streams[0], { type: 'video', rid: '100', ssrc: screen.ssrc + 1, rtx_ssrc: screen.ssrc + 2, quality: 100, active: true, max_bitrate: 4_000_000, max_framerate: 30, max_resolution: { type: 'fixed', width: 1280, height: 720 } });
  const wants = () => screen.gateway.of(VoiceOp.MediaSinkWants).map(({ d }) => d.any);
  await until(() => wants().length === 2, 'the sender hears that somebody looks');

  let sequence = 0;
  const showing = setInterval(() => screen.show(++sequence, KEYFRAME), 20);
  try {
    await until(() => room.packets.length > 0, 'the picture comes');
    const [first] = room.packets;
    assert.deepEqual([first[1], first.readUInt32BE(8), first.subarray(12)], [VP8, screen.ssrc + 1, KEYFRAME]);
    room.gateway.send(VoiceOp.MediaSinkWants, { any: 0 });
    await until(() => wants().length === 3, 'the sender hears that nobody looks');
  } finally {
    clearInterval(showing);
  }
  assert.deepEqual(wants(), [0, 100, 0]);
  room.gateway.send(VoiceOp.MediaSinkWants, { any: 0, [screen.ssrc + 1]: 50 });
  await until(() => wants().at(-1) === 50, 'the sender hears how well it is wanted');
  room.gateway.send(VoiceOp.SessionUpdate, { codecs: [CODECS[0], { name: 'H264', type: 'video', priority: 1, payload_type: 101 }] });
  await until(() => wants().at(-1) === 0, 'nobody can play it any more');
  screen.gateway.send(VoiceOp.SessionUpdate, { codecs: [...CODECS, { name: 'H264', type: 'video', priority: 3000, payload_type: 101 }] });
  await until(() => screen.gateway.of(VoiceOp.SessionUpdate).at(-1)?.d.video_codec === 'H264', 'the sender is told the codec that both know');
  sharing.send(DeleteStream, { stream_key });
  assert.equal(await room.gateway.untilClosed(), 4014);
  assert.equal(await screen.gateway.untilClosed(), 4014);
  await Promise.all([screen.close(), room.close()]);
  await leave([sharing, watching]);
});
