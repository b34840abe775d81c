import assert from 'node:assert/strict';
import { ALL_INTENTS, Gateway } from './support/gateway.mjs';
import { DiscordJs, Oceanic } from './support/libraries.mjs';
import { Permission, addBot, createBot, createChannel, createGuild, join, must, refused, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { range, until } from './support/until.mjs';

const ROLE = 0;
const MEMBER = 1;
const MISSING_ACCESS = 50001;
const ROUNDS = 10;

const scenario = withHost({ rateLimits: false }, async host => {
  const owner = await register(host, 'owner');
  const human = await register(host, 'human');
  const guild = await createGuild(host, owner, 'Revocation');
  await join(host, guild, human);
  const bot = await createBot(host, owner);
  await addBot(host, guild, bot);
  return { owner, human, guild, bot };
});

const say = (host, who, channelId, content) => must(host, who.token, 'POST', `/channels/${channelId}/messages`, { content });

function hide(host, guild, channel, target, type) {
  return must(host, guild.owner.token, 'PUT', `/channels/${channel.id}/permissions/${target}`, { type, allow: '0', deny: String(Permission.ViewChannel) });
}

function show(host, guild, channel, target) {
  return must(host, guild.owner.token, 'DELETE', `/channels/${channel.id}/permissions/${target}`);
}

scenario('once an overwrite hides a channel, nothing of it arrives at the open sockets of those it is hidden from', async ({ host, owner, human, guild, bot }) => {
  const secret = await createChannel(host, guild, 'secret');
  const open = await createChannel(host, guild, 'open');
  const watcher = await Gateway.identified(host, owner.token);
  const sockets = {
    'a human': await Gateway.identified(host, human.token),
    'a bot': await Gateway.identified(host, bot.token, { intents: ALL_INTENTS }),
  };
  for (const round of range(ROUNDS)) {
    const before = await say(host, owner, secret.id, `visible ${round}`);
    for (const socket of Object.values(sockets)) await socket.until('MESSAGE_CREATE', message => message.id === before.id);

    await hide(host, guild, secret, guild.id, ROLE);
    const hidden = await say(host, owner, secret.id, `hidden ${round}`);
    await must(host, owner.token, 'PATCH', `/channels/${secret.id}/messages/${hidden.id}`, { content: `hidden edit ${round}` });
    await must(host, owner.token, 'PUT', `/channels/${secret.id}/messages/${hidden.id}/reactions/${encodeURIComponent('👀')}/@me`);
    await must(host, owner.token, 'POST', `/channels/${secret.id}/typing`);
    await must(host, owner.token, 'PUT', `/channels/${secret.id}/messages/pins/${hidden.id}`);
    await must(host, owner.token, 'DELETE', `/channels/${secret.id}/messages/${hidden.id}`);
    await watcher.until('MESSAGE_DELETE', message => message.id === hidden.id);
    const marker = await say(host, owner, open.id, `marker ${round}`);
    for (const [who, socket] of Object.entries(sockets)) {
      await socket.until('MESSAGE_CREATE', message => message.id === marker.id);
      const since = socket.dispatches.slice(socket.dispatches.findIndex(frame => frame.t === 'MESSAGE_CREATE' && frame.d.id === before.id) + 1);
      const leaked = since.filter(frame => frame.d.channel_id === secret.id).map(frame => frame.t);
      assert.deepEqual(leaked, [], `round ${round}: ${who} got events of a channel it may not see`);
    }
    await refused(host, human.token, 'GET', `/channels/${secret.id}/messages`, undefined, 403, MISSING_ACCESS);
    await refused(host, bot.auth, 'GET', `/channels/${secret.id}/messages`, undefined, 403, MISSING_ACCESS);
    await show(host, guild, secret, guild.id);
  }
  const last = await say(host, owner, secret.id, 'visible again');
  for (const socket of Object.values(sockets)) await socket.until('MESSAGE_CREATE', message => message.id === last.id);
  await Promise.all([watcher, ...Object.values(sockets)].map(socket => socket.close()));
});

for (const [name, Library] of [['discord.js', DiscordJs], ['oceanic.js', Oceanic]]) {
  scenario(`${name} gets no message of a channel after an overwrite hid it from the bot alone`, async ({ host, owner, guild, bot }) => {
    const client = await Library.start(host, bot);
    const secret = await createChannel(host, guild, 'secret-from-bot');
    const before = await say(host, owner, secret.id, 'seen');
    await client.until('message', message => message.id === before.id);
    await hide(host, guild, secret, bot.id, MEMBER);
    const hidden = await say(host, owner, secret.id, 'unseen');
    const marker = await say(host, owner, guild.general.id, 'marker');
    await client.until('message', message => message.id === marker.id);
    assert.deepEqual(client.all('message', message => message.id === hidden.id), []);
    assert.deepEqual(await client.refusal(self => self.history(secret.id, { limit: 1 })), { status: 403, code: MISSING_ACCESS });
    await show(host, guild, secret, bot.id);
    const after = await say(host, owner, secret.id, 'seen again');
    await client.until('message', message => message.id === after.id);
    await client.close();
  });
}

scenario('a human is told of a hidden channel neither at the start nor later, and of its coming and going by CHANNEL_CREATE and CHANNEL_DELETE', async ({ host, owner, human, guild, bot }) => {
  const closed = { permission_overwrites: [{ id: guild.id, type: ROLE, allow: '0', deny: String(Permission.ViewChannel) }] };
  const secret = await createChannel(host, guild, 'hidden-from-the-start', closed);
  const person = await Gateway.identified(host, human.token);
  const robot = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS });
  const listed = gateway => gateway.guild(guild.id).channels.some(channel => channel.id === secret.id);
  assert.equal(listed(person), false, 'a human does not get the channel at all');
  assert.equal(listed(robot), true, 'a bot gets every channel and hides it by itself');
  const overRest = await must(host, human.token, 'GET', `/guilds/${guild.id}/channels`);
  assert.ok(!overRest.some(channel => channel.id === secret.id));

  await must(host, owner.token, 'PATCH', `/channels/${secret.id}`, { topic: 'nobody may read this' });
  await show(host, guild, secret, guild.id);
  await person.until('CHANNEL_CREATE', channel => channel.id === secret.id);
  await hide(host, guild, secret, guild.id, ROLE);
  await person.until('CHANNEL_DELETE', channel => channel.id === secret.id);
  const never = await createChannel(host, guild, 'never-seen', closed);
  const marker = await createChannel(host, guild, 'marker');
  for (const gateway of [person, robot]) await gateway.until('CHANNEL_CREATE', channel => channel.id === marker.id);
  const told = gateway => gateway.dispatches.filter(frame => [secret.id, never.id].includes(frame.d.id)).map(frame => [frame.t, frame.d.id]);
  assert.deepEqual(told(person), [['CHANNEL_CREATE', secret.id], ['CHANNEL_DELETE', secret.id]]);
  assert.deepEqual(told(robot), [['CHANNEL_UPDATE', secret.id], ['CHANNEL_UPDATE', secret.id], ['CHANNEL_UPDATE', secret.id], ['CHANNEL_CREATE', never.id]]);
  await person.close();
  await robot.close();
});

