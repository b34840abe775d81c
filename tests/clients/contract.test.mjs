import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, test } from 'node:test';
import { errorSchema, faults, issuesOf, operations, parseRoutes, rateLimitSchema } from './support/contract.mjs';
import { Host, hostCommand } from './support/host.mjs';
import { Permission, createChannel, createGuild, join, register, rest } from './support/rest.mjs';
import { tour } from './support/tour.mjs';
import { compilePayloads, samplesOf } from './support/types.mjs';
import { inParallel, range, within } from './support/until.mjs';

const contract = operations();
const known = new Set(contract.map(operation => operation.id));
const offered = new Set(parseRoutes(await hostCommand(['routes'])).map(route => route.id).filter(id => known.has(id)));

const host = await Host.start({ rateLimits: false });

// Everything is done before the first test is registered: the runner would take an empty queue for the end of the file.
let made;
let samples;
let typeFaults;
try {
  made = await tour(host, contract, offered);
  samples = samplesOf(made.dispatches);
  typeFaults = await compilePayloads(samples);
} catch (error) {
  console.error(`The host's last lines:\n${host.tail()}`);
  await host.close();
  throw error;
}
const { answers, broken, actors } = made;
after(() => host.close());

test('the tour that makes one of everything went through', () => {
  assert.deepEqual(broken.map(({ step, error }) => `${step}: ${error}`), []);
});

/** Operations that have nothing to find here, and refuse: this instance comes without sticker packs. */
const EMPTY = new Set(['get_sticker_pack']);

for (const { id, method, path } of contract.filter(operation => offered.has(operation.id) && !EMPTY.has(operation.id))) {
  test(`${id} (${method} ${path}) answers as the published schema says`, () => {
    assert.ok(answers.has(id), 'the tour got an answer of it');
    const faulty = answers.get(id).filter(answer => answer.faults.length > 0);
    assert.deepEqual(faulty.flatMap(answer => answer.faults), [], faulty.map(answer => `status ${answer.status}, body ${JSON.stringify(answer.body)?.slice(0, 2_000)}, faults ${answer.faults.join('; ')}`).join('\n'));
  });
}

for (const [name, messages] of typeFaults) {
  test(`the gateway's ${name} has the published type`, () => {
    assert.deepEqual(messages, [], JSON.stringify(samples.get(name)[0]).slice(0, 3_000));
  });
}

test('the tour saw the everyday dispatches', () => {
  const everyday = [
    'READY', 'GUILD_CREATE', 'CHANNEL_CREATE', 'CHANNEL_UPDATE', 'CHANNEL_DELETE', 'CHANNEL_PINS_UPDATE', 'GUILD_MEMBER_ADD', 'GUILD_MEMBER_UPDATE', 'GUILD_MEMBER_REMOVE', 'GUILD_BAN_ADD', 'GUILD_BAN_REMOVE',
    'GUILD_ROLE_CREATE', 'GUILD_ROLE_UPDATE', 'GUILD_ROLE_DELETE', 'GUILD_UPDATE', 'INVITE_CREATE', 'INVITE_DELETE', 'MESSAGE_CREATE', 'MESSAGE_UPDATE', 'MESSAGE_DELETE', 'MESSAGE_DELETE_BULK',
    'MESSAGE_REACTION_ADD', 'MESSAGE_REACTION_REMOVE', 'MESSAGE_REACTION_REMOVE_ALL', 'MESSAGE_REACTION_REMOVE_EMOJI', 'PRESENCE_UPDATE', 'TYPING_START',
  ];
  assert.deepEqual(everyday.filter(name => !samples.has(name)), []);
});

const nowhere = '175928847299117063';

