import assert from 'node:assert/strict';
import { Op } from './support/gateway.mjs';
import { dataUri, mp3, png } from './support/media.mjs';
import { addBot, createBot, join, must, refused, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { EVERYBODY, SEEING, counts, viewers, whoGot } from './support/viewers.mjs';

/** Members of the guild who are people: what bots get by other rules is named apart. */
const but = (names, ...left) => names.filter(name => !left.includes(name));
/** Who may manage the guild. */
const MANAGING = ['owner', 'administrator', 'manager', 'bot'];
const THUMB = encodeURIComponent('👍');

/**
 * [what happens, event, intent that a bot needs (none: every bot gets it), who gets it, what makes it happen]
 * The last returns how the event is told from others.
 */
const HAPPENINGS = [
  ['a guild is changed', 'GUILD_UPDATE', 'Guilds', EVERYBODY, async ({ as, guild }) => {
    await as('PATCH', `/guilds/${guild.id}`, { name: 'changed' });
    return changed => changed.name === 'changed';
  }],
  ['a role is made', 'GUILD_ROLE_CREATE', 'Guilds', EVERYBODY, async ({ as, guild }) => {
    const role = await as('POST', `/guilds/${guild.id}/roles`, { name: 'made' });
    return made => made.role.id === role.id;
  }],
  ['a role is changed', 'GUILD_ROLE_UPDATE', 'Guilds', EVERYBODY, async ({ as, guild, insider }) => {
    await as('PATCH', `/guilds/${guild.id}/roles/${insider}`, { name: 'insiders' });
    return changed => changed.role.name === 'insiders';
  }],
  ['a role is deleted', 'GUILD_ROLE_DELETE', 'Guilds', EVERYBODY, async ({ as, guild }) => {
    const role = await as('POST', `/guilds/${guild.id}/roles`, { name: 'doomed' });
    await as('DELETE', `/guilds/${guild.id}/roles/${role.id}`);
    return gone => gone.role_id === role.id;
  }],
  ['an open channel is made', 'CHANNEL_CREATE', 'Guilds', EVERYBODY, async ({ as, guild }) => {
    const channel = await as('POST', `/guilds/${guild.id}/channels`, { name: 'made' });
    return made => made.id === channel.id;
  }],
  ['the hidden channel is changed', 'CHANNEL_UPDATE', 'Guilds', [...SEEING, 'plainBot'], async ({ as, hidden }) => {
    await as('PATCH', `/channels/${hidden.id}`, { topic: 'changed' });
    return changed => changed.topic === 'changed';
  }],
  ['an open channel is deleted', 'CHANNEL_DELETE', 'Guilds', EVERYBODY, async ({ as, guild }) => {
    const channel = await as('POST', `/guilds/${guild.id}/channels`, { name: 'doomed' });
    await as('DELETE', `/channels/${channel.id}`);
    return gone => gone.id === channel.id;
  }],
  ['a message in the open channel', 'MESSAGE_CREATE', 'Messages', EVERYBODY, async ({ as, open }) => {
    const sent = await as('POST', `/channels/${open.id}/messages`, { content: 'to all' });
    return message => message.id === sent.id;
  }],
  ['a message in the hidden channel', 'MESSAGE_CREATE', 'Messages', SEEING, async ({ as, hidden }) => {
    const sent = await as('POST', `/channels/${hidden.id}/messages`, { content: 'to some' });
    return message => message.id === sent.id;
  }],
  ['a message that mentions somebody who cannot see it', 'MESSAGE_CREATE', 'Messages', SEEING, async ({ as, hidden, people }) => {
    const sent = await as('POST', `/channels/${hidden.id}/messages`, { content: `<@${people.member.id}> @everyone` });
    return message => message.id === sent.id;
  }],
  ['a hidden message is edited', 'MESSAGE_UPDATE', 'Messages', SEEING, async ({ as, hidden }) => {
    const sent = await as('POST', `/channels/${hidden.id}/messages`, { content: 'first' });
    await as('PATCH', `/channels/${hidden.id}/messages/${sent.id}`, { content: 'second' });
    return message => message.id === sent.id;
  }],
  ['a hidden message is deleted', 'MESSAGE_DELETE', 'Messages', SEEING, async ({ as, hidden }) => {
    const sent = await as('POST', `/channels/${hidden.id}/messages`, { content: 'doomed' });
    await as('DELETE', `/channels/${hidden.id}/messages/${sent.id}`);
    return message => message.id === sent.id;
  }],
  ['hidden messages are deleted at once', 'MESSAGE_DELETE_BULK', 'Messages', SEEING, async ({ as, hidden }) => {
    const one = await as('POST', `/channels/${hidden.id}/messages`, { content: 'doomed' });
    const two = await as('POST', `/channels/${hidden.id}/messages`, { content: 'doomed' });
    await as('POST', `/channels/${hidden.id}/messages/bulk-delete`, { messages: [one.id, two.id] });
    return gone => gone.ids.includes(one.id);
  }],
  ['a reaction to a hidden message', 'MESSAGE_REACTION_ADD', 'Reactions', SEEING, async world => {
    const sent = await reacted(world);
    return added => added.message_id === sent.id;
  }],
  ['a reaction is taken from a hidden message', 'MESSAGE_REACTION_REMOVE', 'Reactions', SEEING, async world => {
    const sent = await reacted(world);
    await world.as('DELETE', `/channels/${world.hidden.id}/messages/${sent.id}/reactions/${THUMB}/@me`);
    return removed => removed.message_id === sent.id;
  }],
  ['all reactions are taken from a hidden message', 'MESSAGE_REACTION_REMOVE_ALL', 'Reactions', SEEING, async world => {
    const sent = await reacted(world);
    await world.as('DELETE', `/channels/${world.hidden.id}/messages/${sent.id}/reactions`);
    return removed => removed.message_id === sent.id;
  }],
  ['all of one emoji are taken from a hidden message', 'MESSAGE_REACTION_REMOVE_EMOJI', 'Reactions', SEEING, async world => {
    const sent = await reacted(world);
    await world.as('DELETE', `/channels/${world.hidden.id}/messages/${sent.id}/reactions/${THUMB}`);
    return removed => removed.message_id === sent.id;
  }],
  ['a hidden message is pinned', 'CHANNEL_PINS_UPDATE', 'Guilds', SEEING, async ({ as, hidden }) => {
    const sent = await as('POST', `/channels/${hidden.id}/messages`, { content: 'pinned' });
    await as('PUT', `/channels/${hidden.id}/messages/pins/${sent.id}`);
    return pins => pins.channel_id === hidden.id;
  }],
  ['somebody types in the hidden channel', 'TYPING_START', 'Typing', SEEING, async ({ as, hidden }) => {
    await as('POST', `/channels/${hidden.id}/typing`);
    return typing => typing.channel_id === hidden.id;
  }],
  ['a vote for an answer of a hidden poll', 'MESSAGE_POLL_VOTE_ADD', 'Polls', SEEING, async world => {
    const asked = await voted(world);
    return added => added.message_id === asked.id && added.answer_id === 1;
  }],
  ['a vote is taken back from a hidden poll', 'MESSAGE_POLL_VOTE_REMOVE', 'Polls', SEEING, async world => {
    const asked = await voted(world);
    await world.as('PUT', `/channels/${world.hidden.id}/polls/${asked.id}/answers/@me`, { answer_ids: [] });
    return removed => removed.message_id === asked.id;
  }],
  ['a hidden poll ends', 'MESSAGE_UPDATE', 'Messages', SEEING, async world => {
    const asked = await voted(world);
    await world.as('POST', `/channels/${world.hidden.id}/polls/${asked.id}/expire`);
    return ended => ended.id === asked.id;
  }],
  ['the hidden channel follows another', 'WEBHOOKS_UPDATE', 'Webhooks', ['owner', 'administrator', 'bot'], async ({ as, guild, hidden }) => {
    const news = await as('POST', `/guilds/${guild.id}/channels`, { name: 'news', type: 5 });
    await as('POST', `/channels/${news.id}/followers`, { webhook_channel_id: hidden.id });
    return changed => changed.channel_id === hidden.id;
  }],
  ['somebody reads', 'MESSAGE_ACK', undefined, [], async ({ as, open }) => {
    const sent = await as('POST', `/channels/${open.id}/messages`, { content: 'read me' });
    await as('POST', `/channels/${open.id}/messages/${sent.id}/ack`, { manual: true });
    return read => read.message_id === sent.id;
  }],
  ['somebody changes what they want to be told of', 'USER_GUILD_SETTINGS_UPDATE', undefined, ['owner'], async ({ as, guild }) => {
    await as('PATCH', `/users/@me/guilds/${guild.id}/settings`, { suppress_roles: true });
    return changed => changed.guild_id === guild.id && changed.suppress_roles;
  }],
  ['somebody joins', 'GUILD_MEMBER_ADD', 'Members', EVERYBODY, async ({ host, guild }) => {
    const guest = await register(host, 'guest');
    await join(host, guild, guest);
    return added => added.user.id === guest.id;
  }],
  ['a member gets another name', 'GUILD_MEMBER_UPDATE', 'Members', EVERYBODY, async ({ as, guild, people }) => {
    await as('PATCH', `/guilds/${guild.id}/members/${people.member.id}`, { nick: 'other' });
    return changed => changed.user.id === people.member.id && changed.nick === 'other';
  }],
  ['somebody is kicked', 'GUILD_MEMBER_REMOVE', 'Members', EVERYBODY, async ({ as, host, guild }) => {
    const guest = await register(host, 'guest');
    await join(host, guild, guest);
    await as('DELETE', `/guilds/${guild.id}/members/${guest.id}`);
    return removed => removed.user.id === guest.id;
  }],
  ['an invite to the hidden channel is made', 'INVITE_CREATE', 'Invites', ['owner', 'administrator', 'keeperOfHidden', 'bot'], async ({ as, hidden }) => {
    const invite = await as('POST', `/channels/${hidden.id}/invites`, { unique: true });
    return made => made.code === invite.code;
  }],
  ['an invite to the open channel is deleted', 'INVITE_DELETE', 'Invites', ['owner', 'administrator', 'keeper', 'keeperOfHidden', 'bot'], async ({ as, open }) => {
    const invite = await as('POST', `/channels/${open.id}/invites`, { unique: true });
    await as('DELETE', `/invites/${invite.code}`);
    return gone => gone.code === invite.code;
  }],
  ['something is done that the audit log tells of', 'GUILD_AUDIT_LOG_ENTRY_CREATE', 'Moderation', ['owner', 'administrator', 'auditor', 'bot'], async ({ as, guild }) => {
    const role = await as('POST', `/guilds/${guild.id}/roles`, { name: 'logged' });
    return entry => entry.target_id === role.id;
  }],
  ['somebody is banned', 'GUILD_BAN_ADD', 'Moderation', ['owner', 'administrator', 'auditor', 'banner', 'bot'], async ({ as, host, guild }) => {
    const guest = await register(host, 'guest');
    await as('PUT', `/guilds/${guild.id}/bans/${guest.id}`, {});
    return ban => ban.user.id === guest.id;
  }],
  ['a ban is lifted', 'GUILD_BAN_REMOVE', 'Moderation', ['owner', 'administrator', 'auditor', 'banner', 'bot'], async ({ as, host, guild }) => {
    const guest = await register(host, 'guest');
    await as('PUT', `/guilds/${guild.id}/bans/${guest.id}`, {});
    await as('DELETE', `/guilds/${guild.id}/bans/${guest.id}`);
    return ban => ban.user.id === guest.id;
  }],
  ['a rule is made', 'AUTO_MODERATION_RULE_CREATE', 'AutoModerationConfiguration', MANAGING, async world => {
    const rule = await frogRule(world);
    return made => made.id === rule.id;
  }],
  ['a rule is changed', 'AUTO_MODERATION_RULE_UPDATE', 'AutoModerationConfiguration', MANAGING, async world => {
    const rule = await frogRule(world);
    await world.as('PATCH', `/guilds/${world.guild.id}/auto-moderation/rules/${rule.id}`, { name: 'no toads' });
    return changed => changed.id === rule.id && changed.name === 'no toads';
  }],
  ['a rule is deleted', 'AUTO_MODERATION_RULE_DELETE', 'AutoModerationConfiguration', MANAGING, async world => {
    const rule = await frogRule(world);
    await world.as('DELETE', `/guilds/${world.guild.id}/auto-moderation/rules/${rule.id}`);
    return gone => gone.id === rule.id;
  }],
  ['a rule acts', 'AUTO_MODERATION_ACTION_EXECUTION', 'AutoModerationExecution', MANAGING, async world => {
    const { host, open, people, guild, as } = world;
    const rule = await frogRule(world);
    await refused(host, people.member.token, 'POST', `/channels/${open.id}/messages`, { content: 'frogs!' }, 400, 200000);
    await as('DELETE', `/guilds/${guild.id}/auto-moderation/rules/${rule.id}`);
    return action => action.rule_id === rule.id && action.user_id === people.member.id;
  }],
  ['a hidden voice channel says something of itself', 'VOICE_CHANNEL_STATUS_UPDATE', 'Guilds', ['owner', 'administrator', 'bot'], async ({ as, guild }) => {
    const voice = await as('POST', `/guilds/${guild.id}/channels`, { name: 'cellar', type: 2, permission_overwrites: [{ id: guild.id, type: 0, allow: '0', deny: '1024' }] });
    await as('PUT', `/channels/${voice.id}/voice-status`, { status: 'hush' });
    return status => status.id === voice.id && status.status === 'hush';
  }],
  ['somebody comes to a hidden voice channel', 'VOICE_STATE_UPDATE', 'VoiceStates', SEEING, async world => {
    const channel = await speakIn(world, await hiddenVoice(world, 2));
    return state => state.channel_id === channel.id;
  }],
  ['somebody goes from a hidden voice channel to another one', 'VOICE_STATE_UPDATE', 'VoiceStates', SEEING, async world => {
    await speakIn(world, await hiddenVoice(world, 2));
    const channel = await speakIn(world, await hiddenVoice(world, 2));
    return state => state.channel_id === channel.id;
  }],
  ['somebody comes from a hidden voice channel into an open one', 'VOICE_STATE_UPDATE', 'VoiceStates', EVERYBODY, async world => {
    await speakIn(world, await hiddenVoice(world, 2));
    const channel = await speakIn(world, await world.as('POST', `/guilds/${world.guild.id}/channels`, { name: 'lounge', type: 2 }));
    return state => state.channel_id === channel.id;
  }],
  ['the first one comes to a hidden voice channel', 'VOICE_CHANNEL_START_TIME_UPDATE', 'Guilds', SEEING, async world => {
    const channel = await speakIn(world, await hiddenVoice(world, 2));
    return start => start.id === channel.id;
  }],
  ['something is planned elsewhere', 'GUILD_SCHEDULED_EVENT_CREATE', 'ScheduledEvents', EVERYBODY, async world => {
    const planned = await plan(world);
    return made => made.id === planned.id;
  }],
  ['something is planned in a hidden voice channel', 'GUILD_SCHEDULED_EVENT_CREATE', 'ScheduledEvents', SEEING, async world => {
    const planned = await plan(world, { entity_type: 2, channel_id: (await hiddenVoice(world, 2)).id, entity_metadata: null });
    return made => made.id === planned.id;
  }],
  ['what is planned in a hidden channel starts', 'GUILD_SCHEDULED_EVENT_UPDATE', 'ScheduledEvents', SEEING, async world => {
    const planned = await plan(world, { entity_type: 2, channel_id: (await hiddenVoice(world, 2)).id, entity_metadata: null });
    await world.as('PATCH', `/guilds/${world.guild.id}/scheduled-events/${planned.id}`, { status: 2 });
    return changed => changed.id === planned.id && changed.status === 2;
  }],
  ['with its hidden channel an event is cancelled', 'GUILD_SCHEDULED_EVENT_UPDATE', 'ScheduledEvents', SEEING, async world => {
    const channel = await hiddenVoice(world, 2);
    const planned = await plan(world, { entity_type: 2, channel_id: channel.id, entity_metadata: null });
    await world.as('DELETE', `/channels/${channel.id}`);
    return changed => changed.id === planned.id && changed.status === 4;
  }],
  ['what is planned in a hidden channel is deleted', 'GUILD_SCHEDULED_EVENT_DELETE', 'ScheduledEvents', SEEING, async world => {
    const planned = await plan(world, { entity_type: 2, channel_id: (await hiddenVoice(world, 2)).id, entity_metadata: null });
    await world.as('DELETE', `/guilds/${world.guild.id}/scheduled-events/${planned.id}`);
    return gone => gone.id === planned.id;
  }],
  ['somebody will come to a hidden place', 'GUILD_SCHEDULED_EVENT_USER_ADD', 'ScheduledEvents', SEEING, async world => {
    const planned = await plan(world, { entity_type: 2, channel_id: (await hiddenVoice(world, 2)).id, entity_metadata: null });
    await must(world.host, world.people.insider.token, 'PUT', `/guilds/${world.guild.id}/scheduled-events/${planned.id}/users/@me`);
    return added => added.guild_scheduled_event_id === planned.id && added.user_id === world.people.insider.id;
  }],
  ['somebody will not come after all', 'GUILD_SCHEDULED_EVENT_USER_REMOVE', 'ScheduledEvents', EVERYBODY, async world => {
    const planned = await plan(world);
    await world.as('DELETE', `/guilds/${world.guild.id}/scheduled-events/${planned.id}/users/@me`);
    return removed => removed.guild_scheduled_event_id === planned.id;
  }],
  ['a hidden stage opens', 'STAGE_INSTANCE_CREATE', 'Guilds', SEEING, async world => {
    const stage = await openStage(world);
    return made => made.id === stage.id;
  }],
  ['a hidden stage gets another topic', 'STAGE_INSTANCE_UPDATE', 'Guilds', SEEING, async world => {
    const stage = await openStage(world);
    await world.as('PATCH', `/stage-instances/${stage.channel_id}`, { topic: 'another' });
    return changed => changed.id === stage.id && changed.topic === 'another';
  }],
  ['a hidden stage closes', 'STAGE_INSTANCE_DELETE', 'Guilds', SEEING, async world => {
    const stage = await openStage(world);
    await world.as('DELETE', `/stage-instances/${stage.channel_id}`);
    return gone => gone.id === stage.id;
  }],
  ['a bot is added', 'INTEGRATION_CREATE', 'Integrations', EVERYBODY, async world => {
    const added = await guestBot(world);
    return made => made.application.id === added.applicationId && made.guild_id === world.guild.id;
  }],
  ['a bot is taken out by its integration', 'INTEGRATION_DELETE', 'Integrations', EVERYBODY, async world => {
    const added = await guestBot(world);
    const integration = (await world.as('GET', `/guilds/${world.guild.id}/integrations`)).find(one => one.application.id === added.applicationId);
    await world.as('DELETE', `/guilds/${world.guild.id}/integrations/${integration.id}`);
    return gone => gone.id === integration.id && gone.application_id === added.applicationId;
  }],
  ['the integrations changed', 'GUILD_INTEGRATIONS_UPDATE', 'Integrations', EVERYBODY, async world => {
    await guestBot(world);
    return changed => changed.guild_id === world.guild.id;
  }],
  ['an emoji is made', 'GUILD_EMOJIS_UPDATE', 'Expressions', EVERYBODY, async ({ as, guild }) => {
    const emoji = await as('POST', `/guilds/${guild.id}/emojis`, { name: 'dot', image: dataUri('image/png', png(16)) });
    return changed => changed.emojis.some(one => one.id === emoji.id);
  }],
  ['a sticker is made', 'GUILD_STICKERS_UPDATE', 'Expressions', EVERYBODY, async ({ as, guild }) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ name: 'square', description: 'a square', tags: 'square' })) form.set(name, value);
    form.set('file', new Blob([png(320)], { type: 'image/png' }), 'square.png');
    const sticker = await as('POST', `/guilds/${guild.id}/stickers`, form);
    return changed => changed.stickers.some(one => one.id === sticker.id);
  }],
  ['a sound is made', 'GUILD_SOUNDBOARD_SOUND_CREATE', 'Expressions', EVERYBODY, async world => {
    const sound = await newSound(world);
    return made => made.sound_id === sound.sound_id;
  }],
  ['a sound is changed', 'GUILD_SOUNDBOARD_SOUND_UPDATE', 'Expressions', EVERYBODY, async world => {
    const sound = await newSound(world);
    await world.as('PATCH', `/guilds/${world.guild.id}/soundboard-sounds/${sound.sound_id}`, { name: 'hush' });
    return changed => changed.sound_id === sound.sound_id && changed.name === 'hush';
  }],
  ['a sound is deleted', 'GUILD_SOUNDBOARD_SOUND_DELETE', 'Expressions', EVERYBODY, async world => {
    const sound = await newSound(world);
    await world.as('DELETE', `/guilds/${world.guild.id}/soundboard-sounds/${sound.sound_id}`);
    return gone => gone.sound_id === sound.sound_id;
  }],
  ['somebody does not want to be disturbed', 'PRESENCE_UPDATE', 'Presences', but(EVERYBODY, 'manager'), async ({ sessions, people }) => {
    const fits = presence => presence.user.id === people.manager.id && presence.status === 'dnd';
    sessions.manager.send(Op.Presence, { since: 0, activities: [], status: 'dnd', afk: false });
    await sessions.bot.until('PRESENCE_UPDATE', fits);
    return fits;
  }],
  ['what is one\'s own: a note', 'USER_NOTE_UPDATE', undefined, ['owner'], async ({ as, people, sessions }) => {
    await as('PUT', `/users/@me/notes/${people.member.id}`, { note: 'a friend of frogs' });
    const fits = note => note.id === people.member.id;
    await sessions.owner.until('USER_NOTE_UPDATE', fits);
    return fits;
  }],
  ['what is one\'s own: settings', 'USER_SETTINGS_UPDATE', undefined, ['owner'], async ({ as, sessions }) => {
    await as('PATCH', '/users/@me/settings', { developer_mode: true });
    const fits = settings => settings.developer_mode === true;
    await sessions.owner.until('USER_SETTINGS_UPDATE', fits);
    return fits;
  }],
  ['what is one\'s own: notification settings', 'USER_GUILD_SETTINGS_UPDATE', undefined, ['owner'], async ({ as, guild, sessions }) => {
    await as('PATCH', `/users/@me/guilds/${guild.id}/settings`, { suppress_roles: true });
    const fits = settings => settings.guild_id === guild.id;
    await sessions.owner.until('USER_GUILD_SETTINGS_UPDATE', fits);
    return fits;
  }],
  ['a friend is asked for', 'RELATIONSHIP_ADD', undefined, ['insider', 'owner'], async ({ as, people, sessions }) => {
    await as('PUT', `/users/@me/relationships/${people.insider.id}`, {});
    const fits = relationship => [people.insider.id, people.owner.id].includes(relationship.id);
    for (const session of [sessions.owner, sessions.insider]) await session.until('RELATIONSHIP_ADD', fits);
    return fits;
  }],
  ['a request is taken back', 'RELATIONSHIP_REMOVE', undefined, ['insider', 'owner'], async ({ as, people, sessions }) => {
    await as('DELETE', `/users/@me/relationships/${people.insider.id}`);
    const fits = relationship => [people.insider.id, people.owner.id].includes(relationship.id);
    for (const session of [sessions.owner, sessions.insider]) await session.until('RELATIONSHIP_REMOVE', fits);
    return fits;
  }],
  ['somebody is blocked', 'RELATIONSHIP_ADD', undefined, ['owner'], async ({ as, people, sessions }) => {
    await as('PUT', `/users/@me/relationships/${people.denied.id}`, { type: 2 });
    const fits = relationship => [people.denied.id, people.owner.id].includes(relationship.id) && relationship.type === 2;
    await sessions.owner.until('RELATIONSHIP_ADD', fits);
    return fits;
  }],
  ['a call begins', 'CALL_CREATE', undefined, ['keeper', 'owner'], async world => {
    const channel = await called(world);
    return call => call.channel_id === channel.id;
  }],
  ['a call rings', 'CALL_UPDATE', undefined, ['keeper', 'owner'], async world => {
    const channel = await called(world);
    await world.as('POST', `/channels/${channel.id}/call/ring`, { recipients: null });
    const fits = call => call.channel_id === channel.id && call.ringing.includes(world.people.keeper.id);
    for (const session of [world.sessions.owner, world.sessions.keeper]) await session.until('CALL_UPDATE', fits);
    return fits;
  }],
  ['a call ends', 'CALL_DELETE', undefined, ['keeper', 'owner'], async world => {
    const channel = await called(world);
    world.sessions.owner.send(Op.VoiceState, { guild_id: null, channel_id: null, self_mute: false, self_deaf: false });
    const fits = call => call.channel_id === channel.id;
    for (const session of [world.sessions.owner, world.sessions.keeper]) await session.until('CALL_DELETE', fits);
    return fits;
  }],
  ['a sound is played in a hidden voice channel', 'VOICE_CHANNEL_EFFECT_SEND', 'VoiceStates', ['owner', 'insider', 'bot'], async world => {
    const [channel, sound] = [await hiddenVoice(world, 2), await newSound(world)];
    for (const name of ['owner', 'insider', 'bot']) {
      world.sessions[name].send(Op.VoiceState, { guild_id: world.guild.id, channel_id: channel.id, self_mute: false, self_deaf: false });
      await world.sessions[name].until('VOICE_SERVER_UPDATE', server => server.guild_id === world.guild.id);
    }
    await world.as('POST', `/channels/${channel.id}/send-soundboard-sound`, { sound_id: sound.sound_id });
    return effect => effect.channel_id === channel.id && effect.sound_id === sound.sound_id;
  }],
  ['a direct message', 'MESSAGE_CREATE', undefined, ['keeper', 'owner'], async ({ as, people, sessions }) => {
    const channel = await as('POST', '/users/@me/channels', { recipients: [people.keeper.id] });
    const sent = await as('POST', `/channels/${channel.id}/messages`, { content: 'between us' });
    const fits = message => message.id === sent.id;
    for (const session of [sessions.owner, sessions.keeper]) await session.until('MESSAGE_CREATE', fits);
    return fits;
  }],
];

