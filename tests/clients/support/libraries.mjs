import http from 'node:http';
import { createRequire } from 'node:module';
import { ALL_INTENTS } from './gateway.mjs';
import { pulse, until, within } from './until.mjs';

// `plain` has the libraries alone; `packed` has zlib-sync and erlpack beside them, which the libraries then use by themselves.
const requireFrom = {
  plain: createRequire(new URL('../plain/package.json', import.meta.url)),
  packed: createRequire(new URL('../packed/package.json', import.meta.url)),
};

const REACTION_TYPE = emoji => emoji.id ?? emoji.name;

/** What all three adapters share: the list of normalised events and the waits on it. */
class Client {
  events = [];
  errors = [];
  /** Gateway sessions so far and how many of them were resumed. */
  sessions = 0;
  resumes = 0;

  constructor(host) {
    this.host = host;
    host.attach(this);
  }

  record(type, fields) {
    this.events.push({ type, ...fields });
    pulse();
  }

  all(type, fits = () => true) { return this.events.filter(event => event.type === type && fits(event)); }

  until(type, fits = () => true, deadline) {
    return until(
      () => this.events.find(event => event.type === type && fits(event)),
      () => `${this.name} tells of "${type}"; it told of: ${this.events.map(event => event.type).join(' ').slice(-600)}; errors: ${this.errors.join('; ').slice(0, 600)}`,
      deadline,
    );
  }
}

export class DiscordJs extends Client {
  name = 'discord.js';

  /** `limited` counts the waits that the library made by itself, `refusals` the 429 answers it saw. */
  limited = 0;
  refusals = 0;
  packets = [];

  static async start(host, bot, { group = 'plain', intents = ALL_INTENTS, shards, presence } = {}) {
    const self = new DiscordJs(host);
    const library = requireFrom[group]('discord.js');
    const { Client: LibraryClient, Events, Partials, ShardEvents } = library;
    self.library = library;
    const client = new LibraryClient({
      intents,
      partials: [Partials.Channel, Partials.Message, Partials.Reaction, Partials.User, Partials.GuildMember],
      rest: { api: `${host.url}/api`, version: '10', cdn: host.url, mediaProxy: host.url },
      ws: { version: 10 },
      ...(shards ? { shards: shards.ids, shardCount: shards.count } : {}),
      ...(presence ? { presence } : {}),
    });
    self.client = client;
    client.on('error', error => { self.errors.push(String(error)); pulse(); });
    client.on('raw', (packet, shardId) => { self.packets.push({ ...packet, shardId }); });
    client.rest.on('rateLimited', () => { self.limited++; });
    client.rest.on('response', (_, response) => { if (response.status === 429) self.refusals++; });
    client.on(Events.ShardReady, () => { self.sessions++; pulse(); });
    client.on(Events.ShardResume, (shardId, replayed) => { self.resumes++; self.record('resumed', { shardId, replayed }); });
    client.on(Events.MessageCreate, message => self.record('message', self.message(message)));
    client.on(Events.MessageUpdate, (_, message) => self.record('edit', self.message(message)));
    client.on(Events.MessageDelete, message => self.record('delete', { id: message.id, channelId: message.channelId }));
    client.on(Events.MessageBulkDelete, (messages, channel) => self.record('bulk', { ids: [...messages.keys()], channelId: channel.id }));
    client.on(Events.MessageReactionAdd, (reaction, user) => self.record('reaction', { id: reaction.message.id, emoji: REACTION_TYPE(reaction.emoji), userId: user.id }));
    client.on(Events.MessageReactionRemove, (reaction, user) => self.record('reactionRemove', { id: reaction.message.id, emoji: REACTION_TYPE(reaction.emoji), userId: user.id }));
    client.on(Events.MessageReactionRemoveAll, message => self.record('reactionClear', { id: message.id }));
    client.on(Events.MessageReactionRemoveEmoji, reaction => self.record('reactionClearEmoji', { id: reaction.message.id, emoji: REACTION_TYPE(reaction.emoji) }));
    client.on(Events.TypingStart, typing => self.record('typing', { channelId: typing.channel.id, userId: typing.user.id, at: typing.startedTimestamp }));
    client.on(Events.PresenceUpdate, (_, presence_) => self.record('presence', { userId: presence_.userId, guildId: presence_.guild?.id, status: presence_.status, activities: presence_.activities.map(activity => activity.name) }));
    client.on(Events.ChannelCreate, channel => self.record('channelCreate', { id: channel.id, name: channel.name }));
    client.on(Events.ChannelUpdate, (_, channel) => self.record('channelUpdate', { id: channel.id, name: channel.name, topic: channel.topic }));
    client.on(Events.ChannelDelete, channel => self.record('channelDelete', { id: channel.id }));
    client.on(Events.GuildRoleCreate, role => self.record('roleCreate', { id: role.id, name: role.name }));
    client.on(Events.GuildRoleUpdate, (_, role) => self.record('roleUpdate', { id: role.id, name: role.name, color: role.color, hoist: role.hoist, permissions: role.permissions.bitfield }));
    client.on(Events.GuildRoleDelete, role => self.record('roleDelete', { id: role.id }));
    client.on(Events.GuildMemberAdd, member => self.record('memberAdd', { userId: member.id, guildId: member.guild.id }));
    client.on(Events.GuildMemberUpdate, (_, member) => self.record('memberUpdate', { userId: member.id, nick: member.nickname, timeoutUntil: member.communicationDisabledUntilTimestamp, roles: [...member.roles.cache.keys()] }));
    client.on(Events.GuildMemberRemove, member => self.record('memberRemove', { userId: member.id, guildId: member.guild.id }));
    client.on(Events.GuildBanAdd, ban => self.record('banAdd', { userId: ban.user.id, guildId: ban.guild.id }));
    client.on(Events.GuildBanRemove, ban => self.record('banRemove', { userId: ban.user.id, guildId: ban.guild.id }));
    client.on(Events.InviteCreate, invite => self.record('inviteCreate', { code: invite.code, channelId: invite.channelId, inviterId: invite.inviterId }));
    client.on(Events.InviteDelete, invite => self.record('inviteDelete', { code: invite.code }));
    client.on(Events.ChannelPinsUpdate, channel => self.record('pins', { channelId: channel.id }));
    client.on(Events.GuildCreate, guild => self.record('guildCreate', { id: guild.id }));
    client.on(Events.GuildDelete, guild => self.record('guildDelete', { id: guild.id }));
    const ready = new Promise(resolve => client.once(Events.ClientReady, resolve));
    await within(client.login(bot.token).then(() => ready), 'discord.js is ready');
    self.id = client.user.id;
    return self;
  }

