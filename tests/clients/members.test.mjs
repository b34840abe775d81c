import assert from 'node:assert/strict';
import { ALL_INTENTS, Gateway, Op } from './support/gateway.mjs';
import { DiscordJs, Oceanic } from './support/libraries.mjs';
import { addBot, assertAscending, createBot, createGuild, must, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { range, until } from './support/until.mjs';

const SEEDED = 2_345;
const MEMBERS = SEEDED + 2;
const CHUNK = 1_000;

// Registering thousands of people over HTTP would cost minutes of password hashing; the host's command line makes them while it is stopped.
const scenario = withHost({}, async host => {
  const owner = await register(host, 'owner');
  const guild = await createGuild(host, owner, 'Crowd');
  const bot = await createBot(host, owner);
  await addBot(host, guild, bot);
  await host.stop();
  await host.command(['user', 'seed', '--guild', guild.id, '--count', String(SEEDED)]);
  await host.startAgain();
  return { owner, guild, bot };
});

scenario(`a request for all ${MEMBERS} members is answered in chunks of exactly 1000 and a rest`, async ({ host, bot, guild }) => {
  const gateway = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS });
  const [created] = gateway.events('GUILD_CREATE');
  assert.equal(created.member_count, MEMBERS);
  assert.equal(created.large, true);
  assert.ok(created.members.some(member => member.user.id === bot.id), 'the own member is in a large guild too');
  gateway.send(Op.RequestMembers, { guild_id: guild.id, query: '', limit: 0, nonce: 'all' });
  const chunks = await until(() => {
    const found = gateway.events('GUILD_MEMBERS_CHUNK');
    return found.length > 0 && found.length === found[0].chunk_count && found;
  }, 'every chunk has come');
  assert.deepEqual(chunks.map(chunk => chunk.members.length), [CHUNK, CHUNK, MEMBERS - 2 * CHUNK]);
  assert.deepEqual(chunks.map(chunk => chunk.chunk_index), [0, 1, 2]);
  assert.ok(chunks.every(chunk => chunk.nonce === 'all' && chunk.chunk_count === 3 && chunk.guild_id === guild.id));
  assert.equal(new Set(chunks.flatMap(chunk => chunk.members.map(member => member.user.id))).size, MEMBERS);
  await gateway.close();
});

for (const [name, Library] of [['discord.js', DiscordJs], ['oceanic.js', Oceanic]]) {
  scenario(`${name} fetches all ${MEMBERS} members, each once`, async ({ host, bot, guild, owner }) => {
    const client = await Library.start(host, bot);
    assert.equal(client.guild(guild.id).memberCount, MEMBERS);
    const ids = await client.fetchMembers(guild.id);
    assert.equal(ids.length, MEMBERS);
    assert.equal(new Set(ids).size, MEMBERS);
    assert.ok(ids.includes(owner.id) && ids.includes(bot.id));
    await client.close();
  });
}

scenario('the member list pages over REST by user id without a gap', async ({ host, bot, guild }) => {
  const ids = [];
  for (let after = '0'; ;) {
    const page = await must(host, bot.auth, 'GET', `/guilds/${guild.id}/members?limit=1000&after=${after}`);
    ids.push(...page.map(member => member.user.id));
    if (page.length < CHUNK) break;
    after = page.at(-1).user.id;
  }
  assert.equal(ids.length, MEMBERS);
  assertAscending(ids, 'members by user id');
});

scenario('a second request for all members in the same half minute is told to wait or answered, never ignored', async ({ host, bot, guild }) => {
  const gateway = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS });
  for (const index of range(2)) gateway.send(Op.RequestMembers, { guild_id: guild.id, query: '', limit: 0, nonce: `again${index}` });
  await until(() => gateway.events('GUILD_MEMBERS_CHUNK').filter(chunk => chunk.nonce === 'again0').length === 3, 'the first request is answered');
  const limited = () => gateway.events('RATE_LIMITED').find(event => event.meta.nonce === 'again1');
  await until(() => limited() || gateway.events('GUILD_MEMBERS_CHUNK').filter(chunk => chunk.nonce === 'again1').length === 3, 'the second request is answered or told to wait');
  if (limited()) {
    assert.equal(limited().opcode, Op.RequestMembers);
    assert.equal(limited().meta.guild_id, guild.id);
    assert.ok(limited().retry_after > 0 && limited().retry_after <= 30);
  }
  await gateway.close();
});
