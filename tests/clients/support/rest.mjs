import assert from 'node:assert/strict';
import { inParallel, range } from './until.mjs';

const REQUEST_DEADLINE = 60_000;

/** All three limited privileged intents: presence 1 << 13, members 1 << 15, message content 1 << 19. */
export const ALL_PRIVILEGED = (1 << 13) | (1 << 15) | (1 << 19);

/**
 * One HTTP request to the API. `body` is sent as JSON unless it is a FormData; the answer's body is parsed JSON, or null when there is none.
 * A 429 is waited out as a client has to, unless `retry` is false.
 */
export async function rest(host, token, method, path, body, { retry = true, headers = {}, root = host.api } = {}) {
  for (;;) {
    const isForm = body instanceof FormData;
    const response = await fetch(root + path, {
      method,
      headers: {
        ...(token ? { Authorization: token } : {}),
        ...(body === undefined || isForm ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : isForm || typeof body === 'string' ? body : JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(REQUEST_DEADLINE),
    });
    const text = await response.text();
    if (response.status === 429 && retry) {
      const seconds = Number(response.headers.get('retry-after'));
      if (!(seconds > 0)) throw new Error(`429 without a usable Retry-After on ${method} ${path}: ${text}`);
      await new Promise(resolve => setTimeout(resolve, seconds * 1000));
      continue;
    }
    const type = response.headers.get('content-type');
    let parsed = text;
    if (text === '') parsed = null;
    else if (type?.startsWith('application/json')) parsed = JSON.parse(text);
    return { status: response.status, headers: response.headers, body: parsed };
  }
}

/** A request that has to succeed; returns the body. */
export async function must(host, token, method, path, body, options) {
  const answer = await rest(host, token, method, path, body, options);
  if (answer.status < 200 || answer.status > 299) {
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
  return answer.body;
}

/** A request that has to fail with this HTTP status and this code of the error body. */
export async function refused(host, token, method, path, body, status, code) {
  const answer = await rest(host, token, method, path, body);
  assert.deepEqual({ status: answer.status, code: answer.body?.code }, { status, code }, `${method} ${path} answered ${JSON.stringify(answer.body)}`);
  return answer.body;
}

let accounts = 0;

/** Registers a human account. Returns { id, token, name }; the token goes bare into Authorization. */
export async function register(host, name = 'person') {
  const username = `${name}_${process.pid.toString(36)}_${++accounts}`;
  const answer = await must(host, null, 'POST', '/auth/register', {
    username,
    email: `${username}@example.org`,
    password: `correct horse ${username}`,
    global_name: name,
    date_of_birth: '1990-01-01',
  });
  return { id: answer.user_id, token: answer.token, name: username, password: `correct horse ${username}` };
}

export async function login(host, person) {
  return must(host, null, 'POST', '/auth/login', { login: person.name, password: person.password });
}

/** Creates a guild and returns it with `general`, its first text channel, and `channels`. */
export async function createGuild(host, owner, name = 'Test guild') {
  const guild = await must(host, owner.token, 'POST', '/guilds', { name });
  const channels = await must(host, owner.token, 'GET', `/guilds/${guild.id}/channels`);
  return { id: guild.id, name, owner, channels, general: channels.find(channel => channel.type === 0) };
}

export function createChannel(host, guild, name, more = {}) {
  return must(host, guild.owner.token, 'POST', `/guilds/${guild.id}/channels`, { name, type: 0, ...more });
}

export function createInvite(host, guild, options = { max_age: 0, max_uses: 0 }) {
  return must(host, guild.owner.token, 'POST', `/channels/${guild.general.id}/invites`, options);
}

export async function join(host, guild, ...people) {
  guild.invite ??= await createInvite(host, guild);
  for (const person of people) await must(host, person.token, 'POST', `/invites/${guild.invite.code}`, {});
}

/** Registers people and lets them join. Argon2 makes a registration dear, so a few run at a time. */
export async function registerMembers(host, guild, count, name = 'member') {
  const people = await inParallel(range(count), 4, () => register(host, name));
  guild.invite ??= await createInvite(host, guild);
  await inParallel(people, 4, person => join(host, guild, person));
  return people;
}

/** Creates an application with a bot. `flags` are the application's privileged intent flags. */
export async function createBot(host, owner, { name = 'Robot', flags = ALL_PRIVILEGED } = {}) {
  const application = await must(host, owner.token, 'POST', '/applications', { name });
  if (flags) await must(host, owner.token, 'PATCH', `/applications/${application.id}`, { flags });
  const { token } = await must(host, owner.token, 'POST', `/applications/${application.id}/bot/reset`, {});
  return { id: application.bot.id, applicationId: application.id, token, auth: `Bot ${token}`, owner };
}

/** Adds a bot to a guild with these permissions (0 = none of its own). */
export function addBot(host, guild, bot, permissions = '0') {
  const query = new URLSearchParams({ client_id: bot.applicationId, scope: 'bot', permissions: String(permissions) });
  return must(host, guild.owner.token, 'POST', `/oauth2/authorize?${query}`, { authorize: true, guild_id: guild.id, permissions: String(permissions) });
}

/** Permission bits, by the names of the API documentation. */
export const Permission = {
  CreateInstantInvite: 1n << 0n, KickMembers: 1n << 1n, BanMembers: 1n << 2n, Administrator: 1n << 3n, ManageChannels: 1n << 4n,
  ManageGuild: 1n << 5n, AddReactions: 1n << 6n, ViewAuditLog: 1n << 7n, ViewChannel: 1n << 10n, SendMessages: 1n << 11n,
  ManageMessages: 1n << 13n, EmbedLinks: 1n << 14n, AttachFiles: 1n << 15n, ReadMessageHistory: 1n << 16n, MentionEveryone: 1n << 17n,
  ChangeNickname: 1n << 26n, ManageNicknames: 1n << 27n, ManageRoles: 1n << 28n, ManageWebhooks: 1n << 29n,
  ModerateMembers: 1n << 40n, PinMessages: 1n << 51n,
};

/** The whole history of a channel as the API pages it, oldest first. */
export async function wholeHistory(host, token, channelId) {
  const messages = [];
  let before;
  for (;;) {
    const page = await must(host, token, 'GET', `/channels/${channelId}/messages?limit=100${before ? `&before=${before}` : ''}`);
    messages.push(...page);
    if (page.length < 100) return messages.reverse();
    before = page.at(-1).id;
  }
}

/** Compares Snowflakes in their order of creation. */
export const byId = (left, right) => (BigInt(left) < BigInt(right) ? -1 : BigInt(left) > BigInt(right) ? 1 : 0);

export function assertAscending(ids, what) {
  for (let index = 1; index < ids.length; index++) {
    assert.ok(byId(ids[index - 1], ids[index]) < 0, `${what}: ${ids[index - 1]} came before ${ids[index]} (position ${index})`);
  }
}

/** Compares long lists of ids and tells the first difference only. */
export function assertSameIds(actual, expected, what) {
  const index = expected.findIndex((id, place) => actual[place] !== id);
  if (index >= 0 || actual.length !== expected.length) {
    const place = index >= 0 ? index : expected.length;
    assert.fail(`${what}: ${actual.length} ids instead of ${expected.length}; at position ${place} there is ${actual[place]} instead of ${expected[place]}`);
  }
}
