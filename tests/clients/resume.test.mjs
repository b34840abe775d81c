import assert from 'node:assert/strict';
import { DiscordJs, Eris, Oceanic } from './support/libraries.mjs';
import { addBot, assertSameIds, createBot, createChannel, createGuild, must, register, wholeHistory } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { inParallel, pulse, range, until } from './support/until.mjs';

const MESSAGES = 400;
const CUTS = 3;

const scenario = withHost({ rateLimits: false }, async host => {
  const owner = await register(host, 'owner');
  const guild = await createGuild(host, owner, 'Resume');
  const bot = await createBot(host, owner);
  await addBot(host, guild, bot);
  return { owner, guild, bot };
});

const libraries = [
  ['discord.js', DiscordJs, {}],
  ['discord.js over zlib-stream', DiscordJs, { group: 'packed' }],
  ['oceanic.js', Oceanic, {}],
  ['oceanic.js over compressed ETF', Oceanic, { group: 'packed', compress: 'zlib-stream' }],
  ['eris over ETF', Eris, { group: 'packed' }],
];

for (const [name, Library, options] of libraries) {
  scenario(`${name} resumes after each of ${CUTS} cut sockets under load, with no event lost and none repeated`, async ({ host, owner, guild, bot }) => {
    const client = await Library.start(host, bot, options);
    const channel = await createChannel(host, guild, 'load');
    const seen = () => client.all('message', message => message.channelId === channel.id);
    let answered = 0;
    const writing = inParallel(range(MESSAGES), 4, async index => {
      // The writers wait for the reader at each cut, so that every cut falls into the load and none after it.
      const phase = Math.floor(index / (MESSAGES / (CUTS + 1)));
      await until(() => client.resumes >= phase - 1, `resume ${phase - 1} before message ${index} is sent`, 60_000);
      await must(host, owner.token, 'POST', `/channels/${channel.id}/messages`, { content: `load ${index}` });
      answered++;
      pulse();
    });
    writing.catch(() => {});
    for (const cut of range(CUTS)) {
      await until(() => answered >= ((cut + 1) * MESSAGES) / (CUTS + 1) - 40 && client.resumes === cut, `the load before cut ${cut + 1}`, 60_000);
      assert.equal(host.proxy.cut(), 1, 'the one gateway socket is cut');
      await until(() => client.resumes === cut + 1, `resume ${cut + 1}`, 60_000);
    }
    await writing;
    const stored = (await wholeHistory(host, owner.token, channel.id)).map(message => message.id);
    assert.equal(stored.length, MESSAGES);
    await until(() => seen().length >= MESSAGES, () => `all messages are seen (${seen().length} so far)`);
    assertSameIds(seen().map(message => message.id), stored, 'every message once and in order');
    assert.equal(client.sessions, 1, 'the client never had to identify again');
    assert.equal(client.resumes, CUTS);
    await client.close();
  });
}