async function voted({ as, hidden }) {
  const asked = await as('POST', `/channels/${hidden.id}/messages`, { poll: { question: { text: 'Which?' }, answers: [{ poll_media: { text: 'this' } }, { poll_media: { text: 'that' } }] } });
  await as('PUT', `/channels/${hidden.id}/polls/${asked.id}/answers/@me`, { answer_ids: ['1'] });
  return asked;
}

async function frogRule({ as, guild }) {
  for (const rule of await as('GET', `/guilds/${guild.id}/auto-moderation/rules`)) await as('DELETE', `/guilds/${guild.id}/auto-moderation/rules/${rule.id}`);
  return as('POST', `/guilds/${guild.id}/auto-moderation/rules`, { name: 'no frogs', event_type: 1, trigger_type: 1, enabled: true, trigger_metadata: { keyword_filter: ['frog*'] }, actions: [{ type: 1 }] });
}

/** A channel like the hidden one, to take part in by voice. */
function hiddenVoice({ as, guild, hidden }, type) {
  return as('GET', `/channels/${hidden.id}`).then(({ permission_overwrites }) => as('POST', `/guilds/${guild.id}/channels`, { name: 'behind', type, permission_overwrites }));
}

/** Sends the owner to a voice channel. */
async function speakIn({ guild, sessions }, channel) {
  sessions.owner.send(Op.VoiceState, { guild_id: guild.id, channel_id: channel.id, self_mute: false, self_deaf: false });
  await sessions.owner.until('VOICE_STATE_UPDATE', state => state.channel_id === channel.id);
  return channel;
}

