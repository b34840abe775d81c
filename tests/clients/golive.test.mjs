import assert from 'node:assert/strict';
import { Gateway, Op } from './support/gateway.mjs';
import { createGuild, join, must, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';

const CreateStream = 18, DeleteStream = 19, WatchStream = 20, PingStream = 21, PauseStream = 22;
const VOICE = 2;
const STREAM = String(1n << 9n);

const scenario = withHost({ rateLimits: false }, async host => {
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