  message(message) {
    return {
      id: message.id, channelId: message.channelId, guildId: message.guildId, content: message.content, authorId: message.author?.id,
      edited: message.editedTimestamp !== null, replyTo: message.reference?.messageId ?? null, mentions: [...(message.mentions?.users.keys() ?? [])],
      repliedUserId: message.mentions?.repliedUser?.id ?? null, embeds: message.embeds?.length, attachments: message.attachments?.size,
    };
  }

  guild(id) {
    const guild = this.client.guilds.cache.get(id);
    if (!guild) return null;
    return {
      id: guild.id, name: guild.name, ownerId: guild.ownerId, memberCount: guild.memberCount, available: guild.available, shardId: guild.shardId,
      roles: guild.roles.cache.map(role => ({ id: role.id, name: role.name, permissions: role.permissions.bitfield })),
      everyone: guild.roles.everyone?.id,
      channels: guild.channels.cache.map(channel => ({ id: channel.id, type: channel.type, name: channel.name, parentId: channel.parentId ?? null })),
      me: guild.members.me ? { id: guild.members.me.id, roles: [...guild.members.me.roles.cache.keys()], permissions: guild.members.me.permissions.bitfield } : null,
      members: [...guild.members.cache.keys()],
    };
  }

  async channel(id) { return this.client.channels.cache.get(id) ?? this.client.channels.fetch(id); }

  async send(channelId, content, { replyTo } = {}) {
    const channel = await this.channel(channelId);
    return this.message(await channel.send({ content, ...(replyTo ? { reply: { messageReference: replyTo } } : {}) }));
  }

  async sendTo(userId, content) { return this.message(await this.client.users.send(userId, { content })); }
  async edit(channelId, id, content) { return this.message(await (await this.channel(channelId)).messages.edit(id, { content })); }
  async delete(channelId, id) { await (await this.channel(channelId)).messages.delete(id); }
  async bulkDelete(channelId, ids) { await (await this.channel(channelId)).bulkDelete(ids); }
  async react(channelId, id, emoji) { await (await this.channel(channelId)).messages.react(id, emoji); }

