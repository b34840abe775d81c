import assert from 'node:assert/strict';
import { Gateway, Op } from './support/gateway.mjs';
import { DiscordJs, Oceanic } from './support/libraries.mjs';
import { dataUri, mp3 } from './support/media.mjs';
import { Permission, addBot, createBot, createChannel, createGuild, join, must, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';

const VOICE = 2;
const STAGE = 13;

const scenario = withHost({ rateLimits: false }, async host => {
  const owner = await register(host, 'owner');
  const human = await register(host, 'human');
  const guild = await createGuild(host, owner, 'Theatre');
  await join(host, guild, human);
  const bot = await createBot(host, owner);
  await addBot(host, guild, bot, Permission.Administrator);
  return { owner, human, guild, bot };
});

const enter = (guild_id, channel_id) => ({ guild_id, channel_id, self_mute: false, self_deaf: false });

scenario('discord.js speaks on a stage, asks to, and invites somebody to speak', async ({ host, owner, human, guild, bot }) => {
  const stage = await createChannel(host, { ...guild, owner }, 'stage', { type: STAGE });
  const { client, library } = await DiscordJs.start(host, bot).then(client => ({ client, library: client.library }));
  client.client.on(library.Events.VoiceStateUpdate, (_, state) => client.record('voice', { state: { id: state.id, channelId: state.channelId, suppress: state.suppress, asked: state.requestToSpeakTimestamp } }));
  const home = await client.client.guilds.fetch(guild.id);
  const channel = await home.channels.fetch(stage.id);
  const instance = await channel.createStageInstance({ topic: 'a play' });
  assert.equal(instance.topic, 'a play');

  home.shard.send({ op: Op.VoiceState, d: enter(guild.id, stage.id) });
  await client.until('voice', ({ state }) => state.id === bot.id && state.channelId === stage.id && state.suppress === true);
  const { voice } = home.members.me;
  await voice.setRequestToSpeak(true);
  await client.until('voice', ({ state }) => state.id === bot.id && state.asked !== null);
  await voice.setRequestToSpeak(false);
  await voice.setSuppressed(false);
  await client.until('voice', ({ state }) => state.id === bot.id && state.suppress === false && state.asked === null);

  const person = await Gateway.identified(host, human.token);
  person.send(Op.VoiceState, enter(guild.id, stage.id));
  await client.until('voice', ({ state }) => state.id === human.id && state.suppress === true);
  await home.voiceStates.cache.get(human.id).setSuppressed(false);
  const invited = await client.until('voice', ({ state }) => state.id === human.id && state.suppress === false);
  assert.ok(invited.state.asked > 0, 'who is invited is marked by the time of the invitation');
  await must(host, human.token, 'PATCH', `/guilds/${guild.id}/voice-states/@me`, { channel_id: stage.id, suppress: false, request_to_speak_timestamp: null });
  await client.until('voice', ({ state }) => state.id === human.id && state.suppress === false && state.asked === null);
  await home.voiceStates.cache.get(human.id).setSuppressed(true);
  await client.until('voice', ({ state }) => state.id === human.id && state.suppress === true);
  await instance.delete();
});

scenario('discord.js and Oceanic play sounds to each other', async ({ host, owner, guild, bot }) => {
  const hall = await createChannel(host, { ...guild, owner }, 'hall', { type: VOICE });
  const other = await createBot(host, owner, { name: 'Other' });
  await addBot(host, { ...guild, owner }, other, Permission.Administrator);
  const sound = await must(host, owner.token, 'POST', `/guilds/${guild.id}/soundboard-sounds`, { name: 'hush', sound: dataUri('audio/mpeg', mp3()), volume: 0.5, emoji_name: '🔊' });
  const first = await DiscordJs.start(host, bot);
  const second = await Oceanic.start(host, other);
  first.client.on(first.library.Events.VoiceChannelEffectSend, effect => first.record('effect', { effect }));
  second.client.on('voiceChannelEffectSend', (channel, user, effect) => second.record('effect', { channel, user, effect }));
  const home = await first.client.guilds.fetch(guild.id);
  home.shard.send({ op: Op.VoiceState, d: enter(guild.id, hall.id) });
  second.client.shards.get(0).send(Op.VoiceState, enter(guild.id, hall.id));
  const watcher = await Gateway.identified(host, owner.token);
  for (const id of [bot.id, other.id]) await until(watcher, guild.id, hall.id, id);

  await (await home.channels.fetch(hall.id)).sendSoundboardSound({ soundId: sound.sound_id, guildId: guild.id });

  const told = await second.until('effect', ({ effect }) => effect.soundID === sound.sound_id);
  assert.deepEqual([told.channel.id, told.user.id, told.effect.soundVolume], [hall.id, bot.id, 0.5]);
  const own = await first.until('effect', ({ effect }) => effect.soundId === sound.sound_id);
  assert.deepEqual([own.effect.userId, own.effect.channelId, own.effect.emoji.name], [bot.id, hall.id, '🔊']);
});

/** Waits until somebody is in voice, be it that the session was told when it came or later. */
async function until(session, guild_id, channel_id, user_id) {
  const isThere = state => state.user_id === user_id && state.channel_id === channel_id;
  if (!session.guild(guild_id).voice_states.some(isThere)) await session.until('VOICE_STATE_UPDATE', isThere);
}
