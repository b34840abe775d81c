import assert from 'node:assert/strict';
import { ALL_INTENTS, Gateway, Intent, UNPRIVILEGED_INTENTS } from './support/gateway.mjs';
import { DiscordJs, Oceanic } from './support/libraries.mjs';
import { Permission, addBot, createBot, createChannel, createGuild, join, must, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';

const scenario = withHost({}, async host => {
  const owner = await register(host, 'owner');
  const human = await register(host, 'human');
  const guild = await createGuild(host, owner, 'Intents');
  await join(host, guild, human);
  const blind = await createBot(host, owner, { name: 'Blind', flags: 0 });
  const sighted = await createBot(host, owner, { name: 'Sighted' });
  await addBot(host, guild, blind);
  await addBot(host, guild, sighted, Permission.Administrator);
  return { owner, human, guild, blind, sighted };
});

async function content(client, sent) {
  const seen = await client.until('message', message => message.id === sent.id);
  return { content: seen.content, embeds: seen.embeds, attachments: seen.attachments };
}

const NOTHING = { content: '', embeds: 0, attachments: 0 };

for (const [name, Library] of [['discord.js', DiscordJs], ['oceanic.js', Oceanic]]) {
  scenario(`${name} without the content intent gets empty messages, except its own, those that mention it and direct ones`, async ({ host, guild, human, blind, sighted }) => {
    const client = await Library.start(host, blind, { intents: UNPRIVILEGED_INTENTS });
    const channel = await createChannel(host, guild, 'content');
    const path = `/channels/${channel.id}/messages`;
    assert.deepEqual(await content(client, await must(host, human.token, 'POST', path, { content: 'a secret' })), NOTHING);
    assert.deepEqual(await content(client, await must(host, sighted.auth, 'POST', path, { content: 'a secret', embeds: [{ title: 'also secret' }] })), NOTHING);

    const own = await client.send(channel.id, 'my own words');
    assert.deepEqual(await content(client, own), { content: 'my own words', embeds: 0, attachments: 0 });
    const mention = await must(host, human.token, 'POST', path, { content: `hello <@${blind.id}>` });
    assert.deepEqual(await content(client, mention), { content: `hello <@${blind.id}>`, embeds: 0, attachments: 0 });
    const reply = await must(host, human.token, 'POST', path, { content: 'to you', message_reference: { message_id: own.id } });
    assert.equal((await content(client, reply)).content, 'to you', 'a reply to the bot mentions it');
    const direct = await must(host, human.token, 'POST', '/users/@me/channels', { recipients: [blind.id] });
    const whisper = await must(host, human.token, 'POST', `/channels/${direct.id}/messages`, { content: 'for your eyes' });
    assert.equal((await content(client, whisper)).content, 'for your eyes');
    await client.close();
  });
}

scenario('the content is withheld from edits and from the REST history of a bot without it too', async ({ host, guild, human, blind }) => {
  const gateway = await Gateway.identified(host, blind.token, { intents: UNPRIVILEGED_INTENTS });
  const channel = await createChannel(host, guild, 'content-rest');
  const sent = await must(host, human.token, 'POST', `/channels/${channel.id}/messages`, { content: 'first' });
  await must(host, human.token, 'PATCH', `/channels/${channel.id}/messages/${sent.id}`, { content: 'second' });
  const edited = await gateway.until('MESSAGE_UPDATE', message => message.id === sent.id);
  assert.equal(edited.content, '');
  const [listed] = await must(host, blind.auth, 'GET', `/channels/${channel.id}/messages?limit=1`);
  assert.deepEqual({ id: listed.id, content: listed.content }, { id: sent.id, content: '' });
  await gateway.close();
});

scenario('a session gets only what its intents name', async ({ host, guild, human, sighted }) => {
  const everything = await Gateway.identified(host, sighted.token, { intents: ALL_INTENTS });
  const guildsOnly = await Gateway.identified(host, sighted.token, { intents: Intent.Guilds });
  const nothing = await Gateway.identified(host, sighted.token, { intents: 0 });
  const channel = await createChannel(host, guild, 'gated');
  await must(host, human.token, 'POST', `/channels/${channel.id}/typing`);
  const sent = await must(host, human.token, 'POST', `/channels/${channel.id}/messages`, { content: 'gated' });
  await must(host, human.token, 'PUT', `/channels/${channel.id}/messages/${sent.id}/reactions/${encodeURIComponent('👍')}/@me`);
  const direct = await must(host, human.token, 'POST', '/users/@me/channels', { recipients: [sighted.id] });
  const whisper = await must(host, human.token, 'POST', `/channels/${direct.id}/messages`, { content: 'direct' });
  const marker = await createChannel(host, guild, 'marker');
  for (const name of ['TYPING_START', 'MESSAGE_REACTION_ADD']) await everything.until(name);
  await everything.until('MESSAGE_CREATE', message => message.id === whisper.id);
  await everything.until('CHANNEL_CREATE', created => created.id === marker.id);
  await guildsOnly.until('CHANNEL_CREATE', created => created.id === marker.id);
  await nothing.roundTrip();
  const afterStart = gateway => [...new Set(gateway.dispatches.map(frame => frame.t))].sort();
  assert.deepEqual(afterStart(guildsOnly), ['CHANNEL_CREATE', 'GUILD_CREATE', 'READY']);
  assert.deepEqual(afterStart(nothing), ['READY']);
  await Promise.all([everything, guildsOnly, nothing].map(gateway => gateway.close()));
});

scenario('a bot without the privileged intents gets no presences and is not told who joins', async ({ host, guild, blind }) => {
  const gateway = await Gateway.identified(host, blind.token, { intents: UNPRIVILEGED_INTENTS });
  const [created] = gateway.events('GUILD_CREATE');
  assert.deepEqual(created.presences, [], 'no presences without the intent');
  const guest = await register(host, 'guest');
  await join(host, guild, guest);
  const sent = await must(host, guest.token, 'POST', `/channels/${guild.general.id}/messages`, { content: 'I am in' });
  await gateway.until('MESSAGE_CREATE', message => message.id === sent.id);
  assert.deepEqual(gateway.events('GUILD_MEMBER_ADD'), []);
  await gateway.close();
});