  async unreact(channelId, id, emoji, userId) {
    const message = await this.fetchMessage(channelId, id);
    await message.reactions.cache.get(emoji).users.remove(userId);
  }

  async clearReactions(channelId, id, emoji) {
    const message = await this.fetchMessage(channelId, id);
    await (emoji ? message.reactions.cache.get(emoji).remove() : message.reactions.removeAll());
  }

  async reactionsOf(channelId, id) {
    const message = await this.fetchMessage(channelId, id);
    return Object.fromEntries(message.reactions.cache.map(reaction => [REACTION_TYPE(reaction.emoji), { count: reaction.count, me: reaction.me }]));
  }

  async reactors(channelId, id, emoji) {
    const message = await this.fetchMessage(channelId, id);
    return [...(await message.reactions.cache.get(emoji).users.fetch()).keys()];
  }

  async fetchMessage(channelId, id) { return (await this.channel(channelId)).messages.fetch({ message: id, force: true }); }
  async read(channelId, id) {
    const message = await this.fetchMessage(channelId, id);
    return { ...this.message(message), pinned: message.pinned };
  }

  async history(channelId, options) { return [...(await (await this.channel(channelId)).messages.fetch({ ...options, cache: false })).keys()]; }
  async typing(channelId) { await (await this.channel(channelId)).sendTyping(); }
  async pin(channelId, id) { await (await this.channel(channelId)).messages.pin(id); }
  async unpin(channelId, id) { await (await this.channel(channelId)).messages.unpin(id); }
  async pins(channelId) { return (await (await this.channel(channelId)).messages.fetchPins()).items.map(item => item.message.id); }

  async createInvite(channelId, { maxAge, maxUses }) {
    const invite = await (await this.channel(channelId)).createInvite({ maxAge, maxUses });
    return { code: invite.code, maxAge: invite.maxAge, maxUses: invite.maxUses, uses: invite.uses };
  }

  async resolveInvite(code) {
    const invite = await this.client.fetchInvite(code);
    return { code: invite.code, guildId: invite.guild.id, channelId: invite.channelId, members: invite.memberCount };
  }

  async deleteInvite(code) { await (await this.client.fetchInvite(code)).delete(); }
  async setPresence(status, activity) { this.client.user.setPresence({ status, activities: [{ name: activity, type: 0 }] }); }

  /** Asks for all members over the gateway. Returns their ids. */
  async fetchMembers(guildId) { return [...(await this.client.guilds.cache.get(guildId).members.fetch({ time: 60_000 })).keys()]; }
  async fetchMember(guildId, userId) { return (await this.client.guilds.cache.get(guildId).members.fetch({ user: userId, force: true })).id; }
  async createRole(guildId, name) { return (await this.client.guilds.cache.get(guildId).roles.create({ name })).id; }
  async editRole(guildId, id, name) { await this.client.guilds.cache.get(guildId).roles.edit(id, { name, hoist: true, color: 0x336699 }); }
  async deleteRole(guildId, id) { await this.client.guilds.cache.get(guildId).roles.delete(id); }
  async giveRole(guildId, userId, roleId) { await (await this.client.guilds.cache.get(guildId).members.fetch(userId)).roles.add(roleId); }
  async createChannel(guildId, name) { return (await this.client.guilds.cache.get(guildId).channels.create({ name, type: 0 })).id; }
  async editChannel(guildId, id, topic) { await this.client.guilds.cache.get(guildId).channels.edit(id, { topic }); }
  async deleteChannel(guildId, id) { await this.client.guilds.cache.get(guildId).channels.delete(id); }
  async setNick(guildId, userId, nick) { await this.client.guilds.cache.get(guildId).members.edit(userId, { nick }); }
  async timeout(guildId, userId, until_) { await this.client.guilds.cache.get(guildId).members.edit(userId, { communicationDisabledUntil: until_ }); }
  async kick(guildId, userId) { await this.client.guilds.cache.get(guildId).members.kick(userId); }
  async ban(guildId, userId) { await this.client.guilds.cache.get(guildId).bans.create(userId, { reason: 'Réason & more' }); }
  async unban(guildId, userId) { await this.client.guilds.cache.get(guildId).bans.remove(userId); }
  async bans(guildId) { return (await this.client.guilds.cache.get(guildId).bans.fetch()).map(ban => ({ userId: ban.user.id, reason: ban.reason })); }