/** [what, who, method, path, body, status, code, path of the inner error or undefined] */
const refusals = [
  ['no token', null, 'GET', '/users/@me', undefined, 401, 0],
  ['a wrong token', 'Bot nothing.to.see', 'GET', '/users/@me', undefined, 401, 0],
  ['an unknown route', 'bot', 'GET', '/nowhere/at/all', undefined, 404, 0],
  ['a wrong method', 'bot', 'PUT', '/users/@me', undefined, 405, 0],
  ['an unknown channel', 'bot', 'GET', `/channels/${nowhere}`, undefined, 404, 10003],
  ['an unknown guild', 'bot', 'GET', `/guilds/${nowhere}`, undefined, 404, 10004],
  ['an unknown member', 'bot', 'GET', `/guilds/{guild}/members/${nowhere}`, undefined, 404, 10007],
  ['an unknown message', 'bot', 'GET', `/channels/{channel}/messages/${nowhere}`, undefined, 404, 10008],
  ['an unknown role', 'bot', 'GET', `/guilds/{guild}/roles/${nowhere}`, undefined, 404, 10011],
  ['an unknown user', 'bot', 'GET', `/users/${nowhere}`, undefined, 404, 10013],
  ['an unknown invite', null, 'GET', '/invites/thereisnone', undefined, 404, 10006],
  ['an unknown emoji', 'bot', 'GET', `/guilds/{guild}/emojis/${nowhere}`, undefined, 404, 10014],
  ['an unknown sticker', 'bot', 'GET', `/stickers/${nowhere}`, undefined, 404, 10060],
  ['an unknown sticker pack', 'bot', 'GET', `/sticker-packs/${nowhere}`, undefined, 404, 10061],
  ['an unknown sound', 'bot', 'GET', `/guilds/{guild}/soundboard-sounds/${nowhere}`, undefined, 404, 10097],
  ['an avatar that is no picture', 'bot', 'PATCH', '/users/@me', { avatar: 'data:image/png;base64,iVBORw0KGgo=' }, 400, 50035, 'avatar'],
  ['an unknown ban', 'bot', 'GET', `/guilds/{guild}/bans/${nowhere}`, undefined, 404, 10026],
  ['an empty message', 'bot', 'POST', '/channels/{channel}/messages', { content: '' }, 400, 50006],
  ['a message of 2001 characters', 'bot', 'POST', '/channels/{channel}/messages', { content: 'x'.repeat(2001) }, 400, 50035, 'content'],
  ['a message that is no text', 'bot', 'POST', '/channels/{channel}/messages', { content: { a: 1 } }, 400, 50035, 'content'],
  ['an embed title of 257 characters', 'bot', 'POST', '/channels/{channel}/messages', { embeds: [{ title: 'ok' }, { title: 'x'.repeat(257) }] }, 400, 50035, 'embeds.1.title'],
  ['a nonce of 26 characters', 'bot', 'POST', '/channels/{channel}/messages', { content: 'x', nonce: 'x'.repeat(26) }, 400, 50035, 'nonce'],
  ['mentions parsed and listed at once', 'bot', 'POST', '/channels/{channel}/messages', { content: 'x', allowed_mentions: { parse: ['users'], users: [nowhere] } }, 400, 50035, 'allowed_mentions.users'],
  ['a forward of a message that there is not', 'bot', 'POST', '/channels/{channel}/messages', { message_reference: { type: 1, message_id: nowhere, channel_id: '{channel}' } }, 400, 50035, 'message_reference'],
  ['a poll without answers', 'bot', 'POST', '/channels/{channel}/messages', { poll: { question: { text: 'Which?' }, answers: [] } }, 400, 50035, 'poll.answers'],
  ['the end of what is no poll', 'bot', 'POST', '/channels/{channel}/polls/{message}/expire', undefined, 400, 520006],
  ['a vote of a bot', 'bot', 'PUT', '/channels/{channel}/polls/{message}/answers/@me', { answer_ids: ['1'] }, 403, 20001],
  ['an ack of a bot', 'bot', 'POST', '/channels/{channel}/messages/{message}/ack', {}, 403, 20001],
  ['a button without an id', 'bot', 'POST', '/channels/{channel}/messages', { components: [{ type: 1, components: [{ type: 2, style: 1, label: 'x' }] }] }, 400, 50035, 'components.0.components.0.custom_id'],
  ['broken JSON', 'bot', 'POST', '/channels/{channel}/messages', '{"content":', 400, 50109],
  ['a channel without a name', 'bot', 'POST', '/guilds/{guild}/channels', { type: 0 }, 400, 50035, 'name'],
  ['a channel name of 101 characters', 'bot', 'POST', '/guilds/{guild}/channels', { name: 'x'.repeat(101), type: 0 }, 400, 50035, 'name'],
  ['a bulk deletion of one message', 'bot', 'POST', '/channels/{channel}/messages/bulk-delete', { messages: [nowhere] }, 400, 50016],
  ['a guild made by a bot', 'bot', 'POST', '/guilds', { name: 'Bots cannot' }, 403, 20001],
  ['a channel that is not seen', 'human', 'GET', '/channels/{hidden}/messages', undefined, 403, 50001],
  ['a guild that one is not in, as if it did not exist', 'stranger', 'GET', '/guilds/{guild}/channels', undefined, 404, 10004],
  ['a role made without the permission', 'human', 'POST', '/guilds/{guild}/roles', { name: 'mine' }, 403, 50013],
  ['an edit of somebody else\'s message', 'human', 'PATCH', '/channels/{channel}/messages/{message}', { content: 'mine now' }, 403, 50005],
  ['a channel id that is no number', 'bot', 'GET', '/channels/abc', undefined, 400, 50035, 'channel_id'],
];

