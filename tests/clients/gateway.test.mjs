import assert from 'node:assert/strict';
import { ALL_INTENTS, Gateway, Intent, Op, UNPRIVILEGED_INTENTS } from './support/gateway.mjs';
import { addBot, createBot, createGuild, must, register, rest } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { range, until } from './support/until.mjs';

const scenario = withHost({}, async host => {
  const owner = await register(host, 'owner');
  const guild = await createGuild(host, owner, 'Gateway');
  const bot = await createBot(host, owner);
  await addBot(host, guild, bot);
  const plainBot = await createBot(host, owner, { name: 'Unprivileged', flags: 0 });
  await addBot(host, guild, plainBot);
  return { owner, guild, bot, plainBot };
});

async function closesWith(gateway, code) {
  const closed = await gateway.untilClosed();
  assert.equal(closed.code, code, `closed with ${closed.code} "${closed.reason}"`);
}

scenario('GET /gateway and /gateway/bot name an address without a query that a socket can dial', async ({ host, bot }) => {
  const open = await must(host, null, 'GET', '/gateway');
  assert.equal(open.url, host.gateway);
  const own = await must(host, bot.auth, 'GET', '/gateway/bot');
  assert.equal(own.url, host.gateway);
  assert.ok(Number.isInteger(own.shards) && own.shards >= 1);
  for (const field of ['total', 'remaining', 'reset_after', 'max_concurrency']) assert.ok(Number.isInteger(own.session_start_limit[field]), `${field} is an integer`);
  assert.ok(own.session_start_limit.max_concurrency >= 16, 'two shards need not wait five seconds for each other');
  assert.equal((await rest(host, 'Bot nonsense', 'GET', '/gateway/bot')).status, 401);
});

for (const encoding of ['json', 'etf']) {
  for (const compress of [undefined, 'zlib-stream']) {
    scenario(`a session over ${encoding}${compress ? ` with ${compress}` : ''} gets HELLO, READY, its guild and events in frames of that form`, async ({ host, bot, guild, owner }) => {
      const gateway = await Gateway.open(host, { encoding, compress });
      assert.equal(gateway.frames[0].op, Op.Hello, 'HELLO comes first');
      const interval = gateway.hello.d.heartbeat_interval;
      assert.ok(Number.isInteger(interval) && interval >= 10_000 && interval <= 60_000, `the heartbeat interval is ${interval}`);
      gateway.identify(bot.token, { intents: ALL_INTENTS });
      const ready = await gateway.untilReady();
      assert.equal(ready.v, 10);
      assert.equal(ready.user.id, bot.id);
      assert.equal(ready.user.bot, true);
      assert.deepEqual(ready.guilds, [{ id: guild.id, unavailable: true }]);
      assert.equal(ready.application.id, bot.applicationId);
      assert.ok(Number.isInteger(ready.application.flags));
      assert.deepEqual(ready.private_channels, []);
      assert.equal(ready.resume_gateway_url, host.gateway);
      const [created] = gateway.events('GUILD_CREATE');
      assert.equal(created.unavailable, false);
      assert.equal(typeof created.id, 'string', 'ids are strings in every encoding');
      assert.ok(created.members.some(member => member.user.id === bot.id), 'the bot finds itself among the members');
      const sent = await must(host, owner.token, 'POST', `/channels/${guild.general.id}/messages`, { content: `over ${encoding} ${compress} äöü 🎈` });
      const event = await gateway.until('MESSAGE_CREATE', message => message.id === sent.id);
      assert.equal(event.content, `over ${encoding} ${compress} äöü 🎈`);
      assert.deepEqual(gateway.dispatches.map(frame => frame.s), range(gateway.dispatches.length).map(index => index + 1), 's rises by one with every dispatch');
      assert.ok(gateway.raw.every(frame => frame.binary === (encoding === 'etf' || Boolean(compress))), 'the frames are of one kind');
      if (compress) assert.ok(gateway.raw.every(frame => frame.flushed), 'every frame ends with a flush');
      await gateway.close();
    });
  }
}

scenario('a heartbeat is acknowledged before and after READY', async ({ host, bot }) => {
  const gateway = await Gateway.open(host);
  gateway.send(Op.Heartbeat, null);
  await gateway.until(Op.HeartbeatAck);
  gateway.identify(bot.token, { intents: Intent.Guilds });
  await gateway.untilReady();
  await gateway.roundTrip();
  await gateway.close();
});

