import assert from 'node:assert/strict';
import { ALL_INTENTS, Gateway } from './support/gateway.mjs';
import { DiscordJs, Oceanic } from './support/libraries.mjs';
import { addBot, createBot, createGuild, must, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { range, until } from './support/until.mjs';

const SHARDS = 2;
const shardOf = guildId => Number((BigInt(guildId) >> 22n) % BigInt(SHARDS));

const scenario = withHost({}, async host => {
  const owner = await register(host, 'owner');
  const bot = await createBot(host, owner);
  const guilds = [];
  // The shard of a guild follows from the millisecond it was made in, so guilds are made until both shards have two.
  while (range(SHARDS).some(shard => guilds.filter(guild => shardOf(guild.id) === shard).length < 2)) {
    assert.ok(guilds.length < 40, 'forty guilds all fell on one shard');
    guilds.push(await createGuild(host, owner, `Shard guild ${guilds.length}`));
  }
  for (const guild of guilds) await addBot(host, guild, bot);
  return { owner, bot, guilds };
});

scenario('discord.js with two shards has every guild on its shard, its messages there and direct messages on shard 0', async ({ host, owner, bot, guilds }) => {
  const client = await DiscordJs.start(host, bot, { shards: { ids: [0, 1], count: SHARDS } });
  for (const guild of guilds) assert.equal(client.guild(guild.id)?.shardId, shardOf(guild.id), `guild ${guild.id} is on its shard`);
  const sent = [];
  for (const guild of guilds) sent.push({ guild, id: (await must(host, owner.token, 'POST', `/channels/${guild.general.id}/messages`, { content: 'to my shard' })).id });
  const direct = await must(host, owner.token, 'POST', '/users/@me/channels', { recipients: [bot.id] });
  const whisper = await must(host, owner.token, 'POST', `/channels/${direct.id}/messages`, { content: 'to shard 0' });
  await client.until('message', message => message.id === whisper.id);
  for (const { guild, id } of sent) {
    await client.until('message', message => message.id === id);
    const packets = client.packets.filter(packet => packet.t === 'MESSAGE_CREATE' && packet.d.id === id);
    assert.deepEqual(packets.map(packet => packet.shardId), [shardOf(guild.id)], 'once, on the shard of its guild');
  }
  assert.deepEqual(client.packets.filter(packet => packet.t === 'MESSAGE_CREATE' && packet.d.id === whisper.id).map(packet => packet.shardId), [0]);
  await client.close();
});

scenario('oceanic.js with two shards has every guild on its shard', async ({ host, bot, guilds }) => {
  const client = await Oceanic.start(host, bot, { shards: { ids: [0, 1], count: SHARDS } });
  for (const guild of guilds) assert.equal(client.guild(guild.id)?.shardId, shardOf(guild.id));
  await client.close();
});

scenario('READY names the shard and only its guilds, and shard 1 gets no direct message', async ({ host, owner, bot, guilds }) => {
  const shards = [];
  for (const id of range(SHARDS)) shards.push(await Gateway.identified(host, bot.token, { intents: ALL_INTENTS, shard: [id, SHARDS] }));
  for (const [id, shard] of shards.entries()) {
    assert.deepEqual(shard.ready.shard, [id, SHARDS]);
    assert.deepEqual(shard.ready.guilds.map(guild => guild.id).sort(), guilds.filter(guild => shardOf(guild.id) === id).map(guild => guild.id).sort());
  }
  const direct = await must(host, owner.token, 'POST', '/users/@me/channels', { recipients: [bot.id] });
  const whisper = await must(host, owner.token, 'POST', `/channels/${direct.id}/messages`, { content: 'only once' });
  await shards[0].until('MESSAGE_CREATE', message => message.id === whisper.id);
  const marker = guilds.find(guild => shardOf(guild.id) === 1);
  const sent = await must(host, owner.token, 'POST', `/channels/${marker.general.id}/messages`, { content: 'marker' });
  await shards[1].until('MESSAGE_CREATE', message => message.id === sent.id);
  assert.deepEqual(shards[1].events('MESSAGE_CREATE').map(message => message.id), [sent.id]);
  await until(() => shards.every(shard => shard.closed === null), 'both shards are open');
  for (const shard of shards) await shard.close();
});
