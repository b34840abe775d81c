import assert from 'node:assert/strict';
import { ALL_INTENTS, Gateway, Intent, Op } from './support/gateway.mjs';
import { addBot, createBot, createGuild, join, must, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { poll, range } from './support/until.mjs';

const properties = { desktop: { os: 'Windows', browser: 'Discord Client', device: '' }, mobile: { os: 'iOS', browser: 'Discord iOS', device: '' }, web: { os: 'linux', browser: 'Chrome', device: '' } };

async function hall(host) {
  const owner = await register(host, 'owner');
  const person = await register(host, 'person');
  const stranger = await register(host, 'stranger');
  const guild = await createGuild(host, owner, 'Hall');
  await join(host, guild, person);
  const bot = await createBot(host, owner);
  await addBot(host, guild, bot);
  return { owner, person, stranger, guild, bot };
}

const scenario = withHost({ rateLimits: false }, hall);
// A host of its own: at one with a lease this short, whoever is slow to beat is offline in the midst of a test.
const shortLease = withHost({ rateLimits: false, env: { Gateway__OfflineAfterSeconds: '3' } }, hall);

const status = (gateway, user, wanted) => gateway.until('PRESENCE_UPDATE', presence => presence.user.id === user.id && presence.status === wanted);
const say = (gateway, state) => gateway.send(Op.Presence, { since: 0, afk: false, activities: [], ...state });

scenario('a status is that of all sessions together, and told per platform', async ({ host, owner, person, bot }) => {
  const watcher = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS });
  const desktop = await Gateway.identified(host, person.token, { properties: properties.desktop, presence: { status: 'idle', activities: [] } });
  assert.deepEqual((await status(watcher, person, 'idle')).client_status, { desktop: 'idle' });
  const mobile = await Gateway.identified(host, person.token, { properties: properties.mobile });
  assert.deepEqual((await status(watcher, person, 'online')).client_status, { desktop: 'idle', mobile: 'online' });
  say(desktop, { status: 'dnd' });
  assert.deepEqual((await status(watcher, person, 'dnd')).client_status, { desktop: 'dnd', mobile: 'online' });

  const sessions = await mobile.until('SESSIONS_REPLACE', list => list.length === 2 && list.some(session => session.status === 'dnd'));
  assert.deepEqual(sessions.map(session => session.client_info.client).sort(), ['desktop', 'mobile']);
  assert.equal(sessions.filter(session => session.active).length, 1);
  assert.ok(sessions.some(session => session.session_id === mobile.sessionId));
  await mobile.roundTrip();
  assert.ok(!mobile.events('PRESENCE_UPDATE').some(presence => presence.user.id === person.id), 'the own presence is learnt by SESSIONS_REPLACE');
  assert.deepEqual(watcher.events('SESSIONS_REPLACE'), []);

  say(desktop, { status: 'invisible' });
  await status(watcher, person, 'online');
  say(mobile, { status: 'invisible' });
  const hidden = await status(watcher, person, 'offline');
  assert.deepEqual({ client_status: hidden.client_status, activities: hidden.activities }, { client_status: {}, activities: [] });
  await Promise.all([watcher, desktop, mobile].map(gateway => gateway.close()));
  assert.equal((await must(host, owner.token, 'GET', `/users/${person.id}`)).id, person.id);
});