scenario('a token with and without the prefix identifies, and a human needs no intents', async ({ host, bot, owner }) => {
  const prefixed = await Gateway.identified(host, `Bot ${bot.token}`, { intents: Intent.Guilds });
  assert.equal(prefixed.ready.user.id, bot.id);
  await prefixed.close();
  const human = await Gateway.identified(host, owner.token);
  assert.equal(human.ready.user.id, owner.id);
  assert.notEqual(human.ready.user.bot, true);
  await human.close();
});

scenario('the presence that eris identifies with is no decode error', async ({ host, bot }) => {
  const gateway = await Gateway.identified(host, bot.token, { intents: Intent.Guilds, presence: { activities: null, afk: false, since: null, status: 'offline' } });
  await gateway.close();
});

scenario('an unknown opcode closes with 4001', async ({ host, bot }) => {
  const gateway = await Gateway.identified(host, bot.token, { intents: Intent.Guilds });
  gateway.send(99, null);
  await closesWith(gateway, 4001);
});

scenario('broken JSON closes with 4002', async ({ host, bot }) => {
  const gateway = await Gateway.identified(host, bot.token, { intents: Intent.Guilds });
  gateway.sendRaw('{"op":1,"d":');
  await closesWith(gateway, 4002);
});

scenario('broken ETF closes with 4002', async ({ host, bot }) => {
  const gateway = await Gateway.identified(host, bot.token, { intents: Intent.Guilds, encoding: 'etf' });
  gateway.sendRaw(Buffer.from([131, 116, 0, 0, 0, 9, 1]));
  await closesWith(gateway, 4002);
});

scenario('ETF with atoms for keys closes with 4002, and whole numbers written as floats are read', async ({ host, bot }) => {
  const gateway = await Gateway.identified(host, bot.token, { intents: Intent.Guilds, encoding: 'etf' });
  const key = name => Buffer.concat([Buffer.from([109, 0, 0, 0, name.length]), Buffer.from(name)]);
  const atom = name => Buffer.concat([Buffer.from([100, 0, name.length]), Buffer.from(name)]);
  const float = value => {
    const bytes = Buffer.alloc(9);
    bytes[0] = 70;
    bytes.writeDoubleBE(value, 1);
    return bytes;
  };
  const map = (...parts) => Buffer.concat([Buffer.from([131, 116, 0, 0, 0, parts.length / 2]), ...parts]);
  gateway.sendRaw(map(key('op'), float(Op.Heartbeat), key('d'), float(gateway.sequence)));
  await gateway.until(Op.HeartbeatAck);
  gateway.sendRaw(map(atom('op'), Buffer.from([97, Op.Heartbeat]), atom('d'), atom('nil')));
  await closesWith(gateway, 4002);
});

scenario('a frame of 15,000 bytes is read and one of 16,400 closes with 4002', async ({ host, bot }) => {
  const padded = size => {
    const frame = { op: Op.Heartbeat, d: null, padding: '' };
    frame.padding = 'x'.repeat(size - JSON.stringify(frame).length);
    return JSON.stringify(frame);
  };
  const gateway = await Gateway.identified(host, bot.token, { intents: Intent.Guilds });
  gateway.sendRaw(padded(15_000));
  await gateway.until(Op.HeartbeatAck);
  gateway.sendRaw(padded(16_400));
  await closesWith(gateway, 4002);
});

scenario('anything but a heartbeat before IDENTIFY closes with 4003', async ({ host, guild }) => {
  const gateway = await Gateway.open(host);
  gateway.send(Op.RequestMembers, { guild_id: guild.id, query: '', limit: 0 });
  await closesWith(gateway, 4003);
});

scenario('an unknown token closes with 4004, for IDENTIFY and for RESUME', async ({ host }) => {
  const identify = await Gateway.open(host);
  identify.identify('MTIzNDU2Nzg5MDEyMzQ1Njc4.nothing.nobody', { intents: Intent.Guilds });
  await closesWith(identify, 4004);
  const resume = await Gateway.open(host);
  resume.resume('MTIzNDU2Nzg5MDEyMzQ1Njc4.nothing.nobody', '0123456789abcdef0123456789abcdef', 1);
  await closesWith(resume, 4004);
});

scenario('a second IDENTIFY closes with 4005', async ({ host, bot }) => {
  const gateway = await Gateway.identified(host, bot.token, { intents: Intent.Guilds });
  gateway.identify(bot.token, { intents: Intent.Guilds });
  await closesWith(gateway, 4005);
});

