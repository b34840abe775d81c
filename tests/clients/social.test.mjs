import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { Gateway } from './support/gateway.mjs';
import { DiscordJs, Oceanic } from './support/libraries.mjs';
import { addBot, createBot, createGuild, join, login, must, refused, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';

const scenario = withHost({ rateLimits: false }, async host => {
  const owner = await register(host, 'owner');
  const guild = await createGuild(host, owner, 'Society');
  const bot = await createBot(host, owner, { name: 'Butler' });
  await addBot(host, guild, bot);
  return { owner, guild, bot };
});

async function people(host, ...names) {
  const made = [];
  for (const name of names) made.push(await register(host, name));
  return made;
}

const relate = (host, from, to, body = {}) => must(host, from.token, 'PUT', `/users/@me/relationships/${to.id}`, body);

async function befriend(host, one, other) {
  await relate(host, one, other);
  await relate(host, other, one);
}

const openGroup = (host, owner, ...others) => must(host, owner.token, 'POST', '/users/@me/channels', { recipients: others.map(other => other.id) });

/** Connects each and returns, besides, a function that tells what each got of an event since then. */
async function connected(host, ...everybody) {
  const gateways = [];
  for (const person of everybody) gateways.push(await Gateway.identified(host, person.token));
  return { gateways, close: () => Promise.all(gateways.map(gateway => gateway.close())) };
}

scenario('a request, its acceptance and its end reach both and nobody else', async ({ host }) => {
  const [one, two, other] = await people(host, 'one', 'two', 'other');
  const { gateways: [first, second, third], close } = await connected(host, one, two, other);

  await relate(host, one, two);
  const sent = await first.until('RELATIONSHIP_ADD');
  const got = await second.until('RELATIONSHIP_ADD');
  assert.deepEqual({ id: sent.id, type: sent.type, nickname: sent.nickname, notify: sent.should_notify }, { id: two.id, type: 4, nickname: null, notify: false });
  assert.deepEqual({ id: got.id, type: got.type, name: got.user.username, notify: got.should_notify }, { id: one.id, type: 3, name: one.name, notify: true });
  assert.ok(!Number.isNaN(Date.parse(got.since)));

  await relate(host, two, one);
  const accepted = await first.until('RELATIONSHIP_ADD', relation => relation.type === 1);
  assert.deepEqual({ id: accepted.id, notify: accepted.should_notify }, { id: two.id, notify: true });
  await second.until('RELATIONSHIP_ADD', relation => relation.id === one.id && relation.type === 1);

  await must(host, one.token, 'PATCH', `/users/@me/relationships/${two.id}`, { nickname: 'pal' });
  assert.equal((await first.until('RELATIONSHIP_UPDATE')).nickname, 'pal');
  await must(host, two.token, 'DELETE', `/users/@me/relationships/${one.id}`);
  assert.deepEqual(await first.until('RELATIONSHIP_REMOVE'), { id: two.id, type: 1 });
  assert.deepEqual(await second.until('RELATIONSHIP_REMOVE'), { id: one.id, type: 1 });

  await Promise.all([second.roundTrip(), third.roundTrip()]);
  assert.deepEqual(second.events('RELATIONSHIP_UPDATE'), [], 'a nickname is of its giver alone');
  assert.deepEqual(third.dispatches.filter(frame => frame.t.startsWith('RELATIONSHIP')), []);
  await close();
});

scenario('only the blocker hears of a block; the other hears that the friendship ended', async ({ host }) => {
  const [one, two] = await people(host, 'one', 'two');
  await befriend(host, one, two);
  const { gateways: [first, second], close } = await connected(host, one, two);

  await relate(host, one, two, { type: 2 });
  assert.equal((await first.until('RELATIONSHIP_ADD')).type, 2);
  assert.deepEqual(await second.until('RELATIONSHIP_REMOVE'), { id: one.id, type: 1 });
  await must(host, one.token, 'DELETE', `/users/@me/relationships/${two.id}`);
  assert.deepEqual(await first.until('RELATIONSHIP_REMOVE'), { id: two.id, type: 2 });

  await second.roundTrip();
  assert.deepEqual(second.events('RELATIONSHIP_ADD'), []);
  assert.equal(second.events('RELATIONSHIP_REMOVE').length, 1);
  await close();
});

scenario('READY has friends, notes, settings and groups', async ({ host }) => {
  const [one, two] = await people(host, 'one', 'two');
  await befriend(host, one, two);
  await must(host, one.token, 'PUT', `/users/@me/notes/${two.id}`, { note: 'tall' });
  await must(host, one.token, 'PATCH', '/users/@me/settings', { theme: 'light' });
  const group = await openGroup(host, one);
  const gateway = await Gateway.identified(host, one.token);
  assert.deepEqual(gateway.ready.relationships.map(({ id, type, user }) => ({ id, type, name: user.username })), [{ id: two.id, type: 1, name: two.name }]);
  assert.deepEqual(gateway.ready.notes, { [two.id]: 'tall' });
  assert.equal(gateway.ready.user_settings.theme, 'light');
  assert.deepEqual(gateway.ready.private_channels.map(({ id, type, name, icon, owner_id }) => ({ id, type, name, icon, owner_id })), [{ id: group.id, type: 3, name: null, icon: null, owner_id: one.id }]);
  await gateway.close();
});

scenario('notes and settings reach the other clients of their owner', async ({ host }) => {
  const [one, two] = await people(host, 'one', 'two');
  const { gateways: [first, second], close } = await connected(host, one, two);
  await must(host, one.token, 'PUT', `/users/@me/notes/${two.id}`, { note: 'tall' });
  assert.deepEqual(await first.until('USER_NOTE_UPDATE'), { id: two.id, note: 'tall' });
  await must(host, one.token, 'PATCH', '/users/@me/settings', { theme: 'light', custom_status: null });
  assert.deepEqual(await first.until('USER_SETTINGS_UPDATE'), { theme: 'light', custom_status: null });
  await must(host, one.token, 'PATCH', '/users/@me/profile', { bio: 'I write.' });
  assert.equal((await first.until('USER_UPDATE')).bio, 'I write.');
  await second.roundTrip();
  assert.deepEqual(second.dispatches.map(frame => frame.t).filter(name => name.startsWith('USER_')), []);
  await close();
});

scenario('a group tells its members who comes, who goes and how it is called, in the order in which that happened', async ({ host }) => {
  const [owner, member, newcomer] = await people(host, 'owner', 'member', 'newcomer');
  await befriend(host, owner, member);
  await befriend(host, owner, newcomer);
  const { gateways: [first, second, third], close } = await connected(host, owner, member, newcomer);

  const group = await openGroup(host, owner);
  await must(host, owner.token, 'PUT', `/channels/${group.id}/recipients/${member.id}`, {});
  assert.deepEqual((await second.until('CHANNEL_CREATE')).recipients.map(user => user.id), [owner.id]);
  await must(host, owner.token, 'PATCH', `/channels/${group.id}`, { name: 'us' });
  assert.equal((await second.until('CHANNEL_UPDATE')).name, 'us');
  await must(host, owner.token, 'PUT', `/channels/${group.id}/recipients/${newcomer.id}`, {});
  assert.deepEqual((await third.until('CHANNEL_CREATE')).name, 'us');
  const added = await second.until('CHANNEL_RECIPIENT_ADD');
  assert.deepEqual({ channel: added.channel_id, user: added.user.id }, { channel: group.id, user: newcomer.id });
  const coming = await third.until('MESSAGE_CREATE', message => message.type === 1 && message.mentions[0].id === newcomer.id);
  assert.deepEqual({ author: coming.author.id, channelType: coming.channel_type }, { author: owner.id, channelType: 3 });

  await must(host, newcomer.token, 'DELETE', `/channels/${group.id}`);
  assert.equal((await third.until('CHANNEL_DELETE')).id, group.id);
  assert.equal((await second.until('CHANNEL_RECIPIENT_REMOVE')).user.id, newcomer.id);
  await second.until('MESSAGE_CREATE', message => message.type === 2);
  const after = await must(host, owner.token, 'POST', `/channels/${group.id}/messages`, { content: 'between us' });
  await second.until('MESSAGE_CREATE', message => message.id === after.id);
  await third.roundTrip();
  assert.ok(!third.events('MESSAGE_CREATE').some(message => message.type === 2 || message.id === after.id), 'who is out hears nothing more');

  await must(host, owner.token, 'DELETE', `/channels/${group.id}`);
  assert.equal((await second.until('CHANNEL_UPDATE', channel => channel.owner_id === member.id)).id, group.id);
  await first.until('CHANNEL_DELETE', channel => channel.id === group.id);
  assert.deepEqual(first.dispatches.map(frame => frame.t).filter(name => name.startsWith('CHANNEL')), [
    'CHANNEL_CREATE', 'CHANNEL_RECIPIENT_ADD', 'CHANNEL_UPDATE', 'CHANNEL_RECIPIENT_ADD', 'CHANNEL_RECIPIENT_REMOVE', 'CHANNEL_DELETE',
  ]);
  await close();
});

for (const [name, Library] of [['discord.js', DiscordJs], ['oceanic.js', Oceanic]]) {
  scenario(`${name} writes to members, is refused by strangers and by those who blocked it, and goes on`, async ({ host, guild, bot }) => {
    const [member, stranger] = await people(host, 'member', 'stranger');
    await join(host, guild, member);
    const client = await Library.start(host, bot);
    assert.equal((await client.sendTo(member.id, 'at your service')).content, 'at your service');
    await assert.rejects(client.sendTo(stranger.id, 'hello?'), error => Number(error.code) === 50278);
    await relate(host, member, bot, { type: 2 });
    await assert.rejects(client.sendTo(member.id, 'still there?'), error => Number(error.code) === 50007);
    await must(host, member.token, 'DELETE', `/users/@me/relationships/${bot.id}`);
    assert.equal((await client.sendTo(member.id, 'welcome back')).content, 'welcome back');
    await client.close();
  });
}

// RFC 6238, apart from the host's own: what an authenticator app shows.
function totp(secret, time) {
  const bits = [...secret].map(letter => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(time / 30_000)));
  const hash = createHmac('sha1', key).update(counter).digest();
  return String((hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

scenario('a second factor ends the gateway sessions of before, and a login with a code opens a new one', async ({ host }) => {
  const [person] = await people(host, 'careful');
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  const now = Date.now();
  const before = await Gateway.identified(host, person.token);
  await must(host, person.token, 'POST', '/users/@me/mfa/totp/enable', { password: person.password, secret, code: totp(secret, now) });
  assert.equal((await before.untilClosed()).code, 4004);

  const half = await login(host, person);
  assert.equal(half.token, undefined);
  await refused(host, null, 'POST', '/auth/mfa/totp', { ticket: half.ticket, code: totp(secret, now) }, 400, 60008);
  const { token } = await must(host, null, 'POST', '/auth/mfa/totp', { ticket: half.ticket, code: totp(secret, now + 30_000) });
  const after = await Gateway.identified(host, token);
  assert.equal(after.ready.user.mfa_enabled, true);
  await after.close();
});
