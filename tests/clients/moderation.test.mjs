import assert from 'node:assert/strict';
import { Gateway, Op } from './support/gateway.mjs';
import { DiscordJs, Oceanic } from './support/libraries.mjs';
import { Permission, addBot, createBot, createChannel, createGuild, createInvite, join, must, refused, register, rest } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { until } from './support/until.mjs';

const scenario = withHost({ rateLimits: false }, async host => {
  const owner = await register(host, 'owner');
  const bot = await createBot(host, owner, { name: 'Warden' });
  return { owner, bot };
});

/** A guild of its own with the bot as administrator and some people. */
async function hall({ host, owner, bot }, ...names) {
  const guild = await createGuild(host, owner, 'Hall');
  await addBot(host, guild, bot, Permission.Administrator);
  const people = [];
  for (const name of names) people.push(await register(host, name));
  await join(host, guild, ...people);
  return { guild, people };
}

scenario('discord.js reads the audit log after a kick, a ban, and changes of roles, channels, members and messages', async state => {
  const { host, bot, owner } = state;
  const { guild: { id, general }, people: [kicked, banned, kept] } = await hall(state, 'kicked', 'banned', 'kept');
  const client = await DiscordJs.start(host, bot);
  const { AuditLogEvent, Events } = client.library;
  const heard = [];
  client.client.on(Events.GuildAuditLogEntryCreate, entry => heard.push(entry));
  const guild = await client.client.guilds.fetch(id);

  await guild.members.kick(kicked.id, 'out with ümlauts');
  await guild.members.ban(banned.id, { reason: 'and stay out' });
  const role = await guild.roles.create({ name: 'helper', reason: 'we need help' });
  const member = await guild.members.fetch(kept.id);
  await member.roles.add(role, 'good work');
  await member.setNickname('Nick', 'better name');
  await member.timeout(60_000, 'calm down');
  const channel = await guild.channels.create({ name: 'room', reason: 'more room' });
  await channel.permissionOverwrites.create(role, { SendMessages: false }, { reason: 'quiet' });
  await channel.edit({ topic: 'things', reason: 'a topic' });
  await channel.delete('no room');
  await guild.edit({ name: 'Great hall', reason: 'greatness' });
  const sent = [];
  await must(host, owner.token, 'PATCH', `/guilds/${id}/members/${kept.id}`, { communication_disabled_until: null });
  for (const content of ['one', 'two', 'three']) sent.push(await must(host, kept.token, 'POST', `/channels/${general.id}/messages`, { content }));
  const text = await client.client.channels.fetch(general.id);
  await text.messages.pin(sent[2].id, 'look');
  for (const message of sent.slice(0, 2)) await text.messages.delete(message.id);

  const logs = await guild.fetchAuditLogs({ limit: 100 });
  const of = action => logs.entries.find(entry => entry.action === action && entry.executorId === bot.id);
  const facts = action => { const { reason, targetId } = of(action); return { reason, targetId }; };
  assert.deepEqual(facts(AuditLogEvent.MemberKick), { reason: 'out with ümlauts', targetId: kicked.id });
  assert.deepEqual(facts(AuditLogEvent.MemberBanAdd), { reason: 'and stay out', targetId: banned.id });
  assert.equal(of(AuditLogEvent.MemberBanAdd).target.id, banned.id, 'the user is listed');
  assert.deepEqual(facts(AuditLogEvent.RoleCreate), { reason: 'we need help', targetId: role.id });
  assert.deepEqual(of(AuditLogEvent.MemberRoleUpdate).changes, [{ key: '$add', new: [{ id: role.id, name: 'helper' }] }]);
  assert.deepEqual(logs.entries.filter(entry => entry.action === AuditLogEvent.MemberUpdate && entry.executorId === bot.id).map(entry => entry.changes[0].key), ['communication_disabled_until', 'nick']);
  assert.deepEqual(facts(AuditLogEvent.ChannelCreate), { reason: 'more room', targetId: channel.id });
  assert.equal(of(AuditLogEvent.ChannelOverwriteCreate).extra.id, role.id);
  assert.deepEqual(of(AuditLogEvent.ChannelUpdate).changes, [{ key: 'topic', new: 'things' }]);
  assert.equal(of(AuditLogEvent.ChannelDelete).target.name, 'room', 'what is gone is told by the changes');
  assert.deepEqual(of(AuditLogEvent.GuildUpdate).changes, [{ key: 'name', old: 'Hall', new: 'Great hall' }]);
  assert.deepEqual({ ...of(AuditLogEvent.MessageDelete).extra, channel: of(AuditLogEvent.MessageDelete).extra.channel.id }, { channel: general.id, count: 2 });
  assert.equal(of(AuditLogEvent.MessagePin).extra.messageId, sent[2].id);
  assert.ok(logs.entries.some(entry => entry.action === AuditLogEvent.BotAdd && entry.executorId === owner.id && entry.targetId === bot.id));

  const kicks = await guild.fetchAuditLogs({ type: AuditLogEvent.MemberKick, user: bot.id, limit: 1 });
  assert.deepEqual([...kicks.entries.keys()], [of(AuditLogEvent.MemberKick).id]);
  await until(() => heard.some(entry => entry.action === AuditLogEvent.MessageDelete), 'the gateway tells of entries');
  assert.equal(heard.filter(entry => entry.action === AuditLogEvent.MessageDelete).length, 1, 'one more of the same is counted, not told');
  assert.equal(heard.find(entry => entry.action === AuditLogEvent.MemberKick).reason, 'out with ümlauts');
  await client.close();
});

