import assert from 'node:assert/strict';
import { Gateway } from './gateway.mjs';
import {
  Permission, addBot, createBot, createChannel, createGuild, join, must, register, rest,
} from './rest.mjs';
import { until } from './until.mjs';
import { withHost } from './scenario.mjs';

const THUMB = '👍';
const PARTY = '🎉';
const UNKNOWN_CHANNEL = 10003;
const UNKNOWN_MESSAGE = 10008;
const UNKNOWN_INVITE = 10006;
const MISSING_ACCESS = 50001;
const MISSING_PERMISSIONS = 50013;

/**
 * What bots do every day, with a real library at both ends.
 * `start(host, bot, options)` starts a client of the library; `wire` says what its gateway URL must ask for.
 * `moderation: false` leaves out what the adapter of a library does not offer.
 */
export function everyday(title, start, { wire, moderation = true }) {
  const scenario = withHost({}, async host => {
    const owner = await register(host, 'owner');
    const human = await register(host, 'human');
    const guild = await createGuild(host, owner, 'Everyday');
    await join(host, guild, human);
    const bots = [await createBot(host, owner, { name: 'Alpha' }), await createBot(host, owner, { name: 'Beta' })];
    await addBot(host, guild, bots[0], Permission.Administrator);
    await addBot(host, guild, bots[1]);
    const alpha = await start(host, bots[0]);
    const beta = await start(host, bots[1]);
    return { owner, human, guild, bots, alpha, beta };
  });

  scenario(`${title} opens the gateway with the encoding and the compression it is made for`, ({ host }) => {
    assert.equal(host.proxy.upgrades.length, 2, 'one socket for each client');
    for (const upgrade of host.proxy.upgrades) {
      assert.match(upgrade.path, /^\/gateway\/?$/);
      assert.deepEqual(upgrade.query, { v: '10', encoding: wire.encoding, ...(wire.compress ? { compress: wire.compress } : {}) });
      const binary = wire.encoding === 'etf' || Boolean(wire.compress);
      assert.equal(upgrade.firstFrame, binary ? 'binary' : 'text');
      assert.equal(upgrade.firstByte, wire.compress ? 0x78 : wire.encoding === 'etf' ? 131 : '{'.charCodeAt(0));
    }
  });

  scenario(`${title} logs in as the bot whose token it has`, ({ alpha, beta, bots }) => {
    assert.equal(alpha.id, bots[0].id);
    assert.equal(beta.id, bots[1].id);
  });

  scenario(`${title} has the guild's roles, channels, own member and @everyone under the guild's id in its cache`, async ({ host, alpha, guild, owner, bots, human }) => {
    const cached = alpha.guild(guild.id);
    assert.ok(cached, 'the guild is cached');
    assert.equal(cached.name, 'Everyday');
    assert.equal(cached.ownerId, owner.id);
    assert.equal(cached.available, true);
    assert.equal(cached.memberCount, 4);
    assert.equal(cached.everyone, guild.id);
    const roles = await must(host, owner.token, 'GET', `/guilds/${guild.id}/roles`);
    assert.deepEqual(
      cached.roles.map(role => [role.id, role.name, role.permissions]).sort(),
      roles.map(role => [role.id, role.name, BigInt(role.permissions)]).sort(),
    );
    const channels = await must(host, owner.token, 'GET', `/guilds/${guild.id}/channels`);
    assert.deepEqual(
      cached.channels.map(channel => [channel.id, channel.type, channel.name, channel.parentId]).sort(),
      channels.map(channel => [channel.id, channel.type, channel.name, channel.parent_id ?? null]).sort(),
    );
    assert.equal(cached.me.id, bots[0].id);
    assert.ok((cached.me.permissions & Permission.Administrator) !== 0n, 'the granted permission is there');
    assert.deepEqual([...cached.members].sort(), [owner.id, human.id, bots[0].id, bots[1].id].sort());
  });

  scenario(`${title} sends a message that the other client, the sender and a human's history show alike`, async ({ host, alpha, beta, guild, human, bots }) => {
    const channel = await createChannel(host, guild, 'hello');
    const content = 'Grüße, 世界 👋 <@everyone> "quoted" \\ /';
    const sent = await alpha.send(channel.id, content);
    assert.equal(sent.content, content);
    for (const client of [alpha, beta]) {
      const seen = await client.until('message', message => message.id === sent.id);
      assert.deepEqual({ content: seen.content, authorId: seen.authorId, channelId: seen.channelId }, { content, authorId: bots[0].id, channelId: channel.id });
    }
    const [listed] = await must(host, human.token, 'GET', `/channels/${channel.id}/messages?limit=1`);
    assert.deepEqual({ id: listed.id, content: listed.content, author: listed.author.id, bot: listed.author.bot }, { id: sent.id, content, author: bots[0].id, bot: true });
  });

  scenario(`${title} gets a human's message with its author`, async ({ host, alpha, beta, guild, human }) => {
    const channel = await createChannel(host, guild, 'from-human');
    const sent = await must(host, human.token, 'POST', `/channels/${channel.id}/messages`, { content: 'from a human' });
    for (const client of [alpha, beta]) {
      const seen = await client.until('message', message => message.id === sent.id);
      assert.equal(seen.content, 'from a human');
      assert.equal(seen.authorId, human.id);
      assert.equal(seen.guildId, guild.id);
      assert.equal(seen.edited, false);
    }
  });

  scenario(`${title} edits its message and the other client sees the new content, marked as edited`, async ({ host, alpha, beta, guild }) => {
    const channel = await createChannel(host, guild, 'edits');
    const sent = await alpha.send(channel.id, 'befor');
    await beta.until('message', message => message.id === sent.id);
    const edited = await alpha.edit(channel.id, sent.id, 'before and after');
    assert.equal(edited.content, 'before and after');
    const seen = await beta.until('edit', message => message.id === sent.id);
    assert.equal(seen.content, 'before and after');
    assert.equal(seen.edited, true);
    const read = await beta.read(channel.id, sent.id);
    assert.equal(read.content, 'before and after');
    assert.equal(read.edited, true);
  });

  scenario(`${title} may not edit the message of another author`, async ({ host, alpha, guild, human }) => {
    const channel = await createChannel(host, guild, 'foreign');
    const sent = await must(host, human.token, 'POST', `/channels/${channel.id}/messages`, { content: 'mine' });
    assert.deepEqual(await alpha.refusal(client => client.edit(channel.id, sent.id, 'yours')), { status: 403, code: 50005 });
  });

  scenario(`${title} deletes a message and it is gone for the other client and for the history`, async ({ host, alpha, beta, guild }) => {
    const channel = await createChannel(host, guild, 'deletes');
    const kept = await alpha.send(channel.id, 'kept');
    const sent = await alpha.send(channel.id, 'deleted');
    await beta.until('message', message => message.id === sent.id);
    await alpha.delete(channel.id, sent.id);
    const seen = await beta.until('delete', message => message.id === sent.id);
    assert.equal(seen.channelId, channel.id);
    assert.deepEqual(await beta.history(channel.id, { limit: 10 }), [kept.id]);
    assert.deepEqual(await beta.refusal(client => client.read(channel.id, sent.id)), { status: 404, code: UNKNOWN_MESSAGE });
  });

  scenario(`${title} adds and removes reactions, one by one, by emoji and all together`, async ({ host, alpha, beta, guild, human }) => {
    const channel = await createChannel(host, guild, 'reactions');
    const sent = await must(host, human.token, 'POST', `/channels/${channel.id}/messages`, { content: 'react to this' });
    await beta.until('message', message => message.id === sent.id);
    const react = (token, emoji) => must(host, token, 'PUT', `/channels/${channel.id}/messages/${sent.id}/reactions/${encodeURIComponent(emoji)}/@me`);

    await alpha.react(channel.id, sent.id, THUMB);
    await react(human.token, THUMB);
    await react(human.token, PARTY);
    const seen = await beta.until('reaction', reaction => reaction.id === sent.id && reaction.userId === alpha.id);
    assert.equal(seen.emoji, THUMB);
    await beta.until('reaction', reaction => reaction.id === sent.id && reaction.userId === human.id && reaction.emoji === PARTY);
    assert.deepEqual(await alpha.reactionsOf(channel.id, sent.id), { [THUMB]: { count: 2, me: true }, [PARTY]: { count: 1, me: false } });
    assert.deepEqual((await beta.reactors(channel.id, sent.id, THUMB)).sort(), [alpha.id, human.id].sort());

    await alpha.unreact(channel.id, sent.id, THUMB, human.id);
    await beta.until('reactionRemove', reaction => reaction.id === sent.id && reaction.userId === human.id && reaction.emoji === THUMB);
    assert.deepEqual(await alpha.reactionsOf(channel.id, sent.id), { [THUMB]: { count: 1, me: true }, [PARTY]: { count: 1, me: false } });

    await alpha.clearReactions(channel.id, sent.id, PARTY);
    await beta.until('reactionClearEmoji', reaction => reaction.id === sent.id && reaction.emoji === PARTY);
    assert.deepEqual(await beta.reactionsOf(channel.id, sent.id), { [THUMB]: { count: 1, me: false } });

    await alpha.clearReactions(channel.id, sent.id);
    await beta.until('reactionClear', reaction => reaction.id === sent.id);
    assert.deepEqual(await beta.reactionsOf(channel.id, sent.id), {});
  });

  scenario(`${title} replies with a reference that mentions the author and carries the message replied to`, async ({ host, alpha, beta, guild, human, bots }) => {
    const channel = await createChannel(host, guild, 'replies');
    const question = await must(host, human.token, 'POST', `/channels/${channel.id}/messages`, { content: 'a question' });
    await alpha.until('message', message => message.id === question.id);
    const answer = await alpha.send(channel.id, 'an answer', { replyTo: question.id });
    assert.equal(answer.replyTo, question.id);
    const seen = await beta.until('message', message => message.id === answer.id);
    assert.deepEqual({ replyTo: seen.replyTo, mentions: seen.mentions, repliedUserId: seen.repliedUserId }, { replyTo: question.id, mentions: [human.id], repliedUserId: human.id });
    const raw = await must(host, human.token, 'GET', `/channels/${channel.id}/messages/${answer.id}`);
    assert.equal(raw.type, 19);
    assert.deepEqual({ type: raw.message_reference.type ?? 0, channel: raw.message_reference.channel_id, guild: raw.message_reference.guild_id, message: raw.message_reference.message_id }, { type: 0, channel: channel.id, guild: guild.id, message: question.id });
    assert.equal(raw.referenced_message.id, question.id);
    assert.equal(raw.referenced_message.content, 'a question');
    assert.equal(raw.author.id, bots[0].id);

    await must(host, human.token, 'DELETE', `/channels/${channel.id}/messages/${question.id}`);
    const orphan = await must(host, human.token, 'GET', `/channels/${channel.id}/messages/${answer.id}`);
    assert.equal(orphan.referenced_message, null, 'a deleted message that was replied to is null, not absent');
    assert.equal(orphan.message_reference.message_id, question.id);
  });

  scenario(`${title} is told 50001 where it cannot see the channel and 50013 where it lacks the permission`, async ({ host, beta, guild, human }) => {
    const hidden = await createChannel(host, guild, 'hidden', { permission_overwrites: [{ id: guild.id, type: 0, allow: '0', deny: String(Permission.ViewChannel) }] });
    assert.deepEqual(await beta.refusal(client => client.history(hidden.id, { limit: 10 })), { status: 403, code: MISSING_ACCESS });
    assert.deepEqual(await beta.refusal(client => client.send(hidden.id, 'unseen')), { status: 403, code: MISSING_ACCESS });
    const quiet = await createChannel(host, guild, 'read-only', { permission_overwrites: [{ id: guild.id, type: 0, allow: '0', deny: String(Permission.SendMessages) }] });
    assert.deepEqual(await beta.refusal(client => client.send(quiet.id, 'not allowed')), { status: 403, code: MISSING_PERMISSIONS });
    const open = await createChannel(host, guild, 'open');
    const sent = await must(host, human.token, 'POST', `/channels/${open.id}/messages`, { content: 'not yours' });
    assert.deepEqual(await beta.refusal(client => client.delete(open.id, sent.id)), { status: 403, code: MISSING_PERMISSIONS });
    const [last] = await must(host, human.token, 'GET', `/channels/${open.id}/messages?limit=1`);
    assert.equal(last.id, sent.id, 'the refused deletion deleted nothing');
    assert.deepEqual(await must(host, guild.owner.token, 'GET', `/channels/${quiet.id}/messages`), [], 'the refused message was not stored');
  });

  scenario(`${title} writes a direct message to a human, whose gateway and history show it`, async ({ host, alpha, human, bots }) => {
    const gateway = await Gateway.identified(host, human.token);
    const sent = await alpha.sendTo(human.id, 'between us');
    const event = await gateway.until('MESSAGE_CREATE', message => message.id === sent.id);
    assert.equal(event.content, 'between us');
    assert.equal(event.guild_id, undefined);
    const channels = await must(host, human.token, 'GET', '/users/@me/channels');
    const direct = channels.find(channel => channel.id === sent.channelId);
    assert.ok(direct, 'the human has the channel in the list of direct messages');
    assert.equal(direct.type, 1);
    assert.deepEqual(direct.recipients.map(user => user.id), [bots[0].id]);
    await gateway.close();
  });

  scenario(`${title} gets a direct message in a channel that it never saw before`, async ({ host, alpha, guild, bots }) => {
    const stranger = await register(host, 'stranger');
    await join(host, guild, stranger);
    const channel = await must(host, stranger.token, 'POST', '/users/@me/channels', { recipients: [bots[0].id] });
    const sent = await must(host, stranger.token, 'POST', `/channels/${channel.id}/messages`, { content: 'psst' });
    const seen = await alpha.until('message', message => message.id === sent.id);
    assert.deepEqual(
      { content: seen.content, authorId: seen.authorId, channelId: seen.channelId, guildId: seen.guildId ?? null },
      { content: 'psst', authorId: stranger.id, channelId: channel.id, guildId: null },
    );
    const answer = await alpha.send(channel.id, 'yes?', { replyTo: sent.id });
    const [last] = await must(host, stranger.token, 'GET', `/channels/${channel.id}/messages?limit=1`);
    assert.deepEqual({ id: last.id, content: last.content, type: last.type }, { id: answer.id, content: 'yes?', type: 19 });
  });

  scenario(`${title} sees typing in a guild channel and in a direct message`, async ({ host, alpha, beta, guild, human, bots }) => {
    const channel = await createChannel(host, guild, 'typing');
    await must(host, human.token, 'POST', `/channels/${channel.id}/typing`);
    const seen = await beta.until('typing', typing => typing.channelId === channel.id);
    assert.equal(seen.userId, human.id);
    await alpha.typing(channel.id);
    await beta.until('typing', typing => typing.channelId === channel.id && typing.userId === alpha.id);
    const direct = await must(host, human.token, 'POST', '/users/@me/channels', { recipients: [bots[1].id] });
    // A library that does not know the channel yet (bots get no CHANNEL_CREATE of it) drops the typing, so a message goes before.
    const hello = await must(host, human.token, 'POST', `/channels/${direct.id}/messages`, { content: 'hello' });
    await beta.until('message', message => message.id === hello.id);
    await must(host, human.token, 'POST', `/channels/${direct.id}/typing`);
    await beta.until('typing', typing => typing.channelId === direct.id && typing.userId === human.id);
  });

  scenario(`${title} pins and unpins a message, and the new and the old route list it alike`, async ({ host, alpha, beta, guild, owner }) => {
    const channel = await createChannel(host, guild, 'pins');
    const first = await alpha.send(channel.id, 'pinned first');
    const second = await alpha.send(channel.id, 'pinned second');
    await alpha.pin(channel.id, first.id);
    await alpha.pin(channel.id, second.id);
    assert.deepEqual(await alpha.pins(channel.id), [second.id, first.id], 'the last pinned message comes first');
    const fresh = await must(host, owner.token, 'GET', `/channels/${channel.id}/messages/pins`);
    assert.deepEqual(fresh.items.map(item => item.message.id), [second.id, first.id]);
    assert.equal(fresh.has_more, false);
    assert.ok(fresh.items.every(item => !Number.isNaN(Date.parse(item.pinned_at))));
    const old = await must(host, owner.token, 'GET', `/channels/${channel.id}/pins`);
    assert.deepEqual(old.map(message => message.id), [second.id, first.id]);
    assert.equal((await beta.read(channel.id, first.id)).pinned, true);
    await alpha.unpin(channel.id, first.id);
    assert.deepEqual(await alpha.pins(channel.id), [second.id]);
    await must(host, owner.token, 'DELETE', `/channels/${channel.id}/pins/${second.id}`);
    assert.deepEqual(await alpha.pins(channel.id), []);
    await must(host, owner.token, 'PUT', `/channels/${channel.id}/pins/${first.id}`);
    assert.deepEqual(await alpha.pins(channel.id), [first.id]);
    if (moderation) assert.ok(beta.all('pins', event => event.channelId === channel.id).length >= 1, 'the other client was told that pins changed');
  });

  if (!moderation) return;

  scenario(`${title} deletes many messages at once and the other client gets all their ids`, async ({ host, alpha, beta, guild, human }) => {
    const channel = await createChannel(host, guild, 'bulk');
    const ids = [];
    for (const content of ['one', 'two', 'three']) ids.push((await must(host, human.token, 'POST', `/channels/${channel.id}/messages`, { content })).id);
    const kept = await alpha.send(channel.id, 'kept');
    await beta.until('message', message => message.id === kept.id);
    await alpha.bulkDelete(channel.id, ids);
    const seen = await beta.until('bulk', event => event.channelId === channel.id);
    assert.deepEqual([...seen.ids].sort(), [...ids].sort());
    assert.deepEqual(await beta.history(channel.id, { limit: 10 }), [kept.id]);
    assert.deepEqual(await beta.refusal(client => client.bulkDelete(channel.id, [kept.id, ids[0]])), { status: 403, code: MISSING_PERMISSIONS });
  });

  scenario(`${title} makes, resolves and deletes an invite, and both ends see it come and go`, async ({ host, alpha, guild, human }) => {
    const invite = await alpha.createInvite(guild.general.id, { maxAge: 3600, maxUses: 5 });
    assert.deepEqual({ maxAge: invite.maxAge, maxUses: invite.maxUses, uses: invite.uses }, { maxAge: 3600, maxUses: 5, uses: 0 });
    const event = await alpha.until('inviteCreate', created => created.code === invite.code);
    assert.equal(event.channelId, guild.general.id);
    const resolved = await alpha.resolveInvite(invite.code);
    assert.deepEqual({ code: resolved.code, guildId: resolved.guildId, channelId: resolved.channelId }, { code: invite.code, guildId: guild.id, channelId: guild.general.id });
    assert.ok(resolved.members >= 4, 'the number of members is counted');
    const outside = await rest(host, null, 'GET', `/invites/${invite.code}`);
    assert.equal(outside.status, 200, 'an invite resolves without any token');
    await alpha.deleteInvite(invite.code);
    await alpha.until('inviteDelete', deleted => deleted.code === invite.code);
    assert.deepEqual(await alpha.refusal(client => client.resolveInvite(invite.code)), { status: 404, code: UNKNOWN_INVITE });
    const late = await rest(host, human.token, 'POST', `/invites/${invite.code}`, {});
    assert.deepEqual({ status: late.status, code: late.body.code }, { status: 404, code: UNKNOWN_INVITE });
  });

  scenario(`${title} sees the presence of another bot and of a human change`, async ({ host, alpha, beta, guild, human }) => {
    await beta.setPresence('dnd', 'chess');
    const seen = await alpha.until('presence', presence => presence.userId === beta.id && presence.status === 'dnd');
    assert.deepEqual(seen.activities, ['chess']);
    assert.equal(seen.guildId, guild.id);
    const gateway = await Gateway.identified(host, human.token, { presence: { status: 'online', activities: [], since: 0, afk: false } });
    await alpha.until('presence', presence => presence.userId === human.id && presence.status === 'online');
    gateway.send(3, { status: 'idle', activities: [], since: Date.now(), afk: true });
    await alpha.until('presence', presence => presence.userId === human.id && presence.status === 'idle');
    await gateway.close();
    await alpha.until('presence', presence => presence.userId === human.id && presence.status === 'offline');
  });

  scenario(`${title} creates, edits and deletes roles and channels, and the other client follows`, async ({ alpha, beta, guild }) => {
    const role = await alpha.createRole(guild.id, 'helpers');
    assert.equal((await beta.until('roleCreate', event => event.id === role)).name, 'helpers');
    await alpha.editRole(guild.id, role, 'great helpers');
    const edited = await beta.until('roleUpdate', event => event.id === role && event.name === 'great helpers');
    assert.deepEqual({ hoist: edited.hoist, color: edited.color }, { hoist: true, color: 0x336699 });
    assert.ok(beta.guild(guild.id).roles.some(cached => cached.id === role));
    await alpha.deleteRole(guild.id, role);
    await beta.until('roleDelete', event => event.id === role);
    assert.ok(!beta.guild(guild.id).roles.some(cached => cached.id === role));

    const channel = await alpha.createChannel(guild.id, 'brand-new');
    assert.equal((await beta.until('channelCreate', event => event.id === channel)).name, 'brand-new');
    await alpha.editChannel(guild.id, channel, 'about nothing');
    await beta.until('channelUpdate', event => event.id === channel && event.topic === 'about nothing');
    await alpha.deleteChannel(guild.id, channel);
    await beta.until('channelDelete', event => event.id === channel);
    assert.deepEqual(await beta.refusal(client => client.send(channel, 'too late')), { status: 404, code: UNKNOWN_CHANNEL });
  });

  scenario(`${title} names, times out, kicks, bans and unbans a member, and the other client follows`, async ({ host, alpha, beta, guild }) => {
    const guest = await register(host, 'guest');
    await join(host, guild, guest);
    await beta.until('memberAdd', event => event.userId === guest.id && event.guildId === guild.id);
    assert.equal(await alpha.fetchMember(guild.id, guest.id), guest.id);

    await alpha.setNick(guild.id, guest.id, 'Ghost');
    await beta.until('memberUpdate', event => event.userId === guest.id && event.nick === 'Ghost');
    const role = await alpha.createRole(guild.id, 'guests');
    await alpha.giveRole(guild.id, guest.id, role);
    await beta.until('memberUpdate', event => event.userId === guest.id && event.roles.includes(role));

    const end = Date.now() + 3_600_000;
    await alpha.timeout(guild.id, guest.id, end);
    const silenced = await beta.until('memberUpdate', event => event.userId === guest.id && event.timeoutUntil);
    assert.ok(Math.abs(silenced.timeoutUntil - end) < 1_000);
    const muted = await rest(host, guest.token, 'POST', `/channels/${guild.general.id}/messages`, { content: 'I am silenced' });
    assert.deepEqual({ status: muted.status, code: muted.body.code }, { status: 403, code: MISSING_PERMISSIONS });
    await alpha.timeout(guild.id, guest.id, null);
    await must(host, guest.token, 'POST', `/channels/${guild.general.id}/messages`, { content: 'I speak again' });

    await alpha.kick(guild.id, guest.id);
    await beta.until('memberRemove', event => event.userId === guest.id && event.guildId === guild.id);
    const gone = await rest(host, guest.token, 'GET', `/channels/${guild.general.id}/messages`);
    assert.equal(gone.status, 403);

    await join(host, guild, guest);
    await until(() => beta.all('memberAdd', event => event.userId === guest.id).length === 2, 'the second join is told');
    await alpha.ban(guild.id, guest.id);
    await alpha.until('banAdd', event => event.userId === guest.id && event.guildId === guild.id);
    assert.deepEqual(await alpha.bans(guild.id), [{ userId: guest.id, reason: 'Réason & more' }]);
    const banned = await rest(host, guest.token, 'POST', `/invites/${guild.invite.code}`, {});
    assert.deepEqual({ status: banned.status, code: banned.body.code }, { status: 403, code: 40007 });
    assert.equal(beta.all('banAdd').length, 0, 'a bot without the right to ban is not told of bans');
    await alpha.unban(guild.id, guest.id);
    await alpha.until('banRemove', event => event.userId === guest.id);
    await join(host, guild, guest);
    assert.deepEqual(await beta.refusal(client => client.kick(guild.id, guest.id)), { status: 403, code: MISSING_PERMISSIONS });
  });

  scenario(`${title} saw no error and no gap in the sequence`, ({ alpha, beta }) => {
    assert.deepEqual(alpha.errors, []);
    assert.deepEqual(beta.errors, []);
    assert.deepEqual([alpha.sessions, beta.sessions, alpha.resumes, beta.resumes], [1, 1, 0, 0]);
  });
}
