import { ALL_INTENTS, Gateway, Intent } from './gateway.mjs';
import { Permission, addBot, createBot, createChannel, createGuild, join, must, register } from './rest.mjs';

/** What a person of each class holds in the guild, beside being a member. The channel `hidden` is closed to @everyone and open to the role `insider`. */
const PEOPLE = {
  /** Nothing: sees the open channel only. */
  member: 0n,
  /** Sees the hidden channel by role. */
  insider: 0n,
  /** Sees it by an overwrite of their own. */
  allowed: 0n,
  /** Has the insider role, and an overwrite of their own that takes it away. */
  denied: 0n,
  administrator: Permission.Administrator,
  auditor: Permission.ViewAuditLog,
  banner: Permission.BanMembers,
  manager: Permission.ManageGuild,
  keeper: Permission.ManageChannels,
  keeperOfHidden: Permission.ManageChannels,
  stranger: 0n,
};

export const EVERYBODY = ['owner', ...Object.keys(PEOPLE).filter(name => name !== 'stranger'), 'bot', 'plainBot'];

/** Who sees the hidden channel. */
export const SEEING = ['owner', 'insider', 'allowed', 'administrator', 'keeperOfHidden', 'bot'];

/**
 * One guild with one session of each class of viewers: people, an administrator bot (`bot`), a bot without permissions (`plainBot`), and of the
 * former one session for each intent that lacks just that one.
 */
export async function viewers(host) {
  const owner = await register(host, 'owner');
  const guild = await createGuild(host, owner, 'Viewers');
  const hidden = await createChannel(host, guild, 'hidden', { permission_overwrites: [{ id: guild.id, type: 0, allow: '0', deny: String(Permission.ViewChannel) }] });
  const open = guild.general;
  const sessions = { owner: await Gateway.identified(host, owner.token) };
  const people = { owner };
  for (const [name, permissions] of Object.entries(PEOPLE)) {
    const person = await register(host, name);
    people[name] = person;
    if (name !== 'stranger') {
      await join(host, guild, person);
      if (permissions) await give(name, permissions);
    }
  }
  const insider = await give('insider', 0n);
  await must(host, owner.token, 'PUT', `/guilds/${guild.id}/members/${people.denied.id}/roles/${insider}`);
  await must(host, owner.token, 'PUT', `/guilds/${guild.id}/members/${people.keeperOfHidden.id}/roles/${insider}`);
  await overwrite(insider, 0, Permission.ViewChannel, 0n);
  await overwrite(people.allowed.id, 1, Permission.ViewChannel, 0n);
  await overwrite(people.denied.id, 1, 0n, Permission.ViewChannel);
  const bot = await createBot(host, owner, { name: 'All' });
  const plainBot = await createBot(host, owner, { name: 'Plain' });
  await addBot(host, guild, bot, Permission.Administrator);
  await addBot(host, guild, plainBot);

  for (const name of Object.keys(PEOPLE)) sessions[name] = await Gateway.identified(host, people[name].token);
  sessions.bot = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS });
  sessions.plainBot = await Gateway.identified(host, plainBot.token, { intents: ALL_INTENTS });
  const without = {};
  for (const [name, bit] of Object.entries(Intent)) without[name] = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS & ~bit });

  async function give(name, permissions) {
    const role = await must(host, owner.token, 'POST', `/guilds/${guild.id}/roles`, { name, permissions: String(permissions) });
    await must(host, owner.token, 'PUT', `/guilds/${guild.id}/members/${people[name].id}/roles/${role.id}`);
    return role.id;
  }

  function overwrite(id, type, allow, deny) {
    return must(host, owner.token, 'PUT', `/channels/${hidden.id}/permissions/${id}`, { type, allow: String(allow), deny: String(deny) });
  }

  let marks = 0;

  /** Everything that happened in the guild before has reached every session when this returns. */
  async function settle() {
    const topic = `mark ${++marks}`;
    const [marked] = await Promise.all([
      must(host, owner.token, 'POST', `/channels/${open.id}/messages`, { content: topic }),
      must(host, owner.token, 'PATCH', `/guilds/${guild.id}`, { description: topic }),
    ]);
    const members = [...EVERYBODY.map(name => sessions[name]), ...Object.entries(without).filter(([name]) => name !== 'Guilds').map(([, session]) => session)];
    await Promise.all([
      ...members.map(session => session.until('GUILD_UPDATE', updated => updated.description === topic)),
      without.Guilds.until('MESSAGE_CREATE', message => message.id === marked.id),
    ]);
    await sessions.stranger.roundTrip();
  }

  return { host, guild, owner, hidden, open, people, bot, plainBot, sessions, without, settle, insider };
}

/** The names of the classes whose session got an event that fits, since the frame counts given. */
export function whoGot(world, event, fits, since) {
  const got = (session, from) => session.frames.slice(from).some(frame => frame.t === event && fits(frame.d));
  return {
    people: Object.keys(world.sessions).filter(name => got(world.sessions[name], since.sessions[name])),
    withoutIntent: Object.keys(world.without).filter(name => !got(world.without[name], since.without[name])),
  };
}

/** How many frames each session has now. */
export function counts(world) {
  const count = sessions => Object.fromEntries(Object.entries(sessions).map(([name, session]) => [name, session.frames.length]));
  return { sessions: count(world.sessions), without: count(world.without) };
}
