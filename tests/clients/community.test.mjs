import assert from 'node:assert/strict';
import { Gateway } from './support/gateway.mjs';
import { DiscordJs, Oceanic } from './support/libraries.mjs';
import { Permission, addBot, createBot, createChannel, createGuild, join, must, register, rest } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';

const HOUR = 3_600_000;
const VOICE = 2;
const STAGE = 13;
const EXTERNAL = 3;
const inHours = hours => new Date(Math.ceil(Date.now() / 1000) * 1000 + hours * HOUR);

const scenario = withHost({ rateLimits: false }, async host => {
  const owner = await register(host, 'owner');
  const human = await register(host, 'human');
  const guild = await createGuild(host, owner, 'Community');
  await join(host, guild, human);
  const bot = await createBot(host, owner);
  await addBot(host, guild, bot, Permission.Administrator);
  return { owner, human, guild, bot };
});

/** A bot in discord.js, its guild, and what happened of these events: recorded under their own names. */
async function discordJs({ host, bot, guild }, ...events) {
  const client = await DiscordJs.start(host, bot);
  for (const event of events) client.client.on(client.library.Events[event], (...args) => client.record(event, { args }));
  return { client, library: client.library, home: await client.client.guilds.fetch(guild.id) };
}

async function oceanic({ host, bot }, ...events) {
  const client = await Oceanic.start(host, bot);
  for (const event of events) client.client.on(event, (...args) => client.record(event, { args }));
  return { client, library: client.client };
}

scenario('discord.js plans an event, starts it, sees who comes and ends it', async world => {
  const { client, library, home } = await discordJs(world, 'GuildScheduledEventCreate', 'GuildScheduledEventUpdate', 'GuildScheduledEventUserAdd', 'GuildScheduledEventUserRemove', 'GuildScheduledEventDelete');
  const { GuildScheduledEventEntityType, GuildScheduledEventPrivacyLevel, GuildScheduledEventStatus } = library;
  const planned = await home.scheduledEvents.create({
    name: 'Party', description: 'Bring cake', privacyLevel: GuildScheduledEventPrivacyLevel.GuildOnly, entityType: GuildScheduledEventEntityType.External,
    scheduledStartTime: inHours(1), scheduledEndTime: inHours(2), entityMetadata: { location: 'Here' },
  });
  assert.equal(planned.creatorId, world.bot.id);
  assert.equal(planned.entityMetadata.location, 'Here');
  const [told] = (await client.until('GuildScheduledEventCreate', event => event.args[0].id === planned.id)).args;
  assert.equal(told.scheduledStartTimestamp, planned.scheduledStartTimestamp);

  await must(world.host, world.human.token, 'PUT', `/guilds/${world.guild.id}/scheduled-events/${planned.id}/users/@me`);
  await client.until('GuildScheduledEventUserAdd', event => event.args[0].id === planned.id && event.args[1].id === world.human.id);
  const coming = await planned.fetchSubscribers({ withMember: true });
  assert.deepEqual([...coming.keys()].sort(), [world.bot.id, world.human.id].sort());
  assert.equal(coming.get(world.human.id).member.id, world.human.id);
  assert.equal((await home.scheduledEvents.fetch({ guildScheduledEvent: planned.id, withUserCount: true, force: true })).userCount, 2);
  await must(world.host, world.human.token, 'DELETE', `/guilds/${world.guild.id}/scheduled-events/${planned.id}/users/@me`);
  await client.until('GuildScheduledEventUserRemove', event => event.args[1].id === world.human.id);

  await planned.setStatus(GuildScheduledEventStatus.Active);
  await client.until('GuildScheduledEventUpdate', event => event.args[1].status === GuildScheduledEventStatus.Active);
  await planned.setStatus(GuildScheduledEventStatus.Completed);
  await client.until('GuildScheduledEventUpdate', event => event.args[1].status === GuildScheduledEventStatus.Completed);
  assert.equal((await home.scheduledEvents.fetch({ cache: false })).has(planned.id), false);

  const weekly = await home.scheduledEvents.create({
    name: 'Weekly', privacyLevel: 2, entityType: EXTERNAL, scheduledStartTime: inHours(1), scheduledEndTime: inHours(2), entityMetadata: { location: 'Here' },
    recurrenceRule: { startAt: inHours(1), frequency: 2, interval: 1, byWeekday: [(inHours(1).getUTCDay() + 6) % 7] },
  });
  assert.equal(weekly.recurrenceRule.interval, 1);
  await weekly.delete();
  await client.until('GuildScheduledEventDelete', event => event.args[0].id === weekly.id);
  await client.close();
});

scenario('an event starts and ends by itself when its time has come', async world => {
  const gateway = await Gateway.identified(world.host, world.owner.token);
  const start = new Date(Date.now() + 3_000);
  const planned = await must(world.host, world.owner.token, 'POST', `/guilds/${world.guild.id}/scheduled-events`, {
    name: 'Soon', entity_type: EXTERNAL, privacy_level: 2, scheduled_start_time: start.toISOString(), scheduled_end_time: new Date(start.getTime() + 1_000).toISOString(), entity_metadata: { location: 'Here' },
  });
  for (const status of [2, 3]) await gateway.until('GUILD_SCHEDULED_EVENT_UPDATE', event => event.id === planned.id && event.status === status);
  await gateway.close();
});