function plan({ as, guild }, more = {}) {
  const start = Date.now() + 3_600_000;
  return as('POST', `/guilds/${guild.id}/scheduled-events`, {
    name: 'Party', entity_type: 3, privacy_level: 2, scheduled_start_time: new Date(start).toISOString(), scheduled_end_time: new Date(start + 3_600_000).toISOString(), entity_metadata: { location: 'Here' }, ...more,
  });
}

async function openStage(world) {
  const channel = await hiddenVoice(world, 13);
  return world.as('POST', '/stage-instances', { channel_id: channel.id, topic: 'a play' });
}

/** A call of the owner with the keeper, as both know of it: a new one. */
async function called({ as, people, sessions }) {
  const channel = await as('POST', '/users/@me/channels', { recipients: [people.keeper.id] });
  const since = sessions.keeper.frames.length;
  sessions.owner.send(Op.VoiceState, { guild_id: null, channel_id: null, self_mute: false, self_deaf: false });
  sessions.owner.send(Op.VoiceState, { guild_id: null, channel_id: channel.id, self_mute: false, self_deaf: false });
  const isNew = () => sessions.keeper.frames.slice(since).some(frame => frame.t === 'CALL_CREATE' && frame.d.channel_id === channel.id);
  await sessions.keeper.until('CALL_CREATE', isNew);
  await sessions.owner.until('CALL_CREATE', call => call.channel_id === channel.id);
  return channel;
}

