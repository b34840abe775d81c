import assert from 'node:assert/strict';
import { ALL_INTENTS, Gateway, Op } from './support/gateway.mjs';
import { DiscordJs, Oceanic } from './support/libraries.mjs';
import { addBot, assertAscending, createBot, createChannel, createGuild, login, must, register, wholeHistory } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { pulse, range, until } from './support/until.mjs';

const KILLS = 5;
const WRITERS = 6;

const scenario = withHost({ rateLimits: false }, async host => {
  const owner = await register(host, 'owner');
  const guild = await createGuild(host, owner, 'Restart');
  const bot = await createBot(host, owner);
  await addBot(host, guild, bot);
  return { owner, guild, bot };
});

scenario('a graceful stop tells every session to reconnect (op 7) before it closes, and ends with code 0', async ({ host, owner, bot }) => {
  const sockets = [
    await Gateway.identified(host, bot.token, { intents: ALL_INTENTS }),
    await Gateway.identified(host, bot.token, { intents: ALL_INTENTS, encoding: 'etf', compress: 'zlib-stream' }),
    await Gateway.identified(host, owner.token),
  ];
  const code = await host.stop();
  await host.startAgain();
  assert.equal(code, 0, 'the host ends with 0');
  for (const socket of sockets) {
    await socket.untilClosed();
    assert.ok(socket.frames.some(frame => frame.op === Op.Reconnect), `op 7 came to session ${sockets.indexOf(socket) + 1} before the end; closed with ${socket.closed.code}, last frames: ${socket.frames.slice(-3).map(frame => frame.t ?? `op ${frame.op}`).join(', ')}`);
    assert.notEqual(socket.closed.code, 1000, 'a client closed with 1000 would start anew');
  }
});

for (const [name, Library] of [['discord.js', DiscordJs], ['oceanic.js', Oceanic]]) {
  scenario(`${name} comes back by itself after a graceful restart and gets what is sent then`, async ({ host, owner, guild, bot }) => {
    const client = await Library.start(host, bot);
    const before = await must(host, owner.token, 'POST', `/channels/${guild.general.id}/messages`, { content: 'before the restart' });
    await client.until('message', message => message.id === before.id);
    await host.restart();
    await until(() => client.resumes + client.sessions >= 2, 'the client resumes or identifies again', 60_000);
    const after = await must(host, owner.token, 'POST', `/channels/${guild.general.id}/messages`, { content: 'after the restart' });
    await client.until('message', message => message.id === after.id);
    assert.equal(client.all('message', message => message.id === before.id).length, 1, 'nothing is told twice');
    const answer = await client.send(guild.general.id, 'I am back');
    const history = await wholeHistory(host, owner.token, guild.general.id);
    assert.deepEqual(history.slice(-3).map(message => message.id), [before.id, after.id, answer.id]);
    await client.close();
  });
}

scenario('accounts, tokens, guilds and passwords outlive a restart', async ({ host, owner, guild, bot }) => {
  await host.restart();
  assert.equal((await must(host, owner.token, 'GET', '/users/@me')).id, owner.id);
  assert.equal((await must(host, bot.auth, 'GET', '/users/@me')).id, bot.id);
  assert.equal((await must(host, bot.auth, 'GET', `/guilds/${guild.id}`)).name, 'Restart');
  const again = await login(host, owner);
  assert.equal((await must(host, again.token, 'GET', '/users/@me')).id, owner.id);
});

scenario(`after each of ${KILLS} kills under load every answered message is there once, in order, and no reader saw one that is not`, async ({ host, owner, guild, bot }) => {
  const channel = await createChannel(host, guild, 'killed');
  const path = `/channels/${channel.id}/messages`;
  const answered = new Map();
  const sequences = [];
  const shown = new Set();
  for (const kill of range(KILLS)) {
    const readers = [
      await Gateway.identified(host, bot.token, { intents: ALL_INTENTS }),
      await Gateway.identified(host, owner.token),
    ];
    let stopped = false;
    let count = 0;
    const open = [];
    const writers = range(WRITERS).map(async writer => {
      const own = [];
      sequences.push(own);
      for (let index = 0; !stopped; index++) {
        const key = `${kill}.${writer}.${index}`;
        try {
          const answer = await must(host, owner.token, 'POST', path, { content: key, nonce: key, enforce_nonce: true });
          answered.set(key, answer.id);
          own.push(answer.id);
          count++;
          pulse();
        } catch (error) {
          if (error instanceof TypeError || error.name === 'TimeoutError') open.push(key);
          else throw error;
        }
      }
    });
    await until(() => count >= 60 + 37 * kill, `the load before kill ${kill + 1}`, 60_000);
    stopped = true;
    await host.kill();
    await host.startAgain();
    await Promise.all(writers);
    for (const reader of readers) {
      await reader.untilClosed();
      for (const message of reader.events('MESSAGE_CREATE')) if (message.channel_id === channel.id) shown.add(message.id);
    }
    for (const key of open) {
      const answer = await must(host, owner.token, 'POST', path, { content: key, nonce: key, enforce_nonce: true });
      answered.set(key, answer.id);
    }
    const history = await wholeHistory(host, owner.token, channel.id);
    const byContent = group(history);
    for (const [key, id] of answered) assert.deepEqual(byContent.get(key)?.map(message => message.id), [id], `message ${key} is there exactly once, under the id it was answered with`);
    assert.equal(history.length, answered.size, 'nothing is there that was neither answered nor repeated');
    assertAscending(history.map(message => message.id), 'history');
    for (const own of sequences) assertAscending(own, 'the messages of one writer');
    const stored = new Set(history.map(message => message.id));
    assert.deepEqual([...shown].filter(id => !stored.has(id)), [], 'no reader was shown a message that is not there');
  }
  assert.ok(answered.size >= KILLS * 60);
});

function group(messages) {
  const groups = new Map();
  for (const message of messages) groups.set(message.content, [...(groups.get(message.content) ?? []), message]);
  return groups;
}

scenario('a message repeated with enforce_nonce is answered with the first one, and without it is a second message', async ({ host, owner, guild, bot }) => {
  const channel = await createChannel(host, guild, 'nonces');
  const path = `/channels/${channel.id}/messages`;
  const first = await must(host, owner.token, 'POST', path, { content: 'once', nonce: 'n1', enforce_nonce: true });
  const again = await must(host, owner.token, 'POST', path, { content: 'once', nonce: 'n1', enforce_nonce: true });
  assert.equal(again.id, first.id);
  assert.equal(again.nonce, 'n1');
  const stranger = await must(host, bot.auth, 'POST', path, { content: 'mine', nonce: 'n1', enforce_nonce: true });
  assert.notEqual(stranger.id, first.id, 'the nonce of another author is another nonce');
  const plain = await must(host, owner.token, 'POST', path, { content: 'twice', nonce: 'n2' });
  const plainAgain = await must(host, owner.token, 'POST', path, { content: 'twice', nonce: 'n2' });
  assert.notEqual(plainAgain.id, plain.id);
  assert.equal((await wholeHistory(host, owner.token, channel.id)).length, 4);
  await host.kill();
  await host.startAgain();
  const late = await must(host, owner.token, 'POST', path, { content: 'once', nonce: 'n1', enforce_nonce: true });
  assert.equal(late.id, first.id, 'the nonce outlives a kill');
});