scenario('a RESUME beyond the last sequence number closes with 4007', async ({ host, bot }) => {
  const first = await Gateway.identified(host, bot.token, { intents: Intent.Guilds });
  await first.drop();
  const second = await Gateway.open(host);
  second.resume(bot.token, first.sessionId, first.sequence + 1_000);
  await closesWith(second, 4007);
});

scenario('115 frames a minute are served and more than 120 close with 4008', async ({ host, bot, guild }) => {
  const gateway = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS });
  for (const index of range(114)) gateway.send(Op.RequestMembers, { guild_id: guild.id, user_ids: [bot.id], nonce: `n${index}` });
  await gateway.until('GUILD_MEMBERS_CHUNK', chunk => chunk.nonce === 'n113');
  assert.equal(gateway.closed, null);
  for (const index of range(10)) gateway.send(Op.RequestMembers, { guild_id: guild.id, user_ids: [bot.id], nonce: `more${index}` });
  await closesWith(gateway, 4008);
});

scenario('a shard number outside of the shard count closes with 4010', async ({ host, bot }) => {
  for (const shard of [[2, 2], [-1, 2], [0, 0]]) {
    const gateway = await Gateway.open(host);
    gateway.identify(bot.token, { intents: Intent.Guilds, shard });
    await closesWith(gateway, 4010);
  }
});

scenario('an API version that nobody speaks closes with 4012', async ({ host, bot }) => {
  const gateway = await Gateway.open(host, { version: 3 });
  if (!gateway.closed) gateway.identify(bot.token, { intents: Intent.Guilds });
  await closesWith(gateway, 4012);
});

scenario('intents outside of the known ones close with 4013', async ({ host, bot }) => {
  for (const intents of [1 << 30, -1, (1 << 17) | Intent.Guilds]) {
    const gateway = await Gateway.open(host);
    gateway.identify(bot.token, { intents });
    await closesWith(gateway, 4013);
  }
});

scenario('a privileged intent that the application does not have closes with 4014, and is accepted once it has', async ({ host, plainBot, owner }) => {
  for (const intent of [Intent.Members, Intent.Presences, Intent.Content]) {
    const gateway = await Gateway.open(host);
    gateway.identify(plainBot.token, { intents: Intent.Guilds | intent });
    await closesWith(gateway, 4014);
  }
  const unprivileged = await Gateway.identified(host, plainBot.token, { intents: UNPRIVILEGED_INTENTS });
  await unprivileged.close();
  await must(host, owner.token, 'PATCH', `/applications/${plainBot.applicationId}`, { flags: 1 << 15 });
  const members = await Gateway.identified(host, plainBot.token, { intents: Intent.Guilds | Intent.Members });
  await members.close();
});

scenario('RESUME of an unknown session is answered with op 9, and IDENTIFY works on the same socket', async ({ host, bot }) => {
  const gateway = await Gateway.open(host);
  gateway.resume(bot.token, 'ffffffffffffffffffffffffffffffff', 5);
  const resumable = await gateway.until(Op.InvalidSession, () => true);
  assert.equal(resumable, false);
  gateway.identify(bot.token, { intents: Intent.Guilds });
  const ready = await gateway.untilReady();
  assert.equal(ready.user.id, bot.id);
  assert.equal(gateway.closed, null);
  await gateway.close();
});

scenario('the session of another bot cannot be resumed', async ({ host, bot, owner, guild }) => {
  const other = await createBot(host, owner, { name: 'Other' });
  await addBot(host, guild, other);
  const first = await Gateway.identified(host, other.token, { intents: Intent.Guilds });
  await first.drop();
  const thief = await Gateway.open(host);
  thief.resume(bot.token, first.sessionId, first.sequence);
  assert.equal(await thief.until(Op.InvalidSession), false);
  await thief.close();
});

