import assert from 'node:assert/strict';
import { Gateway } from './support/gateway.mjs';
import { DiscordJs, Oceanic } from './support/libraries.mjs';
import { addBot, assertAscending, assertSameIds, createBot, createChannel, createGuild, must, register, registerMembers, rest, wholeHistory } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { inParallel, range, until } from './support/until.mjs';

const SENDERS = 40;
const EACH = 5;

const scenario = withHost({}, async host => {
  const owner = await register(host, 'owner');
  const guild = await createGuild(host, owner, 'Limits');
  const bots = [await createBot(host, owner, { name: 'Sender' }), await createBot(host, owner, { name: 'Reader' })];
  for (const bot of bots) await addBot(host, guild, bot);
  return { owner, guild, bots };
});

scenario('discord.js sends 12 messages at once under the rate limit: it waits by itself, sees no 429 and keeps the order', async ({ host, guild, bots }) => {
  const client = await DiscordJs.start(host, bots[0]);
  const reader = await Oceanic.start(host, bots[1]);
  const channel = await createChannel(host, guild, 'fast');
  // All twelve have to wait in one queue; a channel that the library first had to fetch would spread them over two.
  await client.until('channelCreate', created => created.id === channel.id);
  const sent = await Promise.all(range(12).map(index => client.send(channel.id, `fast ${index}`)));
  assert.equal(client.refusals, 0, 'no 429 was seen');
  assert.ok(client.limited > 0, 'the limit was reached, so the headers told the library to wait');
  assertAscending(sent.map(message => message.id), 'messages in the order of sending');
  await until(() => reader.all('message', message => message.channelId === channel.id).length === 12, 'the reader has all twelve');
  assert.deepEqual(reader.all('message', message => message.channelId === channel.id).map(message => message.content), range(12).map(index => `fast ${index}`));
  await client.close();
  await reader.close();
});

scenario('oceanic.js sends 12 messages at once under the rate limit and keeps the order', async ({ host, guild, bots }) => {
  const client = await Oceanic.start(host, bots[0]);
  const channel = await createChannel(host, guild, 'fast-too');
  const sent = await Promise.all(range(12).map(index => client.send(channel.id, `fast ${index}`)));
  assertAscending(sent.map(message => message.id), 'messages in the order of sending');
  assert.deepEqual((await wholeHistory(host, bots[1].auth, channel.id)).map(message => message.content), range(12).map(index => `fast ${index}`));
  await client.close();
});

scenario('every answer of a limited route tells limit, rest, reset and bucket, and never the global header', async ({ host, guild, owner }) => {
  const channel = await createChannel(host, guild, 'headers');
  const first = await rest(host, owner.token, 'POST', `/channels/${channel.id}/messages`, { content: 'one' });
  const second = await rest(host, owner.token, 'POST', `/channels/${channel.id}/messages`, { content: 'two' });
  for (const { headers } of [first, second]) {
    assert.match(headers.get('x-ratelimit-limit'), /^\d+$/);
    assert.match(headers.get('x-ratelimit-remaining'), /^\d+$/);
    assert.match(headers.get('x-ratelimit-reset'), /^\d+(\.\d+)?$/);
    assert.match(headers.get('x-ratelimit-reset-after'), /^\d+(\.\d+)?$/);
    assert.ok(headers.get('x-ratelimit-bucket'));
    assert.equal(headers.get('x-ratelimit-global'), null);
    assert.equal(headers.get('content-type'), 'application/json');
    assert.ok(!Number.isNaN(Date.parse(headers.get('date'))));
  }
  assert.equal(Number(second.headers.get('x-ratelimit-remaining')), Number(first.headers.get('x-ratelimit-remaining')) - 1);
  const elsewhere = await createChannel(host, guild, 'headers-too');
  const other = await rest(host, owner.token, 'POST', `/channels/${elsewhere.id}/messages`, { content: 'other' });
  assert.equal(other.headers.get('x-ratelimit-bucket'), first.headers.get('x-ratelimit-bucket'), 'one bucket name for the route, whatever the channel');
  assert.equal(other.headers.get('x-ratelimit-remaining'), first.headers.get('x-ratelimit-remaining'), 'every channel has its own count');
});

scenario('a request over the limit is a 429 with Retry-After, scope and body, and succeeds after the wait', async ({ host, guild, owner }) => {
  const channel = await createChannel(host, guild, 'flood');
  const answers = await inParallel(range(20), 20, index => rest(host, owner.token, 'POST', `/channels/${channel.id}/messages`, { content: `flood ${index}` }, { retry: false }));
  const refused = answers.filter(answer => answer.status === 429);
  assert.ok(refused.length > 0, 'twenty messages at once are over the limit');
  assert.ok(answers.every(answer => answer.status === 200 || answer.status === 429));
  for (const { headers, body } of refused) {
    assert.ok(Number(headers.get('retry-after')) > 0);
    assert.equal(headers.get('x-ratelimit-remaining'), '0');
    assert.equal(headers.get('x-ratelimit-scope'), 'user');
    assert.equal(typeof body.message, 'string');
    assert.equal(body.global, false);
    assert.ok(body.retry_after > 0 && body.retry_after <= 60);
    assert.equal(headers.get('content-type'), 'application/json');
  }
  assert.equal((await wholeHistory(host, owner.token, channel.id)).length, answers.length - refused.length, 'a refused message is not stored');
  const late = await rest(host, owner.token, 'POST', `/channels/${channel.id}/messages`, { content: 'patience' });
  assert.equal(late.status, 200);
});

scenario(`${SENDERS * EACH} messages of ${SENDERS} senders reach every reader in the order of their ids, each once`, async ({ host, guild, bots, owner }) => {
  const readers = { 'discord.js': await DiscordJs.start(host, bots[0]), 'oceanic.js': await Oceanic.start(host, bots[1]) };
  const human = await Gateway.identified(host, owner.token);
  const people = await registerMembers(host, guild, SENDERS, 'sender');
  const channel = await createChannel(host, guild, 'crowd');
  const sent = (await Promise.all(people.map(async (person, who) => {
    const ids = [];
    for (const index of range(EACH)) ids.push((await must(host, person.token, 'POST', `/channels/${channel.id}/messages`, { content: `${who}/${index}` })).id);
    return ids;
  })));
  for (const ids of sent) assertAscending(ids, 'the messages of one sender');
  const history = (await wholeHistory(host, owner.token, channel.id)).map(message => message.id);
  assertSameIds([...history].sort(), sent.flat().sort(), 'every answered message is stored once');
  for (const [name, reader] of Object.entries(readers)) {
    const seen = () => reader.all('message', message => message.channelId === channel.id).map(message => message.id);
    await until(() => seen().length >= SENDERS * EACH, `${name} has all messages`);
    assertSameIds(seen(), history, `${name} got them in the order of their ids`);
  }
  const raw = () => human.events('MESSAGE_CREATE').filter(message => message.channel_id === channel.id).map(message => message.id);
  await until(() => raw().length >= SENDERS * EACH, 'the human has all messages');
  assertSameIds(raw(), history, 'the human got them in the order of their ids');
  await human.close();
  for (const reader of Object.values(readers)) await reader.close();
});
