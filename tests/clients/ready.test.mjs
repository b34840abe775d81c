import assert from 'node:assert/strict';
import { setTimeout as elapse } from 'node:timers/promises';
import { Gateway } from './support/gateway.mjs';
import { createGuild, join, must, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { range, until } from './support/until.mjs';

const CHANNELS = 120;
const CONNECTS = 24;
const VERSIONED = (1 << 2) | (1 << 3);
const DEDUPE = 1 << 4;
const PRIORITIZED = 1 << 5;

const scenario = withHost({ rateLimits: false }, async host => {
  const owner = await register(host, 'owner');
  const member = await register(host, 'member');
  const guild = await createGuild(host, owner, 'Hall');
  await join(host, guild, member);
  return { owner, member, guild };
});

scenario('a person gets guilds whole in READY, with themselves among the members and no stub', async ({ host, member, guild }) => {
  const gateway = await Gateway.identified(host, member.token);
  const [listed] = gateway.ready.guilds;
  assert.equal(gateway.ready.guilds.length, 1);
  assert.equal(listed.id, guild.id);
  assert.notEqual(listed.unavailable, true);
  for (const list of ['channels', 'roles', 'members', 'presences', 'threads', 'emojis', 'stickers', 'voice_states']) assert.ok(Array.isArray(listed[list]), list);
  assert.ok(listed.members.some(({ user }) => user.id === member.id));
  assert.ok(listed.joined_at && listed.member_count === 2);
  for (const list of ['private_channels', 'relationships', 'presences', 'read_state', 'user_guild_settings', 'sessions', 'connected_accounts', 'experiments', 'users']) assert.ok(Array.isArray(gateway.ready[list]), list);
  assert.ok(gateway.ready.sessions.some(session => session.session_id === gateway.sessionId && session.status === 'online'));
  await gateway.roundTrip();
  assert.deepEqual(gateway.events('GUILD_CREATE'), [], 'no guild comes twice');
  await gateway.close();
});

scenario('what happens to a guild while people connect comes to each of them exactly once: in READY or after it', async ({ host, owner, member, guild }) => {
  const made = [];
  const making = (async () => {
    for (const index of range(CHANNELS)) {
      made.push((await must(host, owner.token, 'POST', `/guilds/${guild.id}/channels`, { name: `channel-${index}`, type: 0 })).id);
      if (index % 4 === 3) await must(host, owner.token, 'DELETE', `/channels/${made[index - 2]}`);
    }
  })();
  const gateways = [];
  for (const index of range(CONNECTS)) {
    gateways.push(await Gateway.identified(host, index % 2 === 0 ? member.token : owner.token));
    await elapse(5);
  }
  await making;
  await must(host, owner.token, 'POST', `/channels/${made[0]}/messages`, { content: 'the last of all' });
  const present = (await must(host, owner.token, 'GET', `/guilds/${guild.id}/channels`)).map(({ id }) => id).sort();
  for (const gateway of gateways) {
    await gateway.until('MESSAGE_CREATE', message => message.content === 'the last of all');
    const known = new Set(gateway.ready.guilds[0].channels.map(({ id }) => id));
    for (const frame of gateway.dispatches) {
      if (frame.t === 'CHANNEL_CREATE') {
        assert.ok(!known.has(frame.d.id), `CHANNEL_CREATE of a channel that READY held or that came before: ${frame.d.name}`);
        known.add(frame.d.id);
      } else if (frame.t === 'CHANNEL_DELETE') {
        assert.ok(known.delete(frame.d.id), `CHANNEL_DELETE of a channel that nobody spoke of: ${frame.d.name}`);
      }
    }
    assert.deepEqual([...known].sort(), present);
    assert.deepEqual(gateway.dispatches.map(frame => frame.s), gateway.dispatches.map((_, index) => index + 1));
    assert.equal(gateway.dispatches[0].t, 'READY');
    await gateway.close();
  }
});

scenario('a guild that is joined while connecting comes once, in READY or by its GUILD_CREATE', async ({ host, owner }) => {
  const person = await register(host, 'restless');
  for (const index of range(8)) {
    const guild = await createGuild(host, owner, `Hall ${index}`);
    const [gateway] = await Promise.all([Gateway.identified(host, person.token), join(host, guild, person)]);
    await until(() => listings(gateway, guild).length > 0, 'the guild is known');
    await gateway.roundTrip();
    assert.equal(listings(gateway, guild).length, 1);
    await gateway.close();
  }
});

scenario('the capabilities version read states and settings, and name each user once', async ({ host, owner, member, guild }) => {
  const dm = await must(host, member.token, 'POST', '/users/@me/channels', { recipients: [owner.id] });
  const versioned = await identified(host, member, VERSIONED);
  for (const field of ['read_state', 'user_guild_settings']) assert.deepEqual(Object.keys(versioned.ready[field]).sort(), ['entries', 'partial', 'version']);
  await versioned.close();

  const merged = await identified(host, member, DEDUPE);
  assert.ok(!('members' in merged.ready.guilds[0]) && !('presences' in merged.ready.guilds[0]));
  assert.equal(merged.ready.merged_members.length, merged.ready.guilds.length);
  assert.ok(merged.ready.merged_members[merged.ready.guilds.findIndex(({ id }) => id === guild.id)].some(own => own.user_id === member.id && !('user' in own)));
  assert.ok(merged.ready.users.some(({ id }) => id === owner.id));
  assert.deepEqual(merged.ready.private_channels.find(({ id }) => id === dm.id).recipient_ids, [owner.id]);
  assert.ok(Array.isArray(merged.ready.merged_presences.guilds) && Array.isArray(merged.ready.merged_presences.friends));
  await merged.close();

  const prioritized = await identified(host, member, DEDUPE | PRIORITIZED);
  const supplemental = await prioritized.until('READY_SUPPLEMENTAL');
  assert.ok(!('merged_presences' in prioritized.ready));
  assert.equal(supplemental.merged_presences.guilds.length, prioritized.ready.guilds.length);
  assert.equal(prioritized.dispatches[1].t, 'READY_SUPPLEMENTAL');
  await prioritized.close();
});

async function identified(host, person, capabilities) {
  const gateway = await Gateway.open(host);
  gateway.identify(person.token, { capabilities });
  await gateway.untilReady();
  return gateway;
}

const listings = (gateway, guild) => [...gateway.ready.guilds.filter(listed => listed.id === guild.id && listed.unavailable !== true), ...gateway.events('GUILD_CREATE').filter(created => created.id === guild.id)];