scenario('activities are checked: what is wrong with one takes that part or the activity away, nothing else', async ({ host, person, bot }) => {
  const watcher = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS });
  const gateway = await Gateway.identified(host, person.token);
  const long = 'x'.repeat(129);
  const shown = async activities => {
    say(gateway, { status: 'online', activities: [...activities, { name: `mark ${++marks}`, type: 3 }] });
    const presence = await watcher.until('PRESENCE_UPDATE', update => update.user.id === person.id && update.activities.some(activity => activity.name === `mark ${marks}`));
    return presence.activities.filter(activity => !activity.name.startsWith('mark ')).map(({ id, created_at, ...rest }) => {
      assert.ok(typeof id === 'string' && Number.isInteger(created_at) && created_at > 0);
      return rest;
    });
  };
  assert.deepEqual(await shown([{ name: 'x'.repeat(128), type: 0, details: 'd', state: 's', timestamps: { start: 5, end: 'no' }, party: { id: 'p', size: [1, 4] }, assets: { large_text: 'l' }, buttons: ['a', 'b', 'c'], instance: null }]),
    [{ name: 'x'.repeat(128), type: 0, state: 's', details: 'd', timestamps: { start: 5 }, assets: { large_text: 'l' }, party: { id: 'p', size: [1, 4] }, buttons: ['a', 'b'] }]);
  assert.deepEqual(await shown([{ name: long, type: 0 }, { name: '', type: 0 }, { name: 'six', type: 6 }, { type: 0 }, null, 7]), []);
  assert.deepEqual(await shown([{ name: 'live', type: 1, url: 'https://example.org/live' }, { name: 'not live', type: 0, url: 'https://example.org/live' }]), [{ name: 'live', type: 1, url: 'https://example.org/live' }, { name: 'not live', type: 0 }]);
  assert.deepEqual(await shown([{ name: 'Custom Status', type: 4, state: 'away', emoji: { name: '🌴' } }]), [{ name: 'Custom Status', type: 4, state: 'away', emoji: { name: '🌴' } }]);
  await gateway.close();

  const robot = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS });
  say(robot, { status: 'idle', activities: [{ name: 'work', type: 2, state: 'busy', details: 'dropped', timestamps: { start: 1 } }] });
  const seen = await watcher.until('PRESENCE_UPDATE', update => update.user.id === bot.id && update.activities.length === 1);
  assert.deepEqual(Object.keys(seen.activities[0]).sort(), ['created_at', 'id', 'name', 'state', 'type']);
  await Promise.all([watcher, robot].map(socket => socket.close()));
});
let marks = 0;

scenario('five changes in twenty seconds are made, further ones are passed over', async ({ host, person, bot }) => {
  const watcher = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS });
  const gateway = await Gateway.identified(host, person.token);
  for (const index of range(8)) say(gateway, { status: 'online', activities: [{ name: `change ${index}`, type: 0 }] });
  await watcher.until('PRESENCE_UPDATE', update => update.activities.some(activity => activity.name === 'change 4'));
  await gateway.roundTrip();
  await watcher.roundTrip();
  assert.ok(!watcher.events('PRESENCE_UPDATE').some(update => update.activities.some(activity => activity.name === 'change 5')));
  assert.equal(gateway.closed, null);
  await Promise.all([watcher, gateway].map(socket => socket.close()));
});

scenario('a presence goes to those who share a guild and have the intent, and to nobody else', async ({ host, person, stranger, bot, owner }) => {
  const blind = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS & ~Intent.Presences });
  const elsewhere = await Gateway.identified(host, stranger.token);
  const companion = await Gateway.identified(host, owner.token);
  const gateway = await Gateway.identified(host, person.token, { presence: { status: 'dnd', activities: [] } });
  await status(companion, person, 'dnd');
  await Promise.all([blind, elsewhere].map(socket => socket.roundTrip()));
  for (const socket of [blind, elsewhere]) assert.ok(!socket.events('PRESENCE_UPDATE').some(presence => presence.user.id === person.id));
  await Promise.all([blind, elsewhere, companion, gateway].map(socket => socket.close()));
});

