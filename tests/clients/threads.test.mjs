import assert from 'node:assert/strict';
import { ALL_INTENTS, Gateway, Intent } from './support/gateway.mjs';
import { DiscordJs, Oceanic } from './support/libraries.mjs';
import { Permission, addBot, createBot, createChannel, createGuild, join, must, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { until } from './support/until.mjs';
import { SEEING, counts, viewers, whoGot } from './support/viewers.mjs';

const THUMB = encodeURIComponent('👍');
const PUBLIC = 11;
const PRIVATE = 12;
/** Who sees a private thread of the open channel that the owner started and added `member` to. */
const INSIDE = ['owner', 'member', 'administrator', 'bot'];

const scenario = withHost({ rateLimits: false }, async host => {
  const world = await viewers(host);
  world.as = (method, path, body) => must(host, world.owner.token, method, path, body);
  world.hiddenThread = await world.as('POST', `/channels/${world.hidden.id}/threads`, { name: 'hidden', type: PUBLIC });
  world.privateThread = await world.as('POST', `/channels/${world.open.id}/threads`, { name: 'private', type: PRIVATE });
  await world.as('PUT', `/channels/${world.privateThread.id}/thread-members/${world.people.member.id}`);
  return { world };
});

async function said({ as }, channel, content = 'said') { return as('POST', `/channels/${channel.id}/messages`, { content }); }

/** [what happens, event, intent that a bot needs, what makes it happen in a thread and returns how the event is told from others] */
const IN_THREADS = [
  ['a message', 'MESSAGE_CREATE', 'Messages', async (world, thread) => {
    const sent = await said(world, thread);
    return message => message.id === sent.id;
  }],
  ['an edit', 'MESSAGE_UPDATE', 'Messages', async (world, thread) => {
    const sent = await said(world, thread);
    await world.as('PATCH', `/channels/${thread.id}/messages/${sent.id}`, { content: 'edited' });
    return message => message.id === sent.id;
  }],
  ['a deletion', 'MESSAGE_DELETE', 'Messages', async (world, thread) => {
    const sent = await said(world, thread);
    await world.as('DELETE', `/channels/${thread.id}/messages/${sent.id}`);
    return message => message.id === sent.id;
  }],
  ['a reaction', 'MESSAGE_REACTION_ADD', 'Reactions', async (world, thread) => {
    const sent = await said(world, thread);
    await world.as('PUT', `/channels/${thread.id}/messages/${sent.id}/reactions/${THUMB}/@me`);
    return added => added.message_id === sent.id;
  }],
  ['a pin', 'CHANNEL_PINS_UPDATE', 'Guilds', async (world, thread) => {
    const sent = await said(world, thread);
    await world.as('PUT', `/channels/${thread.id}/messages/pins/${sent.id}`);
    return pins => pins.channel_id === thread.id;
  }],
  ['typing', 'TYPING_START', 'Typing', async (world, thread) => {
    await world.as('POST', `/channels/${thread.id}/typing`);
    return typing => typing.channel_id === thread.id;
  }],
  ['a change', 'THREAD_UPDATE', 'Guilds', async (world, thread) => {
    await world.as('PATCH', `/channels/${thread.id}`, { name: 'changed' });
    return changed => changed.id === thread.id && changed.name === 'changed';
  }],
  ['archiving', 'THREAD_UPDATE', 'Guilds', async (world, thread) => {
    await world.as('PATCH', `/channels/${thread.id}`, { archived: true });
    await world.as('PATCH', `/channels/${thread.id}`, { archived: false });
    return changed => changed.id === thread.id && changed.thread_metadata.archived;
  }],
];

for (const [what, event, intent, happen] of IN_THREADS) {
  for (const [place, thread, expected] of [['a thread of the hidden channel', 'hiddenThread', SEEING], ['the private thread', 'privateThread', INSIDE]]) {
    scenario(`${what} in ${place}: ${event} reaches exactly those who may see it`, async ({ world }) => {
      const since = counts(world);
      const fits = await happen(world, world[thread]);
      await world.settle();
      const { people, withoutIntent } = whoGot(world, event, fits, since);
      assert.deepEqual(people.sort(), [...expected].sort());
      assert.deepEqual(withoutIntent, [intent]);
    });
  }
}

scenario('threads come and go for those who may see them', async ({ world }) => {
  for (const [channel, type, expected] of [[world.hidden, PUBLIC, SEEING], [world.open, PRIVATE, but(INSIDE, 'member')]]) {
    const since = counts(world);
    const thread = await world.as('POST', `/channels/${channel.id}/threads`, { name: 'short', type });
    await world.as('DELETE', `/channels/${thread.id}`);
    await world.settle();
    for (const event of ['THREAD_CREATE', 'THREAD_DELETE']) {
      const { people, withoutIntent } = whoGot(world, event, data => data.id === thread.id, since);
      assert.deepEqual(people.sort(), [...expected].sort(), event);
      assert.deepEqual(withoutIntent, ['Guilds'], event);
    }
    const [created] = world.sessions.bot.frames.filter(frame => frame.t === 'THREAD_CREATE' && frame.d.id === thread.id);
    assert.equal(created.d.newly_created, true);
    const [deleted] = world.sessions.bot.frames.filter(frame => frame.t === 'THREAD_DELETE' && frame.d.id === thread.id);
    assert.deepEqual(deleted.d, { id: thread.id, guild_id: world.guild.id, parent_id: channel.id, type });
  }
});

scenario('who is added to a private thread is shown it first, and hears of being taken out', async ({ world }) => {
  const { auditor } = world.people;
  const since = counts(world);
  const path = `/channels/${world.privateThread.id}/thread-members/${auditor.id}`;
  await world.as('PUT', path);
  await world.settle();
  const frames = world.sessions.auditor.frames.slice(since.sessions.auditor);
  const [shown] = frames.filter(frame => frame.t === 'THREAD_CREATE');
  assert.equal(shown.d.member.user_id, auditor.id);
  assert.equal(shown.d.newly_created, undefined);
  assert.deepEqual(frames.filter(frame => frame.t.startsWith('THREAD')).map(frame => frame.t), ['THREAD_CREATE', 'THREAD_MEMBER_UPDATE', 'THREAD_MEMBERS_UPDATE']);
  const own = whoGot(world, 'THREAD_CREATE', thread => thread.id === world.privateThread.id, since);
  assert.deepEqual(own.people, ['auditor']);
  await world.as('DELETE', path);
  await world.settle();
  const gone = whoGot(world, 'THREAD_MEMBERS_UPDATE', update => update.removed_member_ids?.includes(auditor.id), since);
  assert.deepEqual(gone.people.sort(), [...INSIDE, 'auditor'].sort());
  assert.deepEqual(gone.withoutIntent, ['Members']);
});

scenario('without GUILD_MEMBERS a bot hears of its own joining and leaving alone', async ({ world, host }) => {
  const shy = await Gateway.identified(host, world.bot.token, { intents: ALL_INTENTS & ~Intent.Members });
  const thread = await world.as('POST', `/channels/${world.open.id}/threads`, { name: 'joined', type: PUBLIC });
  await world.as('PUT', `/channels/${thread.id}/thread-members/${world.people.member.id}`);
  await world.as('PUT', `/channels/${thread.id}/thread-members/${world.bot.id}`);
  const own = await shy.until('THREAD_MEMBERS_UPDATE', update => update.id === thread.id);
  assert.deepEqual(own.added_members.map(member => member.user_id), [world.bot.id]);
  assert.equal(own.added_members[0].member.user.id, world.bot.id);
  assert.equal(own.added_members[0].presence, null);
  assert.equal((await shy.until('THREAD_MEMBER_UPDATE', update => update.id === thread.id)).guild_id, world.guild.id);
  await shy.close();
});

scenario('a guild comes with the active threads that one may see, and whether one is in them', async ({ world, host }) => {
  // People have their guilds in READY, bots each in an event of its own.
  const threadsOf = async (token, options) => {
    const session = await Gateway.identified(host, token, options);
    const whole = (options ? session.events('GUILD_CREATE') : session.ready.guilds).find(guild => guild.id === world.guild.id);
    await session.close();
    return new Map(whole.threads.map(thread => [thread.id, thread]));
  };
  const plain = await threadsOf(world.plainBot.token, { intents: ALL_INTENTS });
  assert.ok(!plain.has(world.privateThread.id) && !plain.has(world.hiddenThread.id));
  const all = await threadsOf(world.bot.token, { intents: ALL_INTENTS });
  assert.ok(all.has(world.privateThread.id) && all.has(world.hiddenThread.id));
  const mine = await threadsOf(world.people.member.token);
  assert.ok(mine.get(world.privateThread.id).member);
  assert.ok(!mine.has(world.hiddenThread.id));
  const theirs = await threadsOf(world.people.insider.token);
  assert.ok(!theirs.has(world.privateThread.id));
  assert.ok(theirs.has(world.hiddenThread.id));
  assert.equal(theirs.get(world.hiddenThread.id).member, undefined);
});

scenario('who gains sight of a channel is told of its threads: people after the channel, bots alone', async ({ world }) => {
  const since = counts(world);
  await world.as('PUT', `/guilds/${world.guild.id}/members/${world.people.banner.id}/roles/${world.insider}`);
  await world.as('PUT', `/guilds/${world.guild.id}/members/${world.plainBot.id}/roles/${world.insider}`);
  await world.settle();
  const frames = name => world.sessions[name].frames.slice(since.sessions[name]).filter(frame => ['CHANNEL_CREATE', 'THREAD_LIST_SYNC'].includes(frame.t));
  assert.deepEqual(frames('banner').map(frame => frame.t), ['CHANNEL_CREATE', 'THREAD_LIST_SYNC']);
  assert.deepEqual(frames('plainBot').map(frame => frame.t), ['THREAD_LIST_SYNC']);
  const { d: list } = frames('plainBot')[0];
  assert.equal(list.guild_id, world.guild.id);
  assert.deepEqual(list.channel_ids, [world.hidden.id]);
  assert.deepEqual(list.threads.map(thread => thread.id), [world.hiddenThread.id]);
  assert.deepEqual(list.members, []);
  await world.as('DELETE', `/guilds/${world.guild.id}/members/${world.people.banner.id}/roles/${world.insider}`);
  await world.as('DELETE', `/guilds/${world.guild.id}/members/${world.plainBot.id}/roles/${world.insider}`);
  await world.settle();
});

scenario('a thread changes nothing of which channels one sees: no CHANNEL events come of it', async ({ world }) => {
  const since = counts(world);
  const thread = await world.as('POST', `/channels/${world.open.id}/threads`, { name: 'quiet', type: PUBLIC });
  await world.as('DELETE', `/channels/${thread.id}`);
  await world.settle();
  for (const event of ['CHANNEL_CREATE', 'CHANNEL_UPDATE', 'CHANNEL_DELETE']) assert.deepEqual(whoGot(world, event, () => true, since).people, []);
});

async function library({ host }, Library) {
  const owner = await register(host, 'owner');
  const friend = await register(host, 'friend');
  const guild = await createGuild(host, owner, 'Threads');
  await join(host, guild, friend);
  const bot = await createBot(host, owner);
  await addBot(host, guild, bot, Permission.Administrator);
  const forum = await createChannel(host, guild, 'forum', { type: 15, available_tags: [{ name: 'bug' }, { name: 'idea' }] });
  const client = await Library.start(host, bot);
  const say = (channel, content) => must(host, friend.token, 'POST', `/channels/${channel}/messages`, { content });
  return { owner, friend, guild, bot, forum, client, say };
}

scenario('discord.js starts threads, follows them, archives them and lists them', async state => {
  const { client, guild, friend, say } = await library(state, DiscordJs);
  const { ChannelType, Events, MessageType, ThreadAutoArchiveDuration } = client.library;
  const names = [];
  client.client.on(Events.ThreadUpdate, (_, updated) => names.push(updated.name));
  const channel = await client.channel(guild.general.id);
  const root = await channel.send('root');
  const thread = await root.startThread({ name: 'from a message', autoArchiveDuration: ThreadAutoArchiveDuration.OneHour });
  assert.equal(thread.id, root.id);
  assert.equal(thread.joined, true);
  assert.equal((await thread.fetchStarterMessage()).id, root.id);
  assert.equal((await channel.messages.fetch({ message: root.id, force: true })).hasThread, true);
  // The library tells of threads that it does not know yet; this one it may know from the answer already.
  await until(() => client.packets.some(packet => packet.t === 'THREAD_CREATE' && packet.d.id === thread.id && packet.d.newly_created), 'discord.js gets the new thread');
  await say(thread.id, 'inside');
  const message = await client.until('message', heard => heard.channelId === thread.id && heard.content === 'inside');
  assert.equal(message.authorId, friend.id);
  await until(() => thread.members.cache.has(friend.id), 'who wrote is a member');
  assert.deepEqual([...(await thread.members.fetch({ withMember: true })).keys()].sort(), [client.id, friend.id].sort());
  assert.equal((await thread.members.fetch(friend.id)).id, friend.id);
  assert.equal((await thread.messages.fetch()).last().type, MessageType.ThreadStarterMessage);
  await thread.members.remove(friend.id);
  await thread.members.add(friend.id);
  await thread.setName('renamed');
  await thread.setRateLimitPerUser(5);
  await until(() => names.includes('renamed'), 'the new name is seen');
  const hidden = await channel.threads.create({ name: 'hidden', type: ChannelType.PrivateThread, invitable: false });
  assert.equal(hidden.invitable, false);
  assert.deepEqual([...(await channel.threads.fetchActive()).threads.keys()].sort(), [thread.id, hidden.id].sort());
  await thread.setLocked(true);
  await thread.setArchived(true);
  await hidden.setArchived(true);
  assert.deepEqual([...(await channel.threads.fetchArchived({ type: 'public' })).threads.keys()], [thread.id]);
  assert.deepEqual([...(await channel.threads.fetchArchived({ type: 'private', fetchAll: true })).threads.keys()], [hidden.id]);
  await hidden.setArchived(false);
  await hidden.leave();
  await hidden.join();
  await hidden.delete();
  await until(() => client.packets.some(packet => packet.t === 'THREAD_DELETE' && packet.d.id === hidden.id), 'discord.js gets the deletion');
  assert.deepEqual(client.errors, []);
  await client.close();
});

scenario('discord.js posts in a forum, with tags and a pin', async state => {
  const { client, forum, say } = await library(state, DiscordJs);
  const channel = await client.channel(forum.id);
  const [bug, idea] = channel.availableTags;
  const post = await channel.threads.create({ name: 'It breaks', message: { content: 'here' }, appliedTags: [bug.id] });
  assert.deepEqual(post.appliedTags, [bug.id]);
  assert.equal((await post.fetchStarterMessage()).content, 'here');
  await say(post.id, 'me too');
  await client.until('message', message => message.channelId === post.id && message.content === 'me too');
  await until(() => post.messageCount === 1 && post.totalMessageSent === 1, 'the message is counted');
  await post.setAppliedTags([idea.id]);
  await post.pin();
  assert.ok(post.flags.has('Pinned'));
  const [found] = [...(await channel.threads.fetchActive()).threads.values()];
  assert.deepEqual([found.id, found.appliedTags], [post.id, [idea.id]]);
  await channel.setAvailableTags([{ id: idea.id, name: 'ideas', moderated: true }]);
  assert.deepEqual(channel.availableTags.map(tag => [tag.id, tag.name, tag.moderated]), [[idea.id, 'ideas', true]]);
  assert.deepEqual(client.errors, []);
  await client.close();
});

scenario('oceanic.js starts threads, posts in a forum, follows and lists them', async state => {
  const { client, guild, forum, friend, say } = await library(state, Oceanic);
  const { channels, guilds } = client.client.rest;
  const seen = [];
  for (const name of ['threadUpdate', 'threadDelete', 'threadMembersUpdate']) client.client.on(name, (...data) => seen.push([name, data]));
  const root = await channels.createMessage(guild.general.id, { content: 'root' });
  const thread = await channels.startThreadFromMessage(guild.general.id, root.id, { name: 'from a message' });
  assert.equal(thread.id, root.id);
  const other = await channels.startThreadWithoutMessage(guild.general.id, { name: 'private', type: PRIVATE, invitable: true });
  const post = await channels.startThreadInThreadOnlyChannel(forum.id, { name: 'post', message: { content: 'first' }, appliedTags: [forum.available_tags[0].id] });
  await say(thread.id, 'inside');
  await client.until('message', message => message.channelId === thread.id && message.content === 'inside');
  await until(() => seen.some(([name, [changed, added]]) => name === 'threadMembersUpdate' && changed.id === thread.id && added.some(member => member.userID === friend.id)), 'who wrote has joined');
  assert.deepEqual((await channels.getThreadMembers(thread.id)).map(member => member.userID).sort(), [client.id, friend.id].sort());
  await channels.addThreadMember(other.id, friend.id);
  await channels.removeThreadMember(other.id, friend.id);
  await channels.leaveThread(other.id);
  await channels.joinThread(other.id);
  assert.deepEqual((await guilds.getActiveThreads(guild.id)).threads.map(found => found.id).sort(), [thread.id, other.id, post.id].sort());
  await channels.edit(thread.id, { archived: true });
  await channels.edit(other.id, { archived: true });
  await until(() => seen.some(([name, [changed]]) => name === 'threadUpdate' && changed.id === thread.id && changed.threadMetadata.archived), 'the archiving is seen');
  assert.deepEqual((await channels.getPublicArchivedThreads(guild.general.id)).threads.map(found => found.id), [thread.id]);
  assert.deepEqual((await channels.getPrivateArchivedThreads(guild.general.id)).threads.map(found => found.id), [other.id]);
  assert.deepEqual((await channels.getJoinedPrivateArchivedThreads(guild.general.id)).threads.map(found => found.id), [other.id]);
  await channels.delete(post.id);
  await until(() => seen.some(([name, [gone]]) => name === 'threadDelete' && gone.id === post.id), 'the deletion is seen');
  assert.deepEqual(client.errors, []);
  await client.close();
});

function but(names, ...left) { return names.filter(name => !left.includes(name)); }