scenario('a dropped session is resumed with exactly what it missed, then RESUMED', async ({ host, bot, owner, guild }) => {
  const first = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS });
  const seenBefore = await must(host, owner.token, 'POST', `/channels/${guild.general.id}/messages`, { content: 'before the drop' });
  await first.until('MESSAGE_CREATE', message => message.id === seenBefore.id);
  await first.drop();
  const missed = [];
  for (const index of range(3)) missed.push((await must(host, owner.token, 'POST', `/channels/${guild.general.id}/messages`, { content: `missed ${index}` })).id);

  const second = await Gateway.open(host, { url: first.ready.resume_gateway_url });
  second.resume(bot.token, first.sessionId, first.sequence);
  await second.until('RESUMED');
  assert.deepEqual(second.events('MESSAGE_CREATE').map(message => message.id), missed);
  assert.equal(second.dispatches[0].s, first.sequence + 1, 'the replay goes on where the client stopped');
  assert.deepEqual(second.dispatches.map(frame => frame.s), range(second.dispatches.length).map(index => first.sequence + 1 + index));
  assert.equal(second.dispatches.at(-1).t, 'RESUMED', 'RESUMED comes after the replay');
  assert.deepEqual(second.events('READY'), []);
  const after = await must(host, owner.token, 'POST', `/channels/${guild.general.id}/messages`, { content: 'after the resume' });
  await second.until('MESSAGE_CREATE', message => message.id === after.id);
  await second.close();
});

scenario('a session that the client closed with 1000 is over', async ({ host, bot }) => {
  const first = await Gateway.identified(host, bot.token, { intents: Intent.Guilds });
  await first.close(1000);
  const second = await Gateway.open(host);
  second.resume(bot.token, first.sessionId, first.sequence);
  assert.equal(await second.until(Op.InvalidSession), false);
  await second.close();
});

scenario('a session that the client closed with 4200 or 4901 can be resumed', async ({ host, bot }) => {
  for (const code of [4200, 4901]) {
    const first = await Gateway.identified(host, bot.token, { intents: Intent.Guilds });
    await first.close(code);
    const second = await Gateway.open(host);
    second.resume(bot.token, first.sessionId, first.sequence);
    await second.until('RESUMED');
    await second.close();
  }
});

scenario('a token that was reset ends the open session with 4004 and cannot be used again', async ({ host, owner, guild }) => {
  const bot = await createBot(host, owner, { name: 'Reset' });
  await addBot(host, guild, bot);
  const gateway = await Gateway.identified(host, bot.token, { intents: Intent.Guilds });
  const fresh = await must(host, owner.token, 'POST', `/applications/${bot.applicationId}/bot/reset`, {});
  await closesWith(gateway, 4004);
  assert.equal((await rest(host, bot.auth, 'GET', '/users/@me')).status, 401);
  assert.equal((await must(host, `Bot ${fresh.token}`, 'GET', '/users/@me')).id, bot.id);
});

scenario('members are asked for by id and by prefix, with the nonce echoed and the unknown ones named', async ({ host, bot, owner, guild }) => {
  const gateway = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS });
  gateway.send(Op.RequestMembers, { guild_id: guild.id, user_ids: [owner.id, '123456789012345678'], nonce: 'by-id', presences: true });
  const byId = await gateway.until('GUILD_MEMBERS_CHUNK', chunk => chunk.nonce === 'by-id');
  assert.deepEqual(byId.members.map(member => member.user.id), [owner.id]);
  assert.deepEqual(byId.not_found, ['123456789012345678']);
  assert.deepEqual({ index: byId.chunk_index, count: byId.chunk_count, guild: byId.guild_id }, { index: 0, count: 1, guild: guild.id });
  assert.ok(Array.isArray(byId.presences));
  gateway.send(Op.RequestMembers, { guild_id: guild.id, query: owner.name.slice(0, 5), limit: 10, nonce: 'by-prefix' });
  const byPrefix = await gateway.until('GUILD_MEMBERS_CHUNK', chunk => chunk.nonce === 'by-prefix');
  assert.deepEqual(byPrefix.members.map(member => member.user.id), [owner.id]);
  gateway.send(Op.RequestMembers, { guild_id: guild.id, query: 'nobodyhasthisname', limit: 10, nonce: 'none' });
  const none = await gateway.until('GUILD_MEMBERS_CHUNK', chunk => chunk.nonce === 'none');
  assert.deepEqual({ members: none.members, index: none.chunk_index, count: none.chunk_count }, { members: [], index: 0, count: 1 });
  await gateway.close();
});

scenario('many sockets opened at once each get their own session', async ({ host, bot }) => {
  const gateways = await Promise.all(range(12).map(() => Gateway.identified(host, bot.token, { intents: Intent.Guilds })));
  assert.equal(new Set(gateways.map(gateway => gateway.sessionId)).size, 12);
  await Promise.all(gateways.map(gateway => gateway.close()));
  await until(() => gateways.every(gateway => gateway.closed), 'all are closed');
});