scenario('discord.js makes a rule; a message that breaks it is blocked, an alert is posted, and its author is timed out', async state => {
  const { host, bot } = state;
  const { guild: made, people: [troll] } = await hall(state, 'troll');
  const { id, general } = made;
  const alerts = await createChannel(host, made, 'alerts');
  const client = await DiscordJs.start(host, bot);
  const { AutoModerationActionType, AutoModerationRuleEventType, AutoModerationRuleTriggerType, Events } = client.library;
  const told = { rules: [], actions: [] };
  client.client.on(Events.AutoModerationRuleCreate, rule => told.rules.push(rule));
  client.client.on(Events.AutoModerationActionExecution, action => told.actions.push(action));
  const guild = await client.client.guilds.fetch(id);

  const rule = await guild.autoModerationRules.create({
    name: 'no frogs', enabled: true, eventType: AutoModerationRuleEventType.MessageSend, triggerType: AutoModerationRuleTriggerType.Keyword,
    triggerMetadata: { keywordFilter: ['frog*', '*toad*'], regexPatterns: ['t[o0]+ad'], allowList: ['frogman'] },
    actions: [
      { type: AutoModerationActionType.BlockMessage, metadata: { customMessage: 'No frogs in here.' } },
      { type: AutoModerationActionType.SendAlertMessage, metadata: { channel: alerts.id } },
      { type: AutoModerationActionType.Timeout, metadata: { durationSeconds: 60 } },
    ],
  });
  assert.deepEqual([...rule.triggerMetadata.keywordFilter], ['frog*', '*toad*']);
  await until(() => told.rules.some(({ id: ruleId }) => ruleId === rule.id), 'the gateway tells of the rule');

  await must(host, troll.token, 'POST', `/channels/${general.id}/messages`, { content: 'a frogman dives' });
  const refusal = await refused(host, troll.token, 'POST', `/channels/${general.id}/messages`, { content: 'Look, FROGS!' }, 400, 200000);
  assert.equal(refusal.message, 'No frogs in here.');
  await refused(host, troll.token, 'POST', `/channels/${general.id}/messages`, { content: 'hello?' }, 403, 50013);
  await until(() => told.actions.length === 3, 'the gateway tells of three actions');
  const alerted = told.actions.find(({ action }) => action.type === AutoModerationActionType.SendAlertMessage);
  assert.deepEqual({ user: alerted.userId, channel: alerted.channelId, content: alerted.content, keyword: alerted.matchedKeyword, matched: alerted.matchedContent, message: alerted.messageId },
    { user: troll.id, channel: general.id, content: 'Look, FROGS!', keyword: 'frog*', matched: 'FROG', message: null });
  const alert = await (await client.client.channels.fetch(alerts.id)).messages.fetch(alerted.alertSystemMessageId);
  assert.deepEqual({ type: alert.type, author: alert.author.id, embed: alert.embeds[0].data.type }, { type: 24, author: troll.id, embed: 'auto_moderation_message' });
  const history = await must(host, troll.token, 'GET', `/channels/${general.id}/messages`);
  assert.ok(history.every(message => !/FROGS/.test(message.content)), 'nothing of it is stored');

  await rule.setKeywordFilter(['newt'], 'newts now');
  assert.deepEqual([...(await guild.autoModerationRules.fetch({ autoModerationRule: rule.id, force: true })).triggerMetadata.regexPatterns], ['t[o0]+ad'], 'what is not named stays');
  await rule.delete('enough');
  assert.equal((await guild.autoModerationRules.fetch()).size, 0);
  await client.close();
});

scenario('who may not read content is told of an action without it', async state => {
  const { host, owner } = state;
  const { guild, people: [troll] } = await hall(state, 'troll');
  const deaf = await createBot(host, owner, { name: 'Deaf', flags: 0 });
  await addBot(host, guild, deaf, Permission.ManageGuild);
  await must(host, owner.token, 'POST', `/guilds/${guild.id}/auto-moderation/rules`, { name: 'frogs', event_type: 1, trigger_type: 1, enabled: true, trigger_metadata: { keyword_filter: ['frog'] }, actions: [{ type: 1 }] });
  const gateway = await Gateway.identified(host, deaf.token, { intents: 1 << 21 });
  await refused(host, troll.token, 'POST', `/channels/${guild.general.id}/messages`, { content: 'frog' }, 400, 200000);
  const action = await gateway.until('AUTO_MODERATION_ACTION_EXECUTION');
  assert.deepEqual({ content: action.content, keyword: action.matched_keyword, matched: action.matched_content }, { content: '', keyword: 'frog', matched: '' });
  await gateway.close();
});