function newSound({ as, guild }) {
  return as('POST', `/guilds/${guild.id}/soundboard-sounds`, { name: 'silence', sound: dataUri('audio/mpeg', mp3()) });
}

async function guestBot({ host, guild, owner }) {
  const added = await createBot(host, owner, { name: 'Guest' });
  await addBot(host, { ...guild, owner }, added);
  return added;
}

async function reacted({ as, hidden }) {
  const sent = await as('POST', `/channels/${hidden.id}/messages`, { content: 'react' });
  await as('PUT', `/channels/${hidden.id}/messages/${sent.id}/reactions/${THUMB}/@me`);
  return sent;
}

const scenario = withHost({ rateLimits: false }, async host => {
  const world = await viewers(host);
  world.as = (method, path, body) => must(host, world.owner.token, method, path, body);
  return { world };
});

for (const [what, event, intent, expected, happen] of HAPPENINGS) {
  scenario(`${what}: ${event} reaches exactly those who may see it`, async ({ world }) => {
    const since = counts(world);
    const fits = await happen(world);
    await world.settle();
    const { people, withoutIntent } = whoGot(world, event, fits, since);
    assert.deepEqual(people.sort(), [...expected].sort());
    // What is one's own alone reaches no bot, whatever it asked for.
    assert.deepEqual(withoutIntent, !expected.includes('bot') ? Object.keys(world.without) : intent ? [intent] : []);
  });
}
