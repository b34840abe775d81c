import assert from 'node:assert/strict';
import { DiscordJs, Eris, Oceanic } from './support/libraries.mjs';
import { addBot, assertSameIds, createBot, createChannel, createGuild, must, refused, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { range } from './support/until.mjs';

const COUNT = 257;
const PAGE = 100;

const scenario = withHost({ rateLimits: false }, async host => {
  const owner = await register(host, 'owner');
  const guild = await createGuild(host, owner, 'History');
  const bot = await createBot(host, owner);
  await addBot(host, guild, bot);
  const channel = await createChannel(host, guild, 'long');
  const ids = [];
  for (const index of range(COUNT)) ids.push((await must(host, owner.token, 'POST', `/channels/${channel.id}/messages`, { content: `message ${index}` })).id);
  return { owner, guild, bot, channel, ids };
});

for (const [name, Library] of [['discord.js', DiscordJs], ['oceanic.js', Oceanic], ['eris', Eris]]) {
  scenario(`${name} pages back over ${COUNT} messages and gets every id once, newest first`, async ({ host, bot, channel, ids }) => {
    const client = await Library.start(host, bot);
    const found = [];
    for (let before; ;) {
      const page = await client.history(channel.id, { limit: PAGE, ...(before ? { before } : {}) });
      found.push(...page);
      if (page.length < PAGE) break;
      before = page.at(-1);
    }
    assertSameIds(found, [...ids].reverse(), 'paging back');
    await client.close();
  });

  scenario(`${name} pages forward over ${COUNT} messages and gets every id once, each page newest first`, async ({ host, bot, channel, ids }) => {
    const client = await Library.start(host, bot);
    const found = [];
    for (let after = '0'; ;) {
      const page = await client.history(channel.id, { limit: PAGE, after });
      found.push(...[...page].reverse());
      if (page.length < PAGE) break;
      after = page[0];
    }
    assertSameIds(found, ids, 'paging forward');
    await client.close();
  });

  scenario(`${name} reads around a message, at both ends and in the middle`, async ({ host, bot, channel, ids }) => {
    const client = await Library.start(host, bot);
    const around = index => client.history(channel.id, { limit: 11, around: ids[index] });
    assert.deepEqual(await around(100), ids.slice(95, 106).reverse());
    const first = await around(0);
    assert.equal(first.at(-1), ids[0], 'the first message ends the page around it');
    assert.deepEqual(first, ids.slice(0, first.length).reverse());
    assert.ok(first.length >= 6);
    const last = await around(COUNT - 1);
    assert.equal(last[0], ids[COUNT - 1], 'the last message begins the page around it');
    assert.deepEqual(last, ids.slice(COUNT - last.length).reverse());
    assert.ok(last.length >= 6);
    await client.close();
  });
}

scenario('fifty messages are the default, a hundred the most, and the bounds themselves are left out', async ({ host, owner, channel, ids }) => {
  const list = query => must(host, owner.token, 'GET', `/channels/${channel.id}/messages${query}`).then(messages => messages.map(message => message.id));
  assertSameIds(await list(''), ids.slice(-50).reverse(), 'the default page');
  assertSameIds(await list('?limit=100'), ids.slice(-100).reverse(), 'the largest page');
  assert.deepEqual(await list(`?limit=2&before=${ids[10]}`), [ids[9], ids[8]]);
  assert.deepEqual(await list(`?limit=2&after=${ids[10]}`), [ids[12], ids[11]]);
  assert.deepEqual(await list(`?limit=1&around=${ids[10]}`), [ids[10]]);
  for (const limit of ['0', '101', '-1', 'many']) await refused(host, owner.token, 'GET', `/channels/${channel.id}/messages?limit=${limit}`, undefined, 400, 50035);
});

scenario('a page before a deleted message continues where it was', async ({ host, owner, guild }) => {
  const channel = await createChannel(host, guild, 'holes');
  const ids = [];
  for (const index of range(5)) ids.push((await must(host, owner.token, 'POST', `/channels/${channel.id}/messages`, { content: `hole ${index}` })).id);
  await must(host, owner.token, 'DELETE', `/channels/${channel.id}/messages/${ids[2]}`);
  const page = await must(host, owner.token, 'GET', `/channels/${channel.id}/messages?before=${ids[2]}&limit=10`);
  assert.deepEqual(page.map(message => message.id), [ids[1], ids[0]]);
  const after = await must(host, owner.token, 'GET', `/channels/${channel.id}/messages?after=${ids[2]}&limit=10`);
  assert.deepEqual(after.map(message => message.id), [ids[4], ids[3]]);
});
