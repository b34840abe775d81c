import assert from 'node:assert/strict';
import { Gateway, Op } from './support/gateway.mjs';
import { DiscordJs } from './support/libraries.mjs';
import { Permission, addBot, createBot, createChannel, createGuild, join, must, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { pulse, until } from './support/until.mjs';

const scenario = withHost({ rateLimits: false }, async host => {
  const owner = await register(host, 'owner');
  const bot = await createBot(host, owner, { name: 'Warden' });
  return { owner, bot };
});

/** A guild with a bot in discord.js, and a person with a bare session. */
async function hall({ host, owner, bot }) {
  const made = await createGuild(host, owner, 'Hall');
  await addBot(host, made, bot, Permission.Administrator);
  const voice = await createChannel(host, made, 'talk', { type: 2 });
  const other = await createChannel(host, made, 'other', { type: 2 });
  const stage = await createChannel(host, made, 'stage', { type: 13 });
  const person = await register(host, 'person');
  await join(host, made, person);
  const client = await DiscordJs.start(host, bot);
  const changes = [];
  client.client.on(client.library.Events.VoiceStateUpdate, (before, after) => { changes.push({ before, after }); pulse(); });
  const session = await Gateway.identified(host, person.token);
  const guild = await client.client.guilds.fetch(made.id);
  const speak = channel => session.send(Op.VoiceState, { guild_id: made.id, channel_id: channel?.id ?? null, self_mute: false, self_deaf: false });
  const stateOf = () => guild.voiceStates.cache.get(person.id);
  return { guild, voice, other, stage, person, client, changes, session, speak, stateOf, async close() { await session.close(); await client.close(); } };
}

/** The seam that @discordjs/voice uses. */
function adapter(guild) {
  const heard = { servers: [], states: [] };
  const methods = guild.voiceAdapterCreator({
    onVoiceServerUpdate: data => { heard.servers.push(data); pulse(); },
    onVoiceStateUpdate: data => { heard.states.push(data); pulse(); },
    destroy() {},
  });
  return { heard, speak: (channel, more = {}) => methods.sendPayload({ op: Op.VoiceState, d: { guild_id: guild.id, channel_id: channel?.id ?? null, self_mute: false, self_deaf: true, ...more } }) };
}

scenario('discord.js: the adapter of voice connections gets state and server, and again when it asks again', async state => {
  const world = await hall(state);
  const { heard, speak } = adapter(world.guild);
  speak(world.voice);
  await until(() => heard.servers.length === 1 && heard.states.length === 1, () => `both answers came: ${JSON.stringify(heard)}`);
  assert.equal(heard.states[0].channel_id, world.voice.id);
  assert.equal(world.guild.members.me.voice.channelId, world.voice.id);
  assert.equal(world.guild.members.me.voice.selfDeaf, true);
  // As after most close codes of the voice gateway.
  speak(world.voice);
  await until(() => heard.servers.length === 2 && heard.states.length === 2, 'it was answered again');
  assert.notEqual(heard.servers[1].token, heard.servers[0].token);
  speak(world.voice, { self_deaf: false });
  await until(() => heard.states.length === 3, 'flags are told');
  assert.equal(heard.servers.length, 2, 'and need no other token');
  speak(null);
  await until(() => world.guild.members.me.voice.channelId === null, 'it left');
  await world.close();
});

scenario('discord.js moderates voice: mute, deafen, move, disconnect, and sees each', async state => {
  const world = await hall(state);
  const { guild, voice, other, person, session, speak, stateOf, changes } = world;
  const member = await guild.members.fetch(person.id);
  await assert.rejects(member.voice.setMute(true), error => error.code === 40032);
  speak(voice);
  await until(() => stateOf()?.channelId === voice.id, 'the person came');
  assert.deepEqual([...guild.channels.cache.get(voice.id).members.keys()], [person.id]);
  await member.voice.setMute(true, 'too loud');
  await until(() => stateOf().serverMute, 'they are muted');
  await member.voice.setDeaf(true);
  await until(() => stateOf().serverDeaf, 'they are deafened');
  await member.voice.setChannel(other.id);
  await until(() => stateOf().channelId === other.id, 'they were moved');
  await session.until('VOICE_SERVER_UPDATE', () => session.frames.filter(frame => frame.t === 'VOICE_SERVER_UPDATE').length === 2);
  await member.voice.disconnect('bye');
  await until(() => changes.at(-1).after.channelId === null, 'they were disconnected');
  const { AuditLogEvent } = world.client.library;
  const logs = await guild.fetchAuditLogs({ limit: 10 });
  assert.deepEqual(logs.entries.find(entry => entry.action === AuditLogEvent.MemberMove).extra, { channel: guild.channels.cache.get(other.id), count: 1 });
  assert.deepEqual(logs.entries.find(entry => entry.action === AuditLogEvent.MemberDisconnect).extra, { count: 1 });
  await world.close();
});

scenario('discord.js on a stage: it speaks, a person asks, is invited, and goes back', async state => {
  const world = await hall(state);
  const { guild, stage, person, speak, stateOf, session } = world;
  const own = adapter(guild);
  own.speak(stage);
  await until(() => guild.members.me.voice.channelId === stage.id, 'the bot came');
  assert.equal(guild.members.me.voice.suppress, true);
  await guild.members.me.voice.setSuppressed(false);
  await until(() => guild.members.me.voice.suppress === false, 'it speaks');
  speak(stage);
  await until(() => stateOf()?.suppress, 'the person listens');
  await must(world.client.host, person.token, 'PATCH', `/guilds/${guild.id}/voice-states/@me`, { channel_id: stage.id, request_to_speak_timestamp: new Date().toISOString() });
  await until(() => stateOf().requestToSpeakTimestamp, 'they ask to speak');
  await stateOf().setSuppressed(false);
  await session.until('VOICE_STATE_UPDATE', told => told.user_id === person.id && told.suppress === false && told.request_to_speak_timestamp);
  await must(world.client.host, person.token, 'PATCH', `/guilds/${guild.id}/voice-states/@me`, { channel_id: stage.id, suppress: false, request_to_speak_timestamp: null });
  await until(() => stateOf().suppress === false && stateOf().requestToSpeakTimestamp === null, 'they accepted');
  await stateOf().setSuppressed(true);
  await until(() => stateOf().suppress, 'they are back');
  const fetched = await guild.voiceStates.fetch(person.id);
  assert.equal(fetched.channelId, stage.id);
  await world.close();
});

scenario('discord.js: who is kicked out of the guild is out of voice, and no ghost stays', async state => {
  const world = await hall(state);
  const { guild, voice, person, speak, stateOf, changes } = world;
  speak(voice);
  await until(() => stateOf()?.channelId === voice.id, 'the person came');
  await guild.members.kick(person.id);
  await until(() => world.client.all('memberRemove', gone => gone.userId === person.id).length === 1, 'they are gone');
  assert.equal(changes.at(-1).after.channelId, null);
  assert.equal(guild.members.cache.has(person.id), false);
  assert.equal(guild.channels.cache.get(voice.id).members.size, 0);
  await world.close();
});