test('every refusal has its status, its code and a body of the published form', async () => {
  const guild = { id: actors.guild.id, owner: actors.owner, general: actors.guild.general };
  const hidden = await createChannel(host, guild, 'hidden', { permission_overwrites: [{ id: guild.id, type: 0, allow: '0', deny: String(Permission.ViewChannel) }] });
  const message = await rest(host, actors.bot.auth, 'POST', `/channels/${actors.channel_id}/messages`, { content: 'of the bot' });
  const stranger = await register(host, 'stranger');
  const people = { bot: actors.bot.auth, human: actors.human.token, stranger: stranger.token };
  const wrong = [];
  for (const [what, who, method, path, body, status, code, inner] of refusals) {
    const fill = text => text.replace('{guild}', guild.id).replace('{channel}', actors.channel_id).replace('{hidden}', hidden.id).replace('{message}', message.body.id);
    const answer = await rest(host, people[who] ?? who, method, fill(path), body === undefined ? undefined : fill(typeof body === 'string' ? body : JSON.stringify(body)));
    if (answer.status !== status || answer.body?.code !== code) wrong.push(`${what} (${method} ${path}): expected ${status}/${code}, got ${answer.status} ${JSON.stringify(answer.body)}`);
    else if (answer.headers.get('content-type') !== 'application/json') wrong.push(`${what}: content type ${answer.headers.get('content-type')}`);
    else {
      wrong.push(...issuesOf(errorSchema, answer.body).map(issue => `${what}: ${issue}`));
      if (/\{\d\}/.test(JSON.stringify(answer.body))) wrong.push(`${what}: a text was not filled in: ${JSON.stringify(answer.body)}`);
      if (inner && !inner.split('.').reduce((tree, key) => tree?.[key], answer.body.errors)?._errors?.length) wrong.push(`${what}: no inner error at ${inner} in ${JSON.stringify(answer.body.errors)}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('a request body over the limit is refused with 413 and the code 40005', async () => {
  const upload = http.request(`${host.api}/channels/${actors.channel_id}/messages`, {
    method: 'POST',
    headers: { Authorization: actors.bot.auth, 'Content-Type': 'multipart/form-data; boundary=edge', 'Content-Length': 300 << 20 },
  });
  // Only the head is sent: the answer must not wait for 300 MiB, more than ten files may have, that nobody wants.
  upload.flushHeaders();
  const [response] = await within(once(upload, 'response'), 'an answer to the announced size');
  const answer = { status: response.statusCode, body: JSON.parse(Buffer.concat(await response.toArray()).toString()) };
  upload.destroy();
  assert.deepEqual({ status: answer.status, code: answer.body.code }, { status: 413, code: 40005 });
  assert.deepEqual(issuesOf(errorSchema, answer.body), []);
});

test('a 429 has a body of the published form', async () => {
  const limited = await Host.start();
  try {
    const owner = await register(limited, 'owner');
    const guild = await createGuild(limited, owner, 'Limited');
    const all = await inParallel(range(20), 20, index => rest(limited, owner.token, 'POST', `/channels/${guild.general.id}/messages`, { content: `flood ${index}` }, { retry: false }));
    const refused = all.filter(answer => answer.status === 429);
    assert.ok(refused.length > 0);
    for (const answer of refused) assert.deepEqual(issuesOf(rateLimitSchema, answer.body), []);
  } finally {
    await limited.close();
  }
});

test('what every message must have is there in a human\'s eyes as in a bot\'s', async () => {
  const listMessages = contract.find(operation => operation.id === 'list_messages');
  const guild = await createGuild(host, actors.owner, 'Eyes');
  await join(host, guild, actors.human);
  await rest(host, actors.human.token, 'POST', `/channels/${guild.general.id}/messages`, { content: 'seen' });
  const answer = await rest(host, actors.owner.token, 'GET', `/channels/${guild.general.id}/messages`);
  assert.deepEqual(faults(listMessages, answer.status, answer.body), []);
  const [message] = answer.body;
  for (const field of ['id', 'channel_id', 'author', 'content', 'timestamp', 'edited_timestamp', 'tts', 'mention_everyone', 'mentions', 'mention_roles', 'attachments', 'embeds', 'pinned', 'type', 'flags', 'components']) {
    assert.ok(field in message, `${field} is there`);
  }
  assert.equal(message.edited_timestamp, null);
});
