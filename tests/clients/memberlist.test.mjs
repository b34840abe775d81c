import assert from 'node:assert/strict';
import { ALL_INTENTS, Gateway, Op } from './support/gateway.mjs';
import { addBot, createBot, createChannel, createGuild, join, must, Permission, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { range, until } from './support/until.mjs';

const BIG = 3;
const ROLE = 0;

const scenario = withHost({ rateLimits: false, env: { Gateway__BigGuildOnline: String(BIG), Gateway__UnreadEverySeconds: '0.2' } }, async host => {
  const owner = await register(host, 'owner');
  const people = [];
  for (const index of range(6)) people.push(await register(host, `member${index}`));
  const guild = await createGuild(host, owner, 'Hall');
  await join(host, guild, ...people);
  const bot = await createBot(host, owner);
  await addBot(host, guild, bot);
  return { owner, people, guild, bot };
});

/** A client's member list: rows by index, as the steps move them. */
class List {
  rows = [];
  constructor(gateway, id) { Object.assign(this, { gateway, id, seen: 0 }); }
  async until(fits, what) {
    return until(() => {
      const updates = this.gateway.events('GUILD_MEMBER_LIST_UPDATE').filter(update => update.id === this.id);
      for (const update of updates.slice(this.seen)) this.#apply(update);
      this.seen = updates.length;
      return this.last && fits(this);
    }, () => `${what}; rows: ${this.names.join(' ')}`);
  }
  get names() { return this.rows.map(row => (row?.group ? `#${row.group.id}` : row?.member.user.id)); }
  get ids() { return this.rows.filter(row => row?.member).map(row => row.member.user.id); }
  #apply({ ops, ...last }) {
    this.last = last;
    for (const op of ops) {
      if (op.op === 'SYNC') op.items.forEach((item, offset) => { this.rows[op.range[0] + offset] = item; });
      else if (op.op === 'INSERT') this.rows.splice(op.index, 0, op.item);
      else if (op.op === 'DELETE') this.rows.splice(op.index, 1);
      else if (op.op === 'UPDATE') this.rows[op.index] = op.item;
      else if (op.op === 'INVALIDATE') for (let index = op.range[0]; index <= op.range[1]; index++) delete this.rows[index];
      else assert.fail(`an unknown step ${op.op}`);
    }
  }
}

const watch = (gateway, guild, channels) => gateway.send(14, { guild_id: guild.id, typing: true, activities: true, threads: true, channels });

scenario('the list beside a channel shows groups and members, and follows every change', async ({ host, owner, people, guild }) => {
  const viewer = await Gateway.identified(host, people[0].token);
  watch(viewer, guild, { [guild.general.id]: [[0, 99]] });
  const list = new List(viewer, 'everyone');
  await list.until(({ ids }) => ids.length === 8, 'everybody is in the list');
  assert.equal(list.names[0], '#online');
  assert.ok(list.names.includes('#offline'));
  assert.equal(list.last.member_count, 8);
  assert.ok(list.rows.filter(row => row.member).every(row => row.member.presence.user.id === row.member.user.id && Array.isArray(row.member.roles)));

  const second = await Gateway.identified(host, people[1].token);
  await list.until(({ last }) => last.online_count === 2 && last.groups.find(group => group.id === 'online').count === 2, 'a second one is online');
  const role = await must(host, owner.token, 'POST', `/guilds/${guild.id}/roles`, { name: 'officers', hoist: true });
  await must(host, owner.token, 'PUT', `/guilds/${guild.id}/members/${people[1].id}/roles/${role.id}`);
  await list.until(({ names }) => names[0] === `#${role.id}` && names[1] === people[1].id, 'officers stand above');
  await must(host, people[0].token, 'PATCH', `/guilds/${guild.id}/members/@me`, { nick: 'Zed' });
  await list.until(({ rows }) => rows.some(row => row.member?.nick === 'Zed'), 'the nickname is shown');
  await second.close();
  await list.until(({ names }) => names[0] === '#online' && names.indexOf('#offline') === 2, 'the group is gone with its only member');
  const guest = await register(host, 'guest');
  await join(host, guild, guest);
  await list.until(({ ids, last }) => ids.includes(guest.id) && last.member_count === 9, 'a newcomer is in the list');
  await must(host, owner.token, 'DELETE', `/guilds/${guild.id}/members/${guest.id}`);
  await list.until(({ ids, last }) => !ids.includes(guest.id) && last.member_count === 8, 'and out of it again');
  await must(host, owner.token, 'DELETE', `/guilds/${guild.id}/roles/${role.id}`);
  await viewer.close();
});