  /** The code of the API error that the work ends in. */
  async refusal(work) {
    try {
      await work(this);
    } catch (error) {
      if (error.constructor.name !== 'DiscordAPIError' && !/^DiscordAPIError/.test(error.name)) throw error;
      return { status: error.status, code: error.code };
    }
    return null;
  }

  async close() {
    this.host.detach(this);
    await this.client.destroy();
  }
}

export class Oceanic extends Client {
  name = 'oceanic.js';

  static async start(host, bot, { group = 'plain', intents = ALL_INTENTS, compress, shards, presence } = {}) {
    const self = new Oceanic(host);
    const library = requireFrom[group]('oceanic.js');
    self.library = library;
    const client = new library.Client({
      auth: `Bot ${bot.token}`,
      rest: { baseURL: host.api },
      gateway: {
        intents,
        guildCreateTimeout: 500,
        ...(compress ? { compress } : {}),
        ...(shards ? { maxShards: shards.count, shardIDs: shards.ids } : {}),
        ...(presence ? { presence } : {}),
      },
    });
    self.client = client;
    client.on('error', error => { self.errors.push(String(error)); pulse(); });
    client.on('warn', warning => { if (/Non-consecutive/.test(warning)) self.errors.push(warning); });
    client.on('shardPreReady', () => { self.sessions++; pulse(); });
    client.on('shardResume', shardId => { self.resumes++; self.record('resumed', { shardId }); });
    client.on('messageCreate', message => self.record('message', self.message(message)));
    client.on('messageUpdate', message => self.record('edit', self.message(message)));
    client.on('messageDelete', message => self.record('delete', { id: message.id, channelId: message.channelID ?? message.channel.id }));
    client.on('messageDeleteBulk', messages => self.record('bulk', { ids: messages.map(message => message.id), channelId: messages[0].channelID }));
    client.on('messageReactionAdd', (message, reactor, reaction) => self.record('reaction', { id: message.id, emoji: REACTION_TYPE(reaction.emoji), userId: reactor.id }));
    client.on('messageReactionRemove', (message, reactor, reaction) => self.record('reactionRemove', { id: message.id, emoji: REACTION_TYPE(reaction.emoji), userId: reactor.id }));
    client.on('messageReactionRemoveAll', message => self.record('reactionClear', { id: message.id }));
    client.on('messageReactionRemoveEmoji', (message, emoji) => self.record('reactionClearEmoji', { id: message.id, emoji: REACTION_TYPE(emoji) }));
    client.on('typingStart', (channel, user) => self.record('typing', { channelId: channel.id, userId: user.id }));
    client.on('presenceUpdate', (guild, member, presence_) => self.record('presence', { userId: member.id, guildId: guild.id, status: presence_.status, activities: presence_.activities.map(activity => activity.name) }));
    client.on('channelCreate', channel => self.record('channelCreate', { id: channel.id, name: channel.name }));
    client.on('channelUpdate', channel => self.record('channelUpdate', { id: channel.id, name: channel.name, topic: channel.topic }));
    client.on('channelDelete', channel => self.record('channelDelete', { id: channel.id }));
    client.on('guildRoleCreate', role => self.record('roleCreate', { id: role.id, name: role.name }));
    client.on('guildRoleUpdate', role => self.record('roleUpdate', { id: role.id, name: role.name, color: role.color, hoist: role.hoist, permissions: role.permissions.allow }));
    client.on('guildRoleDelete', role => self.record('roleDelete', { id: role.id }));
    client.on('guildMemberAdd', member => self.record('memberAdd', { userId: member.id, guildId: member.guildID }));
    client.on('guildMemberUpdate', member => self.record('memberUpdate', { userId: member.id, nick: member.nick, timeoutUntil: member.communicationDisabledUntil?.getTime() ?? null, roles: member.roles }));
    client.on('guildMemberRemove', (member, guild) => self.record('memberRemove', { userId: member.id, guildId: guild.id }));
    client.on('guildBanAdd', (guild, user) => self.record('banAdd', { userId: user.id, guildId: guild.id }));
    client.on('guildBanRemove', (guild, user) => self.record('banRemove', { userId: user.id, guildId: guild.id }));
    client.on('inviteCreate', invite => self.record('inviteCreate', { code: invite.code, channelId: invite.channelID ?? invite.channel?.id, inviterId: invite.inviter?.id }));
    client.on('inviteDelete', invite => self.record('inviteDelete', { code: invite.code }));
    client.on('channelPinsUpdate', channel => self.record('pins', { channelId: channel.id }));
    client.on('guildCreate', guild => self.record('guildCreate', { id: guild.id }));
    client.on('guildDelete', guild => self.record('guildDelete', { id: guild.id }));
    const ready = new Promise(resolve => client.once('ready', resolve));
    await within(client.connect().then(() => ready), () => 'oceanic.js is ready');
    self.id = client.user.id;
    return self;
  }