scenario('discord.js counts and prunes, and nobody who was just here goes', async state => {
  const { host, bot } = state;
  const { guild: { id } } = await hall(state, 'guest', 'other');
  const client = await DiscordJs.start(host, bot);
  const { AuditLogEvent } = client.library;
  const guild = await client.client.guilds.fetch(id);
  assert.equal(await guild.members.prune({ days: 1, dry: true }), 0);
  assert.equal(await guild.members.prune({ days: 30, reason: 'spring' }), 0);
  const entry = (await guild.fetchAuditLogs({ type: AuditLogEvent.MemberPrune })).entries.first();
  assert.deepEqual({ extra: entry.extra, reason: entry.reason, executor: entry.executorId }, { extra: { removed: 0, days: 30 }, reason: 'spring', executor: bot.id });
  await client.close();
});

scenario('oceanic.js makes a rule, reads the audit log and counts a prune', async state => {
  const { host, bot } = state;
  const { guild: { id }, people: [person] } = await hall(state, 'person');
  const client = await Oceanic.start(host, bot);
  const guilds = client.client.rest.guilds;
  const rule = await guilds.createAutoModerationRule(id, { name: 'mentions', eventType: 1, triggerType: 5, enabled: true, triggerMetadata: { mentionTotalLimit: 3, mentionRaidProtectionEnabled: false }, actions: [{ type: 3, metadata: { durationSeconds: 60 } }], reason: 'too loud' });
  assert.equal(rule.triggerMetadata.mentionTotalLimit, 3);
  await guilds.removeMember(id, person.id, 'bye');
  const log = await guilds.getAuditLog(id, { limit: 50 });
  assert.deepEqual(log.entries.slice(0, 2).map(entry => [entry.actionType, entry.reason]), [[20, 'bye'], [140, 'too loud']]);
  assert.deepEqual(log.autoModerationRules.map(listed => listed.id), [rule.id]);
  assert.equal(await guilds.getPruneCount(id, { days: 7 }), 0);
  await client.close();
});

scenario('a member by a temporary invite leaves with the last session, and stays with a role', async state => {
  const { host, owner } = state;
  const { guild } = await hall(state);
  const invite = await createInvite(host, guild, { temporary: true, unique: true });
  const role = await must(host, owner.token, 'POST', `/guilds/${guild.id}/roles`, { name: 'resident' });
  const [guest, resident] = [await register(host, 'guest'), await register(host, 'resident')];
  const [first, second, third] = [await Gateway.identified(host, guest.token), await Gateway.identified(host, guest.token), await Gateway.identified(host, resident.token)];
  for (const person of [guest, resident]) await must(host, person.token, 'POST', `/invites/${invite.code}`, {});
  await must(host, owner.token, 'PUT', `/guilds/${guild.id}/members/${resident.id}/roles/${role.id}`);
  const watcher = await Gateway.identified(host, owner.token);

  await first.close();
  await third.close();
  const members = () => must(host, owner.token, 'GET', `/guilds/${guild.id}/members?limit=10`);
  assert.ok((await members()).some(member => member.user.id === guest.id), 'another session is still there');
  await second.close();
  await watcher.until('GUILD_MEMBER_REMOVE', removed => removed.user.id === guest.id && removed.guild_id === guild.id);
  assert.ok((await members()).some(member => member.user.id === resident.id));
  await watcher.close();
});

scenario('op 43 tells what voice channels say of themselves, of those that one can see', async state => {
  const { host, owner } = state;
  const { guild, people: [person] } = await hall(state, 'person');
  const open = await createChannel(host, guild, 'open', { type: 2 });
  const hidden = await createChannel(host, guild, 'hidden', { type: 2, permission_overwrites: [{ id: guild.id, type: 0, allow: '0', deny: String(Permission.ViewChannel) }] });
  for (const channel of [open, hidden]) await must(host, owner.token, 'PUT', `/channels/${channel.id}/voice-status`, { status: `in ${channel.name}` });
  const gateway = await Gateway.identified(host, person.token);
  gateway.send(Op.ChannelInfo, { guild_id: guild.id, fields: ['status', 'voice_start_time'] });
  assert.deepEqual(await gateway.until('CHANNEL_INFO'), { guild_id: guild.id, channels: [{ id: open.id, status: 'in open' }] });
  await gateway.close();
});

scenario('a reason that is too long is refused, and nothing is done', async state => {
  const { host, owner } = state;
  const { guild } = await hall(state);
  const long = await rest(host, owner.token, 'POST', `/guilds/${guild.id}/roles`, { name: 'never' }, { headers: { 'X-Audit-Log-Reason': 'x'.repeat(513) } });
  assert.deepEqual({ status: long.status, code: long.body.code }, { status: 400, code: 50035 });
  await must(host, owner.token, 'POST', `/guilds/${guild.id}/roles`, { name: 'made' }, { headers: { 'X-Audit-Log-Reason': 'x'.repeat(512) } });
  const log = await must(host, owner.token, 'GET', `/guilds/${guild.id}/audit-logs?limit=1`);
  assert.equal(log.audit_log_entries[0].reason, 'x'.repeat(512));
});