scenario('a hidden channel has a list of its own, for those who may see it alone', async ({ host, owner, people, guild }) => {
  const role = await must(host, owner.token, 'POST', `/guilds/${guild.id}/roles`, { name: 'insiders' });
  const channel = await createChannel(host, guild, 'inside', { permission_overwrites: [{ id: guild.id, type: ROLE, allow: '0', deny: String(Permission.ViewChannel) }, { id: role.id, type: ROLE, allow: String(Permission.ViewChannel), deny: '0' }] });
  await must(host, owner.token, 'PUT', `/guilds/${guild.id}/members/${people[0].id}/roles/${role.id}`);
  const insider = await Gateway.identified(host, people[0].token);
  const outsider = await Gateway.identified(host, people[1].token);
  watch(insider, guild, { [channel.id]: [[0, 99]] });
  watch(outsider, guild, { [channel.id]: [[0, 99]], [guild.general.id]: [[0, 99]] });
  const update = await insider.until('GUILD_MEMBER_LIST_UPDATE');
  assert.match(update.id, /^\d+$/);
  const list = new List(insider, update.id);
  await list.until(({ ids }) => ids.length === 2, 'the owner and the insider');
  assert.deepEqual([...list.ids].sort(), [owner.id, people[0].id].sort());
  await new List(outsider, 'everyone').until(({ ids }) => ids.length === 8, 'the open list');
  assert.ok(outsider.events('GUILD_MEMBER_LIST_UPDATE').every(({ id }) => id === 'everyone'), 'nothing of the hidden one');

  await must(host, owner.token, 'PUT', `/guilds/${guild.id}/members/${people[1].id}/roles/${role.id}`);
  await list.until(({ ids }) => ids.includes(people[1].id), 'the second insider');
  await new List(outsider, update.id).until(({ ids }) => ids.length === 3, 'who is let in sees the list that was asked for');
  await must(host, owner.token, 'DELETE', `/guilds/${guild.id}/members/${people[1].id}/roles/${role.id}`);
  await list.until(({ ids }) => !ids.includes(people[1].id), 'one insider less');
  await outsider.roundTrip();
  const before = outsider.events('GUILD_MEMBER_LIST_UPDATE').filter(({ id }) => id === update.id).length;
  await must(host, people[0].token, 'PATCH', `/guilds/${guild.id}/members/@me`, { nick: 'Unseen' });
  await list.until(({ rows }) => rows.some(row => row.member?.nick === 'Unseen'), 'a change inside');
  await outsider.roundTrip();
  assert.equal(outsider.events('GUILD_MEMBER_LIST_UPDATE').filter(({ id }) => id === update.id).length, before, 'who was sent out hears nothing more of it');
  await Promise.all([insider, outsider].map(gateway => gateway.close()));
});

scenario('op 37 opens many guilds, and what is malformed or foreign is no subscription', async ({ host, owner, people, guild }) => {
  const other = await createGuild(host, owner, 'Closed');
  const gateway = await Gateway.identified(host, people[2].token);
  gateway.send(37, { subscriptions: { [guild.id]: { channels: { [guild.general.id]: [[0, 99], [5, 2], ['a', 1], [0, 500], [200, 299]] } }, [other.id]: { channels: { [other.general.id]: [[0, 99]] } }, nonsense: {} } });
  await gateway.until('GUILD_MEMBER_LIST_UPDATE', update => update.guild_id === guild.id && update.ops.length === 2);
  await gateway.roundTrip();
  assert.ok(gateway.events('GUILD_MEMBER_LIST_UPDATE').every(update => update.guild_id === guild.id));
  await gateway.close();

  const broken = await Gateway.identified(host, people[2].token);
  broken.send(14, { guild_id: 'x' });
  assert.equal((await broken.untilClosed()).code, 4002);
});