scenario('what goes on in a hidden channel is in GUILD_CREATE for those who see it', async world => {
  const { host, owner, human, guild, bot } = world;
  const overwrites = [{ id: guild.id, type: 0, allow: '0', deny: String(Permission.ViewChannel) }];
  const hidden = await createChannel(host, guild, 'hidden', { type: VOICE, permission_overwrites: overwrites });
  const backstage = await createChannel(host, guild, 'backstage', { type: STAGE, permission_overwrites: overwrites });
  const planned = await must(host, owner.token, 'POST', `/guilds/${guild.id}/scheduled-events`, { name: 'Secret', entity_type: VOICE, privacy_level: 2, scheduled_start_time: inHours(1), channel_id: hidden.id });
  const stage = await must(host, owner.token, 'POST', '/stage-instances', { channel_id: backstage.id, topic: 'secret' });
  for (const [token, sees] of [[owner.token, true], [human.token, false], [bot.token, true]]) {
    const gateway = await Gateway.identified(host, token, token === bot.token ? { intents: 1 } : {});
    const found = gateway.events('GUILD_CREATE').find(created => created.id === guild.id) ?? gateway.ready.guilds.find(created => created.id === guild.id);
    assert.equal(found.guild_scheduled_events.some(event => event.id === planned.id), sees);
    assert.equal(found.stage_instances.some(open => open.id === stage.id), sees);
    await gateway.close();
  }
  for (const channel of [hidden, backstage]) await must(host, owner.token, 'DELETE', `/channels/${channel.id}`);
});

scenario('discord.js opens, renames and closes a stage, and its chat tells of it', async world => {
  const { client, library, home } = await discordJs(world, 'StageInstanceCreate', 'StageInstanceUpdate', 'StageInstanceDelete', 'MessageCreate');
  const channel = await home.channels.create({ name: 'theatre', type: library.ChannelType.GuildStageVoice });
  const stage = await channel.createStageInstance({ topic: 'a play' });
  await client.until('StageInstanceCreate', event => event.args[0].id === stage.id && event.args[0].topic === 'a play');
  await client.until('MessageCreate', event => event.args[0].channelId === channel.id && event.args[0].type === library.MessageType.StageStart && event.args[0].content === 'a play');
  await stage.setTopic('a farce');
  await client.until('StageInstanceUpdate', event => event.args[1].topic === 'a farce');
  await client.until('MessageCreate', event => event.args[0].type === library.MessageType.StageTopic && event.args[0].content === 'a farce');
  await stage.delete();
  await client.until('StageInstanceDelete', event => event.args[0].id === stage.id);
  await client.until('MessageCreate', event => event.args[0].type === library.MessageType.StageEnd);
  await channel.delete();
  await client.close();
});

scenario('discord.js makes a template, and somebody makes a guild of it', async world => {
  const { client, home } = await discordJs(world);
  await home.roles.create({ name: 'painters', colors: { primaryColor: 0x336699 } });
  const template = await home.createTemplate('Mould', 'a form');
  assert.equal(template.guildId, world.guild.id);
  assert.equal((await home.fetchTemplates()).get(template.code).name, 'Mould');
  await home.channels.create({ name: 'later' });
  assert.equal((await client.client.fetchGuildTemplate(template.code)).unSynced, true);
  assert.equal((await template.sync()).unSynced, false);
  const gateway = await Gateway.identified(world.host, world.human.token);
  const made = await must(world.host, world.human.token, 'POST', `/guilds/templates/${template.code}`, { name: 'Copy' });
  const created = await gateway.until('GUILD_CREATE', guild => guild.id === made.id);
  assert.ok(created.channels.some(channel => channel.name === 'later'));
  assert.deepEqual(created.roles.map(role => role.name).sort(), ['@everyone', 'painters']);
  await template.delete();
  assert.equal((await home.fetchTemplates()).size, 0);
  await gateway.close();
  await client.close();
});