  message(message) {
    return {
      id: message.id, channelId: message.channelID, guildId: message.guildID ?? null, content: message.content, authorId: message.author?.id,
      edited: message.editedTimestamp !== null && message.editedTimestamp !== undefined, replyTo: message.messageReference?.messageID ?? null,
      mentions: message.mentions?.users.map(user => user.id) ?? [], repliedUserId: message.referencedMessage?.author.id ?? null,
      embeds: message.embeds?.length, attachments: message.attachments?.size,
    };
  }

  guild(id) {
    const guild = this.client.guilds.get(id);
    if (!guild) return null;
    return {
      id: guild.id, name: guild.name, ownerId: guild.ownerID, memberCount: guild.memberCount, available: !guild.unavailable, shardId: this.client.guildShardMap.get(id),
      roles: guild.roles.map(role => ({ id: role.id, name: role.name, permissions: role.permissions.allow })),
      everyone: guild.roles.get(id)?.id,
      channels: guild.channels.map(channel => ({ id: channel.id, type: channel.type, name: channel.name, parentId: channel.parentID ?? null })),
      me: guild.clientMember ? { id: guild.clientMember.id, roles: guild.clientMember.roles, permissions: guild.clientMember.permissions.allow } : null,
      members: [...guild.members.keys()],
    };
  }

  get #channels() { return this.client.rest.channels; }
  get #guilds() { return this.client.rest.guilds; }

  #call(promise) { return within(promise, 'oceanic.js settles a request'); }

