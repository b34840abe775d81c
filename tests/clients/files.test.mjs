import assert from 'node:assert/strict';
import { ALL_INTENTS, Gateway } from './support/gateway.mjs';
import { DiscordJs, Eris, Oceanic } from './support/libraries.mjs';
import { dataUri, mp3, png } from './support/media.mjs';
import { Permission, addBot, createBot, createGuild, must, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { until } from './support/until.mjs';
import { EVERYBODY, counts, viewers, whoGot } from './support/viewers.mjs';

const REQUEST_SOUNDBOARD_SOUNDS = 31;
const PICTURE = dataUri('image/png', png());
const NOTES = Buffer.from('some notes\n');

const scenario = withHost({ rateLimits: false }, async host => {
  const world = await viewers(host);
  world.as = (method, path, body) => must(host, world.owner.token, method, path, body);
  return { world };
});

async function sticker({ as, guild }, name) {
  const form = new FormData();
  form.set('name', name);
  form.set('tags', 'blue');
  form.set('file', new Blob([png(320)], { type: 'image/png' }), 'sticker.png');
  return as('POST', `/guilds/${guild.id}/stickers`, form);
}

const sound = ({ as, guild }, name) => as('POST', `/guilds/${guild.id}/soundboard-sounds`, { name, sound: dataUri('audio/mpeg', mp3()) });

/** [what happens, event, what makes it happen and returns how the event is told from others] */
const HAPPENINGS = [
  ['an emoji is made', 'GUILD_EMOJIS_UPDATE', async ({ as, guild }) => {
    const emoji = await as('POST', `/guilds/${guild.id}/emojis`, { name: 'made', image: PICTURE });
    return ({ guild_id, emojis }) => guild_id === guild.id && emojis.some(one => one.id === emoji.id && Array.isArray(one.roles));
  }],
  ['an emoji is deleted', 'GUILD_EMOJIS_UPDATE', async ({ as, guild }) => {
    const emoji = await as('POST', `/guilds/${guild.id}/emojis`, { name: 'doomed', image: PICTURE });
    await as('DELETE', `/guilds/${guild.id}/emojis/${emoji.id}`);
    return ({ emojis }) => !emojis.some(one => one.id === emoji.id);
  }],
  ['a sticker is made', 'GUILD_STICKERS_UPDATE', async world => {
    const made = await sticker(world, 'made');
    return ({ stickers }) => stickers.some(one => one.id === made.id);
  }],
  ['a sound is made', 'GUILD_SOUNDBOARD_SOUND_CREATE', async world => {
    const made = await sound(world, 'made');
    return created => created.sound_id === made.sound_id;
  }],
  ['a sound is changed', 'GUILD_SOUNDBOARD_SOUND_UPDATE', async world => {
    const made = await sound(world, 'changed');
    await world.as('PATCH', `/guilds/${world.guild.id}/soundboard-sounds/${made.sound_id}`, { volume: 0.25 });
    return changed => changed.sound_id === made.sound_id && changed.volume === 0.25;
  }],
  ['a sound is deleted', 'GUILD_SOUNDBOARD_SOUND_DELETE', async world => {
    const made = await sound(world, 'doomed');
    await world.as('DELETE', `/guilds/${world.guild.id}/soundboard-sounds/${made.sound_id}`);
    return gone => gone.sound_id === made.sound_id && gone.guild_id === world.guild.id;
  }],
];

for (const [what, event, happen] of HAPPENINGS) {
  scenario(`${what}: ${event} reaches every member, and no bot without the intent`, async ({ world }) => {
    const since = counts(world);
    const fits = await happen(world);
    await world.settle();
    const { people, withoutIntent } = whoGot(world, event, fits, since);
    assert.deepEqual(people.sort(), [...EVERYBODY].sort());
    assert.deepEqual(withoutIntent, ['Expressions']);
  });
}

scenario('GUILD_CREATE and a person\'s READY have emojis, stickers and sounds, and op 31 answers the soundboards of guilds that one is in', async ({ host, world }) => {
  const emoji = await world.as('POST', `/guilds/${world.guild.id}/emojis`, { name: 'listed', image: PICTURE });
  const [one, other] = [await sticker(world, 'listed'), await sound(world, 'listed')];
  const session = await Gateway.identified(host, world.owner.token);
  const automaton = await Gateway.identified(host, world.bot.token, { intents: ALL_INTENTS });
  const ready = await session.until('READY', () => true);
  for (const guild of [await automaton.until('GUILD_CREATE', created => created.id === world.guild.id), ready.guilds.find(own => own.id === world.guild.id)]) {
    assert.ok(guild.emojis.some(listed => listed.id === emoji.id));
    assert.ok(guild.stickers.some(listed => listed.id === one.id));
    assert.ok(guild.soundboard_sounds.some(listed => listed.sound_id === other.sound_id));
  }
  await automaton.close();
  const stranger = await createGuild(host, await register(host, 'elsewhere'), 'Elsewhere');
  session.send(REQUEST_SOUNDBOARD_SOUNDS, { guild_ids: [stranger.id, world.guild.id] });
  const board = await session.until('SOUNDBOARD_SOUNDS', () => true);
  assert.equal(board.guild_id, world.guild.id);
  assert.ok(board.soundboard_sounds.some(listed => listed.sound_id === other.sound_id));
  await session.close();
});

async function library({ host }, Library) {
  const owner = await register(host, 'owner');
  const guild = await createGuild(host, owner, 'Files');
  const bot = await createBot(host, owner);
  await addBot(host, guild, bot, Permission.Administrator);
  return { guild, bot, client: await Library.start(host, bot) };
}

/** What everybody gets at an attachment's address. */
async function read(url) {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  return Buffer.from(await response.arrayBuffer());
}

scenario('discord.js sends files, shows one in an embed, keeps and adds some in an edit, and takes pictures, emojis, stickers and sounds', async state => {
  const { client, guild } = await library(state, DiscordJs);
  const { AttachmentBuilder, EmbedBuilder } = client.library;
  const channel = await client.channel(guild.general.id);
  const picture = png(40);

  const sent = await channel.send({ content: 'files', files: [new AttachmentBuilder(picture, { name: 'picture.png', description: 'a square' }), new AttachmentBuilder(NOTES, { name: 'notes.txt' })] });
  assert.deepEqual(sent.attachments.map(file => [file.name, file.size, file.contentType, file.width, file.description]),
    [['picture.png', picture.length, 'image/png', 40, 'a square'], ['notes.txt', NOTES.length, 'text/plain; charset=utf-8', null, null]]);
  assert.deepEqual(await read(sent.attachments.first().url), picture);
  await until(() => client.packets.some(packet => packet.t === 'MESSAGE_CREATE' && packet.d.id === sent.id && packet.d.attachments.length === 2), 'the event has the files');

  const edited = await sent.edit({ attachments: [sent.attachments.first()], files: [new AttachmentBuilder(NOTES, { name: 'more.txt' })] });
  assert.deepEqual(edited.attachments.map(file => file.name), ['picture.png', 'more.txt']);
  const shown = await channel.send({ embeds: [new EmbedBuilder().setTitle('chart').setImage('attachment://chart.png')], files: [new AttachmentBuilder(picture, { name: 'chart.png' })] });
  assert.deepEqual(await read(shown.embeds[0].image.url), picture);

  const server = client.client.guilds.cache.get(guild.id);
  await server.setIcon(picture);
  assert.deepEqual(await read(server.iconURL({ extension: 'png' })), picture);
  await client.client.user.setAvatar(png(41));
  assert.deepEqual(await read(client.client.user.avatarURL({ extension: 'png' })), png(41));
  await server.members.me.fetch();
  const emoji = await server.emojis.create({ attachment: png(42), name: 'square' });
  await until(() => server.emojis.cache.has(emoji.id), 'discord.js knows the emoji');
  assert.deepEqual(await read(client.client.emojis.cache.get(emoji.id).imageURL({ extension: 'png' })), png(42));
  assert.equal((await emoji.fetchAuthor()).id, client.client.user.id);
  const reaction = await sent.react(emoji);
  assert.equal(reaction.emoji.id, emoji.id);
  await emoji.edit({ name: 'squared' });
  const made = await server.stickers.create({ file: png(320), name: 'patch', tags: 'blue', description: 'a blue patch' });
  const stuck = await channel.send({ stickers: [made] });
  assert.deepEqual(stuck.stickers.map(one => one.name), ['patch']);
  assert.deepEqual(await read(made.url), png(320));
  await made.edit({ name: 'patches' });
  const noise = await server.soundboardSounds.create({ file: mp3(), contentType: 'audio/mpeg', name: 'hush', volume: 0.5 });
  assert.equal((await server.soundboardSounds.fetch({ force: true })).get(noise.soundId).volume, 0.5);
  for (const one of [emoji, made, noise]) await one.delete();
  await until(() => !server.emojis.cache.has(emoji.id), 'discord.js forgets the emoji');
  const badge = await client.client.application.emojis.create({ attachment: png(43), name: 'badge' });
  assert.deepEqual([...(await client.client.application.emojis.fetch()).keys()], [badge.id]);
});

scenario('oceanic.js sends files, and makes emojis, stickers and sounds', async state => {
  const { client, guild } = await library(state, Oceanic);
  const { channels, guilds } = client.client.rest;
  // The library counts its files from one.
  const sent = await channels.createMessage(guild.general.id, { content: 'files', files: [{ name: 'picture.png', contents: png(50) }, { name: 'notes.txt', contents: NOTES }], attachments: [{ id: 2, description: 'notes' }] });
  assert.deepEqual(sent.attachments.map(file => file.filename).sort(), ['notes.txt', 'picture.png']);
  assert.equal(sent.attachments.find(file => file.filename === 'notes.txt').description, 'notes');
  assert.deepEqual(await read(sent.attachments.find(file => file.filename === 'picture.png').url), png(50));
  const emoji = await guilds.createEmoji(guild.id, { name: 'square', image: png(51) });
  await channels.createReaction(guild.general.id, sent.id, `square:${emoji.id}`);
  assert.deepEqual((await channels.getReactions(guild.general.id, sent.id, `square:${emoji.id}`)).map(user => user.id), [client.id]);
  const made = await guilds.createSticker(guild.id, { name: 'patch', tags: 'blue', description: 'a patch', file: { name: 'patch.png', contents: png(320) } });
  const stuck = await channels.createMessage(guild.general.id, { stickerIDs: [made.id] });
  assert.deepEqual(stuck.stickerItems.map(item => item.id), [made.id]);
  const noise = await guilds.createSoundboardSound(guild.id, { name: 'hush', sound: mp3() });
  assert.ok((await guilds.getSoundboardSounds(guild.id)).some(one => (one.soundID ?? one.id) === (noise.soundID ?? noise.id)));
  await guilds.deleteEmoji(guild.id, emoji.id);
  await guilds.deleteSticker(guild.id, made.id);
});

scenario('eris sends files before their message, without a length, and makes emojis and stickers', async state => {
  const { client, guild } = await library(state, Eris);
  const eris = client.client;
  const sent = await eris.createMessage(guild.general.id, { content: 'files' }, [{ file: png(60), name: 'picture.png' }, { file: NOTES, name: 'notes.txt' }]);
  assert.deepEqual([sent.content, sent.attachments.length], ['files', 2]);
  const emoji = await eris.createGuildEmoji(guild.id, { name: 'square', image: dataUri('image/png', png(61)) });
  await eris.addMessageReaction(guild.general.id, sent.id, `square:${emoji.id}`);
  const made = await eris.createGuildSticker(guild.id, { name: 'patch', tags: 'blue', description: 'a patch', file: { name: 'patch.png', file: png(320) } });
  assert.equal(made.name, 'patch');
  await eris.deleteGuildEmoji(guild.id, emoji.id);
});
