import assert from 'node:assert/strict';
import { Gateway, Intent, Op } from './support/gateway.mjs';
import { DiscordJs, Eris } from './support/libraries.mjs';
import { addBot, createBot, createChannel, createGuild, must, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { inParallel, range, until } from './support/until.mjs';
import { ErisParticipant, Participant, VoiceOp, VoiceSocket, opened, tone } from './support/voice.mjs';

const VOICE = 2;
const CONNECT_AND_SPEAK = String((1n << 10n) | (1n << 20n) | (1n << 21n));
const PACKETS = 150;

const hosted = withHost({ rateLimits: false, voice: true }, async host => {
  const owner = await register(host, 'owner');
  const guild = await createGuild(host, owner, 'Voice');
  const bots = await inParallel(range(4), 2, async () => {
    const bot = await createBot(host, owner);
    await addBot(host, guild, bot, CONNECT_AND_SPEAK);
    return bot;
  });
  const [ada, bob, cyd] = await inParallel(bots.slice(0, 3), 3, bot => DiscordJs.start(host, bot));
  return { owner, guild, ada, bob, cyd, lone: bots[3] };
});

const voiceChannel = (host, guild, name) => createChannel(host, guild, name, { type: VOICE });

// Whatever a test opened ends with it, so that the next one finds the channels empty.
const scenario = (name, body) => hosted(name, async world => {
  try {
    await body(world);
  } finally {
    await Promise.all([...opened].map(one => one.close()));
  }
});

for (const [version, aes, mode] of [
  ['voice18', true, 'aead_aes256_gcm_rtpsize'],
  ['voice18', false, 'aead_xchacha20_poly1305_rtpsize'],
  ['voice19', true, 'aead_aes256_gcm_rtpsize'],
  ['voice19', false, 'aead_xchacha20_poly1305_rtpsize'],
]) {
  scenario(`${version} in ${mode}: each hears the other, by the right user`, async ({ host, guild, ada, bob }) => {
    const channel = await voiceChannel(host, guild, 'talk');
    const speaker = await Participant.join(ada, channel, { version, aes });
    const listener = await Participant.join(bob, channel, { version, aes });
    assert.equal(speaker.data.encryptionMode, mode);
    assert.notEqual(speaker.data.ssrc, listener.data.ssrc);
    await Promise.all([speaker.play(tone(440, PACKETS)), listener.play(tone(880, PACKETS))]);
    await listener.hears(speaker.id, 440, PACKETS);
    await speaker.hears(listener.id, 880, PACKETS);
    assert.equal(speaker.heard(speaker.id).length, 0, 'nobody hears an echo');
    assert.deepEqual([...speaker.errors, ...listener.errors], []);
  });
}

scenario('three users, with old and new libraries and both modes in one room, hear each other; who leaves is told of', async ({ host, guild, ada, bob, cyd }) => {
  const channel = await voiceChannel(host, guild, 'three');
  const all = [
    await Participant.join(ada, channel, { version: 'voice19' }),
    await Participant.join(bob, channel, { version: 'voice18', aes: false }),
    await Participant.join(cyd, channel, { version: 'voice19', aes: false }),
  ];
  const pitches = [400, 700, 1000];
  assert.deepEqual(all[2].received.find(message => message.op === VoiceOp.ClientsConnect).d.user_ids.sort(), [all[0].id, all[1].id].sort());
  await Promise.all(all.map((participant, index) => participant.play(tone(pitches[index], PACKETS))));
  for (const listener of all) {
    for (const [index, speaker] of all.entries()) if (speaker !== listener) await listener.hears(speaker.id, pitches[index], PACKETS);
  }
  await all[2].close();
  await all[0].untilReceived(VoiceOp.ClientDisconnect, d => d.user_id === all[2].id);
});

scenario('who comes late is told who speaks, and hears them from then on', async ({ host, guild, ada, bob }) => {
  const channel = await voiceChannel(host, guild, 'late');
  const speaker = await Participant.join(ada, channel);
  // Long enough for a newcomer on a slow machine.
  await speaker.start(Array(15).fill(tone(600, 100)).flat());
  const late = await Participant.join(bob, channel, { version: 'voice18' });
  await until(() => late.heard(speaker.id).length >= PACKETS, () => `the newcomer hears the speaker; ${late.trace()}`);
  const told = late.received.findIndex(message => message.op === VoiceOp.Speaking && message.d.user_id === speaker.id);
  const described = late.received.findIndex(message => message.op === VoiceOp.SessionDescription);
  assert.ok(told >= 0 && told < described, `the speaker was named before there was a key to hear with: ${late.trace()}`);
});

scenario('who moves to another channel hears that one, and the one before no more', async ({ host, guild, ada, bob, cyd, owner }) => {
  const [first, second] = [await voiceChannel(host, guild, 'first'), await voiceChannel(host, guild, 'second')];
  const stays = await Participant.join(ada, first);
  const there = await Participant.join(bob, second);
  const moves = await Participant.join(cyd, first);
  await must(host, owner.token, 'PATCH', `/guilds/${guild.id}/members/${moves.id}`, { channel_id: second.id });
  await until(() => moves.connection.joinConfig.channelId === second.id, 'the library learns of the move');
  await stays.untilReceived(VoiceOp.ClientDisconnect, d => d.user_id === moves.id);
  await there.untilReceived(VoiceOp.ClientsConnect, d => d.user_ids.includes(moves.id));
  await moves.ready();
  await Promise.all([stays.play(tone(500, PACKETS)), there.play(tone(900, PACKETS))]);
  await moves.hears(there.id, 900, PACKETS);
  assert.equal(moves.heard(stays.id).length, 0);
  assert.equal(there.heard(stays.id).length, 0);
});

for (const version of ['voice18', 'voice19']) {
  scenario(`${version} resumes after its socket was cut: the same SSRC and key, and what was missed is told`, async ({ host, guild, ada, bob, cyd }) => {
    const channel = await voiceChannel(host, guild, 'cut');
    const cut = await Participant.join(ada, channel, { version });
    const other = await Participant.join(bob, channel);
    const { ssrc, secretKey } = cut.data;
    host.voiceProxy.hold();
    host.voiceProxy.cut();
    await until(() => cut.state.networking.state.code === 5 && other.state.networking.state.code === 5, 'both libraries resume');
    assert.equal(cut.received.filter(message => message.op === VoiceOp.Resumed).length, 0);
    host.voiceProxy.release();
    await cut.untilReceived(VoiceOp.Resumed);
    await other.untilReceived(VoiceOp.Resumed);
    await Promise.all([cut.ready(), other.ready()]);
    assert.equal(cut.received.filter(message => message.op === VoiceOp.Ready).length, 1, 'the session is the same');
    assert.equal(cut.data.ssrc, ssrc);
    assert.deepEqual(cut.data.secretKey, secretKey);

    // The socket of one is away while somebody comes and speaks.
    host.voiceProxy.cut();
    const third = await Participant.join(cyd, channel);
    await cut.ready();
    await Promise.all([third.play(tone(750, PACKETS)), other.ready()]);
    await cut.hears(third.id, 750, PACKETS);
    await other.hears(third.id, 750, PACKETS);
    assert.equal(cut.state.networking.state.connectionData.ssrc, ssrc);
  });
}

scenario('eris in xsalsa20_poly1305 and discord.js in AES-GCM hear each other', async ({ host, guild, ada, lone }) => {
  const channel = await voiceChannel(host, guild, 'mixed');
  const client = await Eris.start(host, lone);
  const old = await ErisParticipant.join(client, channel);
  const modern = await Participant.join(ada, channel);
  assert.equal(old.connection.mode, 'xsalsa20_poly1305');
  await Promise.all([old.play(tone(500, PACKETS)), modern.play(tone(1000, PACKETS))]);
  await modern.hears(old.id, 500, PACKETS);
  await old.hears(modern.id, 1000, PACKETS);
  await client.close();
});

scenario('a muted member is not heard and a deafened one hears nothing, until a moderator ends it', async ({ host, guild, ada, bob, cyd, owner }) => {
  const channel = await voiceChannel(host, guild, 'muted');
  const [muted, listener, free] = [await Participant.join(ada, channel), await Participant.join(bob, channel), await Participant.join(cyd, channel)];
  const set = async (participant, rights) => {
    await must(host, owner.token, 'PATCH', `/guilds/${guild.id}/members/${participant.id}`, rights);
    const [[name, value]] = Object.entries(rights);
    await until(() => guild.id && participant.client.client.guilds.cache.get(guild.id).members.me.voice[name === 'mute' ? 'serverMute' : 'serverDeaf'] === value, 'the library learns of it');
  };
  await set(muted, { mute: true });
  // What the free one says behind it shows that the muted one's packets would have come.
  await muted.play(tone(400, 50));
  await free.play(tone(800, PACKETS));
  await listener.hears(free.id, 800, PACKETS);
  assert.equal(listener.heard(muted.id).length, 0);
  await set(muted, { mute: false });
  await muted.play(tone(400, PACKETS));
  await listener.hears(muted.id, 400, PACKETS);

  await set(listener, { deaf: true });
  for (const participant of [muted, listener, free]) participant.forget();
  await free.play(tone(800, PACKETS));
  await muted.hears(free.id, 800, PACKETS);
  assert.equal(listener.heard(free.id).length, 0);
  await set(listener, { deaf: false });
  await free.play(tone(800, PACKETS));
  await listener.hears(free.id, 800, PACKETS);
});

scenario('who is disconnected by a moderator is closed with 4014 and stays away', async ({ host, guild, ada, owner }) => {
  const channel = await voiceChannel(host, guild, 'gone');
  const participant = await Participant.join(ada, channel);
  await must(host, owner.token, 'PATCH', `/guilds/${guild.id}/members/${participant.id}`, { channel_id: null });
  await participant.untilState('disconnected');
  assert.equal(participant.state.closeCode, 4014);
});

/** Joins voice over the main gateway without a library, and returns what IDENTIFY has to say. */
async function grant({ host, guild, lone }, channel) {
  const gateway = await Gateway.identified(host, lone.token, { intents: Intent.Guilds | Intent.VoiceStates });
  gateway.send(Op.VoiceState, { guild_id: guild.id, channel_id: channel.id, self_mute: false, self_deaf: false });
  const [update] = await until(() => { const found = gateway.events('VOICE_SERVER_UPDATE'); return found.length && found; }, 'VOICE_SERVER_UPDATE comes');
  return { gateway, identity: { server_id: guild.id, user_id: lone.id, session_id: gateway.sessionId, token: update.token } };
}

scenario('the voice gateway says HELLO first, READY after IDENTIFY, and answers heartbeats in the form in which they come', async world => {
  const { host, guild } = world;
  const channel = await voiceChannel(host, guild, 'raw');
  const { gateway, identity } = await grant(world, channel);
  for (const [query, version] of [['?v=8', 8], ['/?v=4', 4], ['?v=9', 9]]) {
    const socket = await VoiceSocket.open(host, { query });
    const hello = await socket.until(VoiceOp.Hello);
    assert.equal(socket.received.indexOf(hello), 0);
    assert.equal(hello.d.v, version);
    assert.ok(Number.isInteger(hello.d.heartbeat_interval) && hello.d.heartbeat_interval >= 5_000);
    assert.equal(hello.seq, undefined);
    socket.send(VoiceOp.Heartbeat, version >= 8 ? { t: 1501184119561, seq_ack: -1 } : 1501184119561);
    assert.deepEqual((await socket.until(VoiceOp.HeartbeatAck)).d, version >= 8 ? { t: 1501184119561 } : 1501184119561);
    socket.send(VoiceOp.Identify, identity);
    const ready = await socket.until(VoiceOp.Ready);
    assert.equal(ready.seq, version >= 8 ? 1 : undefined);
    assert.deepEqual([ready.d.experiments, ready.d.streams], [[], []]);
    assert.equal(ready.d.ip, '127.0.0.1');
    assert.ok(ready.d.ssrc > 0 && ready.d.ssrc < 2 ** 32 && ready.d.port > 0);
    assert.deepEqual(ready.d.modes, ['aead_aes256_gcm_rtpsize', 'aead_xchacha20_poly1305_rtpsize', 'xsalsa20_poly1305_lite', 'xsalsa20_poly1305_suffix', 'xsalsa20_poly1305']);
    socket.send(VoiceOp.BackendVersion, {});
    assert.match((await socket.until(VoiceOp.BackendVersion)).d.voice, /^\d+\.\d+\.\d+$/);
    socket.send(VoiceOp.SelectProtocol, { protocol: 'udp', data: { address: '127.0.0.1', port: 1, mode: ready.d.modes[1] } });
    const description = await socket.until(VoiceOp.SessionDescription);
    assert.equal(description.d.mode, ready.d.modes[1]);
    assert.equal(description.d.dave_protocol_version, 0);
    assert.equal(description.d.audio_codec, 'opus');
    assert.equal(description.d.secret_key.length, 32);
    assert.ok(description.d.secret_key.every(byte => Number.isInteger(byte) && byte >= 0 && byte <= 255));
  }
  await gateway.close();
});

for (const [what, code, say, query] of [
  ['no version', 4020, [], ''],
  ['version 3', 4020, [], '?v=3'],
  ['version 10', 4020, [], '?v=10'],
  ['no JSON', 4002, ['{"op":'], '?v=8'],
  ['an opcode that there is not', 4001, ['{"op":99,"d":{}}'], '?v=8'],
  ['an opcode of the server', 4001, ['{"op":2,"d":{}}'], '?v=8'],
  ['SPEAKING before IDENTIFY', 4003, ['{"op":5,"d":{"speaking":1,"delay":0,"ssrc":1}}'], '?v=8'],
  ['IDENTIFY without a token', 4002, [identity => ({ op: 0, d: { ...identity, token: undefined } })], '?v=8'],
  ['a wrong token', 4004, [identity => ({ op: 0, d: { ...identity, token: '0'.repeat(32) } })], '?v=8'],
  ['the token of somebody else', 4004, [identity => ({ op: 0, d: { ...identity, user_id: '1234567890123456789' } })], '?v=8'],
  ['a session that there is not', 4006, [identity => ({ op: 0, d: { ...identity, session_id: 'f'.repeat(32) } })], '?v=8'],
  ['a server that there is not', 4006, [identity => ({ op: 0, d: { ...identity, server_id: '1234567890123456789' } })], '?v=8'],
  ['RESUME of what never was', 4006, [identity => ({ op: 7, d: identity })], '?v=8'],
  ['RESUME with a wrong token', 4006, [identity => ({ op: 7, d: { ...identity, token: '0'.repeat(32) } })], '?v=8'],
  ['a second IDENTIFY', 4005, [identity => ({ op: 0, d: identity }), identity => ({ op: 0, d: identity })], '?v=8'],
  ['a mode that there is not', 4016, [identity => ({ op: 0, d: identity }), '{"op":1,"d":{"protocol":"udp","data":{"address":"127.0.0.1","port":1,"mode":"plain"}}}'], '?v=8'],
  ['a protocol that there is not', 4012, [identity => ({ op: 0, d: identity }), '{"op":1,"d":{"protocol":"carrier pigeon","data":{}}}'], '?v=8'],
  ['speaking flags that there are not', 4002, [identity => ({ op: 0, d: identity }), '{"op":5,"d":{"speaking":8}}'], '?v=8'],
  ['an acknowledgement of what was never sent', 4002, [identity => ({ op: 0, d: identity }), '{"op":3,"d":{"t":1,"seq_ack":40000}}'], '?v=8'],
  ['a message of 32 KiB and one byte', 4002, [JSON.stringify({ op: 3, d: 'x'.repeat(32 * 1024 - 15) })], '?v=8'],
  ['121 messages in a minute', 4021, range(121).map(index => `{"op":3,"d":${index}}`), '?v=4'],
]) {
  scenario(`the voice gateway closes with ${code} for ${what}`, async world => {
    const channel = await voiceChannel(world.host, world.guild, 'refused');
    const { gateway, identity } = await grant(world, channel);
    const socket = await VoiceSocket.open(world.host, { query });
    for (const message of say) socket.send(typeof message === 'function' ? JSON.stringify(message(identity)) : message);
    assert.equal(await socket.untilClosed(), code);
    if (code === 4021) assert.equal(socket.of(VoiceOp.HeartbeatAck).length, 120);
    await gateway.close();
  });
}

scenario('a token is worth nothing after its session left or moved', async world => {
  const { host, guild } = world;
  const [first, second] = [await voiceChannel(host, guild, 'old'), await voiceChannel(host, guild, 'new')];
  const { gateway, identity } = await grant(world, first);
  const move = channelId => gateway.send(Op.VoiceState, { guild_id: guild.id, channel_id: channelId, self_mute: false, self_deaf: false });
  move(second.id);
  const [, update] = await until(() => { const found = gateway.events('VOICE_SERVER_UPDATE'); return found.length > 1 && found; }, 'a second token comes');
  assert.notEqual(update.token, identity.token);
  const stale = await VoiceSocket.open(host);
  stale.send(VoiceOp.Identify, identity);
  assert.equal(await stale.untilClosed(), 4004);
  const fresh = await VoiceSocket.open(host);
  fresh.send(VoiceOp.Identify, { ...identity, token: update.token });
  await fresh.until(VoiceOp.Ready);
  move(null);
  assert.equal(await fresh.untilClosed(), 4014);
  const late = await VoiceSocket.open(host);
  late.send(VoiceOp.Identify, { ...identity, token: update.token });
  assert.equal(await late.untilClosed(), 4006);
  await gateway.close();
});

scenario('a graceful stop closes voice with 4015, and a library that is told to comes back', async ({ host, guild, ada, bob, lone, ...world }) => {
  const channel = await voiceChannel(host, guild, 'restarted');
  const { gateway, identity } = await grant({ host, guild, lone, ...world }, channel);
  const socket = await VoiceSocket.open(host);
  socket.send(VoiceOp.Identify, identity);
  await socket.until(VoiceOp.Ready);
  await host.restart();
  assert.equal(await socket.untilClosed(), 4015);
  await Promise.all([until(() => ada.resumes + ada.sessions >= 2, 'ada is back', 60_000), until(() => bob.resumes + bob.sessions >= 2, 'bob is back', 60_000)]);
  const [left, right] = [await Participant.join(ada, channel), await Participant.join(bob, channel)];
  await left.play(tone(440, PACKETS));
  await right.hears(left.id, 440, PACKETS);
});