  async send(channelId, content, { replyTo } = {}) {
    return this.message(await this.#call(this.#channels.createMessage(channelId, {
      content,
      ...(replyTo ? { messageReference: { messageID: replyTo, channelID: channelId }, allowedMentions: { repliedUser: true } } : {}),
    })));
  }

  async sendTo(userId, content) {
    const channel = await this.#call(this.#channels.createDM(userId));
    return this.send(channel.id, content);
  }

  async edit(channelId, id, content) { return this.message(await this.#call(this.#channels.editMessage(channelId, id, { content }))); }
  async delete(channelId, id) { await this.#call(this.#channels.deleteMessage(channelId, id)); }
  async bulkDelete(channelId, ids) { await this.#call(this.#channels.deleteMessages(channelId, ids)); }
  async react(channelId, id, emoji) { await this.#call(this.#channels.createReaction(channelId, id, emoji)); }
  async unreact(channelId, id, emoji, userId) { await this.#call(this.#channels.deleteReaction(channelId, id, emoji, userId)); }
  async clearReactions(channelId, id, emoji) { await this.#call(this.#channels.deleteReactions(channelId, id, emoji)); }

  async reactionsOf(channelId, id) {
    const message = await this.#call(this.#channels.getMessage(channelId, id));
    return Object.fromEntries(message.reactions.map(reaction => [REACTION_TYPE(reaction.emoji), { count: reaction.count, me: reaction.me }]));
  }

  async reactors(channelId, id, emoji) { return (await this.#call(this.#channels.getReactions(channelId, id, emoji))).map(user => user.id); }

  async read(channelId, id) {
    const message = await this.#call(this.#channels.getMessage(channelId, id));
    return { ...this.message(message), pinned: message.pinned };
  }

  async history(channelId, options) { return (await this.#call(this.#channels.getMessages(channelId, options))).map(message => message.id); }
  async typing(channelId) { await this.#call(this.#channels.sendTyping(channelId)); }
  async pin(channelId, id) { await this.#call(this.#channels.pinMessage(channelId, id)); }
  async unpin(channelId, id) { await this.#call(this.#channels.unpinMessage(channelId, id)); }
  async pins(channelId) { return (await this.#call(this.#channels.getPins(channelId))).map(pin => pin.message.id); }

  async createInvite(channelId, { maxAge, maxUses }) {
    const invite = await this.#call(this.#channels.createInvite(channelId, { maxAge, maxUses }));
    return { code: invite.code, maxAge: invite.maxAge, maxUses: invite.maxUses, uses: invite.uses };
  }

  async resolveInvite(code) {
    const invite = await this.#call(this.#channels.getInvite(code, { withCounts: true }));
    return { code: invite.code, guildId: invite.guild.id, channelId: invite.channelID ?? invite.channel.id, members: invite.approximateMemberCount };
  }

  async deleteInvite(code) { await this.#call(this.#channels.deleteInvite(code)); }
  async setPresence(status, activity) { await this.client.editStatus(status, [{ name: activity, type: 0 }]); }

  async fetchMembers(guildId) {
    const shard = this.client.shards.get(this.client.guildShardMap.get(guildId));
    return (await within(shard.requestGuildMembers(guildId, { timeout: 60_000 }), 'oceanic.js has all members', 70_000)).map(member => member.id);
  }

  async fetchMember(guildId, userId) { return (await this.#call(this.#guilds.getMember(guildId, userId))).id; }
  async createRole(guildId, name) { return (await this.#call(this.#guilds.createRole(guildId, { name }))).id; }
  async editRole(guildId, id, name) { await this.#call(this.#guilds.editRole(guildId, id, { name, hoist: true, color: 0x336699 })); }
  async deleteRole(guildId, id) { await this.#call(this.#guilds.deleteRole(guildId, id)); }
  async giveRole(guildId, userId, roleId) { await this.#call(this.#guilds.addMemberRole(guildId, userId, roleId)); }
  async createChannel(guildId, name) { return (await this.#call(this.#guilds.createChannel(guildId, 0, { name }))).id; }
  async editChannel(_, id, topic) { await this.#call(this.#channels.edit(id, { topic })); }
  async deleteChannel(_, id) { await this.#call(this.#channels.delete(id)); }
  async setNick(guildId, userId, nick) { await this.#call(this.#guilds.editMember(guildId, userId, { nick })); }
  async timeout(guildId, userId, until_) { await this.#call(this.#guilds.editMember(guildId, userId, { communicationDisabledUntil: until_ && new Date(until_).toISOString() })); }
  async kick(guildId, userId) { await this.#call(this.#guilds.removeMember(guildId, userId)); }
  async ban(guildId, userId) { await this.#call(this.#guilds.createBan(guildId, userId, { reason: 'Réason & more' })); }
  async unban(guildId, userId) { await this.#call(this.#guilds.removeBan(guildId, userId)); }
  async bans(guildId) { return (await this.#call(this.#guilds.getBans(guildId))).map(ban => ({ userId: ban.user.id, reason: ban.reason })); }

  async refusal(work) {
    try {
      await work(this);
    } catch (error) {
      if (error.name !== 'DiscordRESTError' && error.constructor.name !== 'DiscordRESTError') throw error;
      return { status: error.status, code: error.code };
    }
    return null;
  }

  async close() {
    this.host.detach(this);
    this.client.disconnect(false);
  }
}

export class Eris extends Client {
  name = 'eris';

  static async start(host, bot, { group = 'plain', intents = ALL_INTENTS, compress = false } = {}) {
    const self = new Eris(host);
    const library = requireFrom[group]('eris');
    // eris always asks for https; an agent that claims that protocol and dials plainly brings it to a plain server.
    const agent = new http.Agent({ keepAlive: true });
    agent.protocol = 'https:';
    agent.defaultPort = host.port;
    const client = new library.Client(`Bot ${bot.token}`, {
      intents,
      compress,
      restMode: true,
      autoreconnect: true,
      guildCreateTimeout: 500,
      rest: { domain: '127.0.0.1', baseURL: '/api/v10', agent },
    });
    self.client = client;
    self.agent = agent;
    client.on('error', error => { self.errors.push(String(error)); pulse(); });
    client.on('shardPreReady', () => { self.sessions++; pulse(); });
    client.on('shardResume', shardId => { self.resumes++; self.record('resumed', { shardId }); });
    client.on('messageCreate', message => self.record('message', self.message(message)));
    client.on('messageUpdate', message => self.record('edit', self.message(message)));
    client.on('messageDelete', message => self.record('delete', { id: message.id, channelId: message.channel.id }));
    client.on('messageReactionAdd', (message, emoji, reactor) => self.record('reaction', { id: message.id, emoji: REACTION_TYPE(emoji), userId: reactor.id }));
    client.on('messageReactionRemove', (message, emoji, userId) => self.record('reactionRemove', { id: message.id, emoji: REACTION_TYPE(emoji), userId }));
    client.on('messageReactionRemoveAll', message => self.record('reactionClear', { id: message.id }));
    client.on('messageReactionRemoveEmoji', (message, emoji) => self.record('reactionClearEmoji', { id: message.id, emoji: REACTION_TYPE(emoji) }));
    client.on('typingStart', (channel, user) => self.record('typing', { channelId: channel.id, userId: user.id }));
    const ready = new Promise(resolve => client.once('ready', resolve));
    await within(client.connect().then(() => ready), 'eris is ready');
    self.id = client.user.id;
    return self;
  }

  message(message) {
    return {
      id: message.id, channelId: message.channel.id, guildId: message.guildID ?? null, content: message.content, authorId: message.author?.id,
      edited: Boolean(message.editedTimestamp), replyTo: message.messageReference?.messageID ?? null, mentions: message.mentions?.map(user => user.id) ?? [],
      repliedUserId: message.referencedMessage?.author.id ?? null, embeds: message.embeds?.length, attachments: message.attachments?.length,
    };
  }

  guild(id) {
    const guild = this.client.guilds.get(id);
    if (!guild) return null;
    const me = guild.members.get(this.id);
    return {
      id: guild.id, name: guild.name, ownerId: guild.ownerID, memberCount: guild.memberCount, available: !guild.unavailable, shardId: guild.shard.id,
      roles: guild.roles.map(role => ({ id: role.id, name: role.name, permissions: role.permissions.allow })),
      everyone: guild.roles.get(id)?.id,
      channels: guild.channels.map(channel => ({ id: channel.id, type: channel.type, name: channel.name, parentId: channel.parentID ?? null })),
      me: me ? { id: me.id, roles: me.roles, permissions: me.permissions.allow } : null,
      members: [...guild.members.keys()],
    };
  }

  async send(channelId, content, { replyTo } = {}) {
    return this.message(await this.client.createMessage(channelId, {
      content,
      ...(replyTo ? { messageReference: { messageID: replyTo }, allowedMentions: { repliedUser: true } } : {}),
    }));
  }

  async sendTo(userId, content) {
    const channel = await this.client.getDMChannel(userId);
    return this.send(channel.id, content);
  }

  async edit(channelId, id, content) { return this.message(await this.client.editMessage(channelId, id, content)); }
  async delete(channelId, id) { await this.client.deleteMessage(channelId, id); }
  async react(channelId, id, emoji) { await this.client.addMessageReaction(channelId, id, emoji); }
  async unreact(channelId, id, emoji, userId) { await this.client.removeMessageReaction(channelId, id, emoji, userId); }
  async clearReactions(channelId, id, emoji) { await (emoji ? this.client.removeMessageReactionEmoji(channelId, id, emoji) : this.client.removeMessageReactions(channelId, id)); }

  async reactionsOf(channelId, id) {
    const message = await this.client.getMessage(channelId, id);
    return Object.fromEntries(Object.entries(message.reactions).map(([emoji, reaction]) => [emoji, { count: reaction.count, me: reaction.me }]));
  }

  async reactors(channelId, id, emoji) { return (await this.client.getMessageReaction(channelId, id, emoji)).map(user => user.id); }
  async read(channelId, id) {
    const message = await this.client.getMessage(channelId, id);
    return { ...this.message(message), pinned: message.pinned };
  }

  async history(channelId, options) { return (await this.client.getMessages(channelId, options)).map(message => message.id); }
  async typing(channelId) { await this.client.sendChannelTyping(channelId); }
  async pin(channelId, id) { await this.client.pinMessage(channelId, id); }
  async unpin(channelId, id) { await this.client.unpinMessage(channelId, id); }
  async pins(channelId) { return (await this.client.getPins(channelId)).map(message => message.id); }

  async refusal(work) {
    try {
      await work(this);
    } catch (error) {
      if (error.name.startsWith('DiscordRESTError') || error.constructor.name === 'DiscordRESTError') return { status: error.res.statusCode, code: error.code };
      throw error;
    }
    return null;
  }

  async close() {
    this.host.detach(this);
    this.client.disconnect({ reconnect: false });
    this.agent.destroy();
  }
}
