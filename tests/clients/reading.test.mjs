import assert from 'node:assert/strict';
import { Gateway } from './support/gateway.mjs';
import { createGuild, join, login, must, refused, register, rest } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';

// A person with two devices: two logins, a gateway session of each.
const scenario = withHost({ rateLimits: false }, async host => {
  const owner = await register(host, 'owner');
  const reader = await register(host, 'reader');
  const guild = await createGuild(host, owner, 'Reading');
  await join(host, guild, reader);
  const phone = { ...reader, token: (await login(host, reader)).token };
  return { owner, reader, phone, guild, channel: guild.general.id };
});

const say = (host, who, channel, content) => must(host, who.token, 'POST', `/channels/${channel}/messages`, { content });
const stateOf = (session, channel) => session.ready.read_state.find(state => state.id === channel);

scenario('what is read on one device is read on the other, and the one that read is not told', async ({ host, owner, reader, phone, channel }) => {
  const desk = await Gateway.identified(host, reader.token);
  const pocket = await Gateway.identified(host, phone.token);
  const first = await say(host, owner, channel, `<@${reader.id}> one`);
  const second = await say(host, owner, channel, `<@${reader.id}> two`);
  await pocket.until('MESSAGE_CREATE', message => message.id === second.id);

  assert.deepEqual(await must(host, reader.token, 'POST', `/channels/${channel}/messages/${second.id}/ack`, { token: null, last_viewed: 4000 }), { token: null });
  const read = await pocket.until('MESSAGE_ACK', ack => ack.message_id === second.id);
  assert.equal(read.channel_id, channel);
  assert.equal(read.last_viewed, 4000);
  assert.equal(typeof read.version, 'number');
  assert.ok(!('manual' in read) && !('mention_count' in read));

  await must(host, phone.token, 'POST', `/channels/${channel}/messages/${first.id}/ack`, { manual: true, mention_count: 1 });
  const unread = await desk.until('MESSAGE_ACK', ack => ack.message_id === first.id);
  assert.equal(unread.manual, true);
  assert.equal(unread.mention_count, 1);
  assert.ok(unread.version > read.version, 'versions rise');
  await Promise.all([desk.roundTrip(), pocket.roundTrip()]);
  assert.equal(desk.events('MESSAGE_ACK').length, 1);
  assert.equal(pocket.events('MESSAGE_ACK').length, 1);

  const third = await Gateway.identified(host, reader.token);
  const { last_message_id, mention_count, last_viewed, flags } = stateOf(third, channel);
  assert.deepEqual({ last_message_id, mention_count, last_viewed, flags }, { last_message_id: first.id, mention_count: 1, last_viewed: 4000, flags: 1 });
  await Promise.all([desk.close(), pocket.close(), third.close()]);
});

scenario('of two windows of one login both are told: nobody knows which it was', async ({ host, owner, reader, channel }) => {
  const [one, two] = [await Gateway.identified(host, reader.token), await Gateway.identified(host, reader.token)];
  const message = await say(host, owner, channel, 'for both');
  await must(host, reader.token, 'POST', `/channels/${channel}/messages/${message.id}/ack`, {});
  await Promise.all([one, two].map(window => window.until('MESSAGE_ACK', ack => ack.message_id === message.id)));
  await Promise.all([one.close(), two.close()]);
});

scenario('one\'s own message reads the channel without an ack, and survives a crash of the server', async ({ host, owner, reader, phone, channel }) => {
  const pocket = await Gateway.identified(host, phone.token);
  await say(host, owner, channel, `<@${reader.id}>`);
  const own = await say(host, reader, channel, 'here');
  await pocket.until('MESSAGE_CREATE', message => message.id === own.id);
  await pocket.roundTrip();
  assert.deepEqual(pocket.events('MESSAGE_ACK'), []);
  await pocket.close();

  await host.kill();
  await host.startAgain();
  const back = await Gateway.identified(host, reader.token);
  assert.equal(stateOf(back, channel).last_message_id, own.id);
  assert.equal(stateOf(back, channel).mention_count, 0);
  await back.close();
});

scenario('a guild read at once, pins, other things and the inbox reach the other device', async ({ host, owner, reader, phone, guild, channel }) => {
  const pocket = await Gateway.identified(host, phone.token);
  const named = await say(host, owner, channel, '@everyone look');
  await must(host, owner.token, 'PUT', `/channels/${channel}/messages/pins/${named.id}`);
  await pocket.until('CHANNEL_PINS_UPDATE', pins => pins.channel_id === channel);

  await must(host, reader.token, 'POST', `/channels/${channel}/pins/ack`);
  const pins = await pocket.until('CHANNEL_PINS_ACK');
  assert.equal(pins.channel_id, channel);
  assert.ok(Date.parse(pins.timestamp) > 0);
  await must(host, reader.token, 'POST', `/guilds/${guild.id}/ack`);
  await pocket.until('MESSAGE_ACK', ack => ack.channel_id === channel);
  await must(host, reader.token, 'POST', `/guilds/${guild.id}/ack/1/${named.id}`);
  assert.deepEqual(await pocket.until('GUILD_FEATURE_ACK').then(({ resource_id, entity_id, ack_type }) => ({ resource_id, entity_id, ack_type })), { resource_id: guild.id, entity_id: named.id, ack_type: 1 });

  const inbox = await must(host, reader.token, 'GET', '/users/@me/mentions?limit=1');
  assert.deepEqual(inbox.map(message => message.id), [named.id]);
  assert.equal(inbox[0].guild_id, guild.id);
  await must(host, reader.token, 'DELETE', `/users/@me/mentions/${named.id}`);
  await pocket.until('RECENT_MENTION_DELETE', gone => gone.message_id === named.id);
  await refused(host, reader.token, 'DELETE', `/users/@me/mentions/${named.id}`, undefined, 404, 10008);
  await pocket.close();
});

scenario('notification settings reach every device, and READY', async ({ host, reader, phone, guild, channel }) => {
  const [desk, pocket] = [await Gateway.identified(host, reader.token), await Gateway.identified(host, phone.token)];
  const settings = await must(host, reader.token, 'PATCH', `/users/@me/guilds/${guild.id}/settings`, { suppress_everyone: true, channel_overrides: { [channel]: { muted: true, mute_config: { selected_time_window: 900, end_time: '2999-01-01T00:00:00.000Z' } } } });
  for (const session of [desk, pocket]) assert.deepEqual(await session.until('USER_GUILD_SETTINGS_UPDATE'), settings);
  assert.equal(settings.channel_overrides[0].channel_id, channel);
  const again = await Gateway.identified(host, phone.token);
  assert.deepEqual(again.ready.user_guild_settings, [settings]);
  const answer = await rest(host, reader.token, 'PATCH', `/users/@me/guilds/${guild.id}/settings`, { message_notifications: 9 });
  assert.equal(answer.body.errors.message_notifications._errors[0].code, 'BASE_TYPE_CHOICES');
  await Promise.all([desk.close(), pocket.close(), again.close()]);
});