scenario('a role that is taken away takes the channels it opened with it, at once', async ({ host, owner, human, guild }) => {
  const role = await must(host, owner.token, 'POST', `/guilds/${guild.id}/roles`, { name: 'insiders' });
  const inner = await createChannel(host, guild, 'inner', {
    permission_overwrites: [
      { id: guild.id, type: ROLE, allow: '0', deny: String(Permission.ViewChannel) },
      { id: role.id, type: ROLE, allow: String(Permission.ViewChannel), deny: '0' },
    ],
  });
  const socket = await Gateway.identified(host, human.token);
  await must(host, owner.token, 'PUT', `/guilds/${guild.id}/members/${human.id}/roles/${role.id}`);
  const seen = await say(host, owner, inner.id, 'for insiders');
  await socket.until('MESSAGE_CREATE', message => message.id === seen.id);
  await must(host, owner.token, 'DELETE', `/guilds/${guild.id}/members/${human.id}/roles/${role.id}`);
  const hidden = await say(host, owner, inner.id, 'no longer');
  const marker = await say(host, owner, guild.general.id, 'marker');
  await socket.until('MESSAGE_CREATE', message => message.id === marker.id);
  assert.ok(!socket.events('MESSAGE_CREATE').some(message => message.id === hidden.id));
  await socket.close();
});

scenario('a member who is kicked or banned gets GUILD_DELETE and nothing of the guild after it', async ({ host, owner, guild }) => {
  for (const way of ['kick', 'ban']) {
    const guest = await register(host, way);
    await join(host, guild, guest);
    const socket = await Gateway.identified(host, guest.token);
    if (way === 'kick') await must(host, owner.token, 'DELETE', `/guilds/${guild.id}/members/${guest.id}`);
    else await must(host, owner.token, 'PUT', `/guilds/${guild.id}/bans/${guest.id}`, {});
    const left = await socket.until('GUILD_DELETE', deleted => deleted.id === guild.id);
    assert.notEqual(left.unavailable, true, 'it is a removal, no outage');
    const watcher = await Gateway.identified(host, owner.token);
    const hidden = await say(host, owner, guild.general.id, `after the ${way}`);
    await watcher.until('MESSAGE_CREATE', message => message.id === hidden.id);
    await socket.roundTrip();
    assert.ok(!socket.events('MESSAGE_CREATE').some(message => message.id === hidden.id));
    await refused(host, guest.token, 'GET', `/channels/${guild.general.id}/messages`, undefined, 403, MISSING_ACCESS);
    await watcher.close();
    await socket.close();
  }
});

scenario('a session that resumes is not given what its user may no longer see', async ({ host, owner, human, guild }) => {
  const secret = await createChannel(host, guild, 'secret-while-away');
  const first = await Gateway.identified(host, human.token);
  await first.drop();
  await hide(host, guild, secret, guild.id, ROLE);
  const hidden = await say(host, owner, secret.id, 'while you were away');
  const marker = await say(host, owner, guild.general.id, 'marker');
  const second = await Gateway.open(host);
  second.resume(human.token, first.sessionId, first.sequence);
  await second.until('RESUMED');
  await until(() => second.events('MESSAGE_CREATE').some(message => message.id === marker.id), 'the marker is replayed');
  assert.ok(!second.events('MESSAGE_CREATE').some(message => message.id === hidden.id));
  await second.close();
});