scenario('in a big guild who has another one open gets unread marks, and what concerns them; bots get all', async ({ host, people, guild, bot }) => {
  const open = await Gateway.identified(host, people[0].token);
  const closed = await Gateway.identified(host, people[1].token);
  const others = await Promise.all(people.slice(2, 2 + BIG - 1).map(person => Gateway.identified(host, person.token)));
  const robot = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS });
  watch(open, guild, {});
  await open.roundTrip();
  const plain = await must(host, people[2].token, 'POST', `/channels/${guild.general.id}/messages`, { content: 'to the crowd' });
  await open.until('MESSAGE_CREATE', message => message.id === plain.id);
  await robot.until('MESSAGE_CREATE', message => message.id === plain.id);
  const unread = await closed.until('CHANNEL_UNREAD_UPDATE', update => update.guild_id === guild.id);
  assert.deepEqual(unread.channel_unread_updates, [{ id: guild.general.id, last_message_id: plain.id }]);
  assert.deepEqual(closed.events('MESSAGE_CREATE'), []);
  assert.deepEqual(open.events('CHANNEL_UNREAD_UPDATE'), []);

  const named = await must(host, people[2].token, 'POST', `/channels/${guild.general.id}/messages`, { content: `<@${people[1].id}>` });
  await closed.until('MESSAGE_CREATE', message => message.id === named.id);
  const own = await must(host, people[1].token, 'POST', `/channels/${guild.general.id}/messages`, { content: 'mine' });
  await closed.until('MESSAGE_CREATE', message => message.id === own.id);
  const made = await createChannel(host, guild, 'news');
  await closed.until('CHANNEL_CREATE', channel => channel.id === made.id);
  await must(host, people[1].token, 'PATCH', `/guilds/${guild.id}/members/@me`, { nick: 'Me' });
  await closed.until('GUILD_MEMBER_UPDATE', member => member.user.id === people[1].id);
  await must(host, people[2].token, 'PATCH', `/guilds/${guild.id}/members/@me`, { nick: 'Other' });
  await open.until('GUILD_MEMBER_UPDATE', member => member.user.id === people[2].id);
  await closed.roundTrip();
  assert.ok(!closed.events('GUILD_MEMBER_UPDATE').some(member => member.user.id === people[2].id));
  await Promise.all([open, closed, robot, ...others].map(gateway => gateway.close()));
});

scenario('the last messages of channels, and the newest members, are there for the asking', async ({ host, owner, people, guild }) => {
  const other = await createGuild(host, owner, 'Elsewhere');
  const there = await must(host, owner.token, 'POST', `/channels/${other.general.id}/messages`, { content: 'not yours' });
  const sent = await must(host, owner.token, 'POST', `/channels/${guild.general.id}/messages`, { content: 'the newest' });
  const gateway = await Gateway.identified(host, people[0].token);
  gateway.send(34, { guild_id: guild.id, channel_ids: [guild.general.id, other.general.id, '123456789012345678'] });
  const last = await gateway.until('LAST_MESSAGES');
  assert.deepEqual(last.messages.map(message => message.id), [sent.id]);
  assert.notEqual(last.messages[0].id, there.id);
  gateway.send(35, { guild_id: guild.id, query: '', nonce: 'recent' });
  const recent = await gateway.until('GUILD_MEMBERS_CHUNK', chunk => chunk.nonce === 'recent');
  assert.ok(recent.members.length >= 8);
  gateway.send(35, { guild_id: other.id, query: '', nonce: 'foreign' });
  await gateway.roundTrip();
  assert.ok(!gateway.events('GUILD_MEMBERS_CHUNK').some(chunk => chunk.nonce === 'foreign'));
  await gateway.close();
});

scenario('all members may be asked for once in half a minute, and people need a right to it', async ({ host, owner, people, guild }) => {
  const gateway = await Gateway.identified(host, owner.token);
  for (const nonce of ['first', 'second']) gateway.send(Op.RequestMembers, { guild_id: guild.id, query: '', limit: 0, nonce });
  const chunk = await gateway.until('GUILD_MEMBERS_CHUNK', answer => answer.nonce === 'first');
  assert.ok(chunk.members.length >= 8);
  const limited = await gateway.until('RATE_LIMITED');
  assert.deepEqual({ opcode: limited.opcode, meta: limited.meta }, { opcode: Op.RequestMembers, meta: { guild_id: guild.id, nonce: 'second' } });
  assert.ok(limited.retry_after > 0 && limited.retry_after <= 30);
  await gateway.close();
  const member = await Gateway.identified(host, people[0].token);
  member.send(Op.RequestMembers, { guild_id: guild.id, query: '', limit: 0, nonce: 'mine' });
  assert.deepEqual((await member.until('GUILD_MEMBERS_CHUNK', answer => answer.nonce === 'mine')).members.map(({ user }) => user.id), [people[0].id]);
  await member.close();
});