scenario('discord.js sets up welcome screen, widget and onboarding, and reads them', async world => {
  const { client, home } = await discordJs(world);
  const { general } = world.guild;
  await home.editWelcomeScreen({ enabled: true, description: 'Welcome', welcomeChannels: [{ channel: general.id, description: 'Talk', emoji: '👍' }] });
  const screen = await home.fetchWelcomeScreen();
  assert.equal(screen.description, 'Welcome');
  assert.equal(screen.welcomeChannels.get(general.id).emoji.name, '👍');

  await home.setWidgetSettings({ enabled: true, channel: general.id });
  assert.equal((await home.fetchWidgetSettings()).enabled, true);
  const widget = await client.client.fetchGuildWidget(world.guild.id);
  assert.ok(widget.presenceCount >= 1);
  assert.ok([...widget.members.values()].every(member => member.id.length < 3), 'members have no real ids there');
  const picture = await fetch(`${world.host.api}/guilds/${world.guild.id}/widget.png?style=banner2`);
  assert.equal(picture.headers.get('content-type'), 'image/png');
  assert.equal(Buffer.from(await picture.arrayBuffer()).subarray(1, 4).toString(), 'PNG');

  const role = await home.roles.create({ name: 'talkers' });
  await home.editOnboarding({ enabled: false, defaultChannels: [general.id], prompts: [{ title: 'What?', options: [{ title: 'Talk', roles: [role.id], emoji: '👍' }] }] });
  const onboarding = await home.fetchOnboarding();
  assert.deepEqual([...onboarding.prompts.first().options.first().roles.keys()], [role.id]);
  assert.equal((await home.fetchIntegrations()).find(integration => integration.application?.id === world.bot.applicationId).application.bot.id, world.bot.id);
  assert.equal((await client.client.fetchGuildPreview(world.guild.id)).approximateMemberCount, 3);
  assert.ok((await client.client.fetchVoiceRegions()).has('local'));
  await client.close();
});

scenario('oceanic.js plans an event, opens a stage, and reads widget, template and welcome screen', async world => {
  const { client, library } = await oceanic(world, 'guildScheduledEventCreate', 'guildScheduledEventUpdate', 'guildScheduledEventDelete', 'stageInstanceCreate', 'stageInstanceUpdate', 'stageInstanceDelete');
  const { guilds, channels } = library.rest;
  const id = world.guild.id;
  const planned = await guilds.createScheduledEvent(id, { name: 'Party', entityType: EXTERNAL, privacyLevel: 2, scheduledStartTime: inHours(1).toISOString(), scheduledEndTime: inHours(2).toISOString(), entityMetadata: { location: 'Here' } });
  await client.until('guildScheduledEventCreate', event => event.args[0].id === planned.id);
  await guilds.editScheduledEvent(id, planned.id, { name: 'Feast' });
  await client.until('guildScheduledEventUpdate', event => event.args[0].name === 'Feast');
  assert.equal((await guilds.getScheduledEventUsers(id, planned.id))[0].user.id, world.bot.id);
  await guilds.deleteScheduledEvent(id, planned.id);
  await client.until('guildScheduledEventDelete', event => event.args[0].id === planned.id);

  const theatre = await guilds.createChannel(id, STAGE, { name: 'theatre' });
  const stage = await channels.createStageInstance(theatre.id, { topic: 'a play' });
  await client.until('stageInstanceCreate', event => event.args[0].id === stage.id);
  await channels.editStageInstance(theatre.id, { topic: 'a farce' });
  await client.until('stageInstanceUpdate', event => event.args[0].topic === 'a farce');
  assert.equal((await channels.getStageInstance(theatre.id)).topic, 'a farce');
  await channels.deleteStageInstance(theatre.id);
  await client.until('stageInstanceDelete', event => event.args[0].id === stage.id);

  // The library reads the answer of its own editWidget as if it were the widget.
  await must(world.host, world.bot.auth, 'PATCH', `/guilds/${id}/widget`, { enabled: true, channel_id: world.guild.general.id });
  assert.ok((await guilds.getWidgetJSON(id)).presence_count >= 1, 'somebody is online');
  const template = await guilds.createTemplate(id, { name: 'Mould' });
  assert.equal((await guilds.getTemplate(template.code)).sourceGuildID, id);
  await guilds.deleteTemplate(id, template.code);
  await guilds.editWelcomeScreen(id, { enabled: true, description: 'Come in', welcomeChannels: [{ channelID: world.guild.general.id, description: 'Talk', emojiName: '👍' }] });
  assert.equal((await guilds.getWelcomeScreen(id)).welcomeChannels[0].description, 'Talk');
  assert.ok((await guilds.getIntegrations(id)).some(integration => integration.application?.id === world.bot.applicationId));
  await client.close();
});

scenario('a newcomer looks, agrees to the rules, and may write', async ({ host, owner, guild }) => {
  await must(host, owner.token, 'PATCH', `/guilds/${guild.id}/member-verification`, { enabled: true, form_fields: [{ field_type: 'TERMS', label: 'Rules', values: ['Be kind'] }] });
  const newcomer = await register(host, 'newcomer');
  const gateway = await Gateway.identified(host, newcomer.token);
  await join(host, guild, newcomer);
  const created = await gateway.until('GUILD_CREATE', found => found.id === guild.id);
  assert.equal(created.members.find(member => member.user.id === newcomer.id).pending, true);
  assert.equal((await rest(host, newcomer.token, 'POST', `/channels/${guild.general.id}/messages`, { content: 'hello' })).status, 403);
  await must(host, newcomer.token, 'PUT', `/guilds/${guild.id}/requests/@me`, { form_fields: [{ response: true }] });
  await gateway.until('GUILD_MEMBER_UPDATE', member => member.user.id === newcomer.id && member.pending === false);
  await must(host, newcomer.token, 'POST', `/channels/${guild.general.id}/messages`, { content: 'hello' });
  await must(host, owner.token, 'PATCH', `/guilds/${guild.id}/member-verification`, { enabled: false });
  await gateway.close();
});