scenario('friends see each other without a shared guild, from the moment they are friends, and in READY', async ({ host, person, stranger }) => {
  const friend = await Gateway.identified(host, stranger.token);
  const gateway = await Gateway.identified(host, person.token, { presence: { status: 'idle', activities: [] } });
  await must(host, person.token, 'PUT', `/users/@me/relationships/${stranger.id}`, {});
  await must(host, stranger.token, 'PUT', `/users/@me/relationships/${person.id}`, {});
  const seen = await status(friend, person, 'idle');
  assert.ok(!('guild_id' in seen));
  await status(gateway, stranger, 'online');
  say(gateway, { status: 'dnd' });
  await status(friend, person, 'dnd');
  const second = await Gateway.identified(host, stranger.token);
  assert.deepEqual(second.ready.presences.map(presence => [presence.user.id, presence.status]), [[person.id, 'dnd']]);
  assert.ok(second.ready.relationships.some(({ id, type }) => id === person.id && type === 1));
  await must(host, person.token, 'DELETE', `/users/@me/relationships/${stranger.id}`);
  say(gateway, { status: 'online' });
  await gateway.roundTrip();
  await friend.roundTrip();
  assert.ok(!friend.events('PRESENCE_UPDATE').some(presence => presence.user.id === person.id && presence.status === 'online'), 'a friend no longer sees nothing more');
  await Promise.all([friend, second, gateway].map(socket => socket.close()));
});

scenario('the settings choose the status: at the start, and for every client when they change', async ({ host, person, bot }) => {
  await must(host, person.token, 'PATCH', '/users/@me/settings', { status: 'dnd', custom_status: { text: 'writing', emoji_name: null, emoji_id: null, expires_at: null } });
  const watcher = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS });
  const gateway = await Gateway.identified(host, person.token);
  const first = await status(watcher, person, 'dnd');
  assert.deepEqual(first.activities.map(({ type, state }) => ({ type, state })), [{ type: 4, state: 'writing' }]);
  await must(host, person.token, 'PATCH', '/users/@me/settings', { status: 'idle', custom_status: null });
  assert.deepEqual((await status(watcher, person, 'idle')).activities, []);
  await must(host, person.token, 'PATCH', '/users/@me/settings', { status: 'online' });
  await Promise.all([watcher, gateway].map(socket => socket.close()));
});

scenario('who joins a guild while online is online there, and who leaves is not', async ({ host, stranger, owner, bot }) => {
  const watcher = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS });
  const gateway = await Gateway.identified(host, stranger.token);
  const guild = await createGuild(host, owner, 'Another hall');
  await addBot(host, guild, bot);
  await join(host, guild, stranger);
  await watcher.until('PRESENCE_UPDATE', presence => presence.user.id === stranger.id && presence.guild_id === guild.id && presence.status === 'online');
  const online = async () => (await must(host, owner.token, 'GET', `/guilds/${guild.id}?with_counts=true`)).approximate_presence_count;
  const before = await online();
  await must(host, stranger.token, 'DELETE', `/users/@me/guilds/${guild.id}`);
  await poll(async () => (await online()) === before - 1, 'one less is online');
  await Promise.all([watcher, gateway].map(socket => socket.close()));
});

shortLease('a session that is not heard of any more is offline after its lease, and shows what it showed when it resumes', async ({ host, person, bot }) => {
  const watcher = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS });
  const gateway = await Gateway.identified(host, person.token, { presence: { status: 'dnd', activities: [{ name: 'chess', type: 0 }] } });
  await status(watcher, person, 'dnd');
  const beats = setInterval(() => watcher.send(Op.Heartbeat, watcher.sequence), 1000);
  const { sessionId, sequence } = gateway;
  await gateway.drop();
  await watcher.until('PRESENCE_UPDATE', presence => presence.user.id === person.id && presence.status === 'offline', 30_000);
  const seen = watcher.frames.length;
  const again = await Gateway.open(host);
  again.resume(person.token, sessionId, sequence);
  await again.until('RESUMED');
  const back = await watcher.until('PRESENCE_UPDATE', (presence, frame) => watcher.frames.indexOf(frame) >= seen && presence.user.id === person.id && presence.status === 'dnd');
  assert.equal(back.activities[0].name, 'chess');
  clearInterval(beats);
  await Promise.all([watcher, again].map(socket => socket.close()));
});
