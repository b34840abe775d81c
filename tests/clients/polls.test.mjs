import assert from 'node:assert/strict';
import { ALL_INTENTS, Gateway, Intent } from './support/gateway.mjs';
import { DiscordJs, Oceanic } from './support/libraries.mjs';
import { Permission, addBot, createBot, createChannel, createGuild, join, must, register } from './support/rest.mjs';
import { withHost } from './support/scenario.mjs';
import { until } from './support/until.mjs';

const scenario = withHost({ rateLimits: false }, async host => {
  const owner = await register(host, 'owner');
  const human = await register(host, 'human');
  const guild = await createGuild(host, owner, 'Polls');
  await join(host, guild, human);
  const bot = await createBot(host, owner);
  await addBot(host, guild, bot, Permission.Administrator);
  return { owner, human, guild, bot, channel: guild.general.id };
});

const vote = (host, who, channel, poll, ...answers) => must(host, who.token, 'PUT', `/channels/${channel}/polls/${poll}/answers/@me`, { answer_ids: answers });

scenario('discord.js asks a poll, sees the votes, names the voters and ends it', async ({ host, bot, human, channel }) => {
  const client = await DiscordJs.start(host, bot);
  const seen = [];
  client.client.on('messagePollVoteAdd', (answer, userId) => seen.push(`+${answer.id} ${userId}`));
  client.client.on('messagePollVoteRemove', (answer, userId) => seen.push(`-${answer.id} ${userId}`));
  const place = await client.client.channels.fetch(channel);
  const asked = await place.send({ poll: { question: { text: 'Tea?' }, answers: [{ text: 'Yes', emoji: '🍵' }, { text: 'No' }], allowMultiselect: false, duration: 2 } });
  assert.equal(asked.poll.question.text, 'Tea?');
  assert.equal(asked.poll.answers.get(1).emoji.name, '🍵');
  assert.ok(asked.poll.expiresTimestamp > Date.now() + 3_600_000);
  await vote(host, human, channel, asked.id, '1');
  await vote(host, human, channel, asked.id, '2');
  await until(() => seen.length === 3, () => `the votes, of which came: ${seen}`);
  assert.deepEqual(seen, [`+1 ${human.id}`, `-1 ${human.id}`, `+2 ${human.id}`]);
  assert.deepEqual([...(await asked.poll.answers.get(2).fetchVoters()).keys()], [human.id]);

  const ended = await asked.poll.end();
  assert.equal(ended.poll.resultsFinalized, true);
  assert.equal(ended.poll.answers.get(2).voteCount, 1);
  const result = await until(() => client.client.channels.cache.get(channel).messages.cache.find(message => message.type === 46), 'the result');
  assert.equal(result.reference.messageId, asked.id);
  assert.equal(result.embeds[0].data.type, 'poll_result');
  await client.close();
});

scenario('oceanic.js asks a poll and gets its voters', async ({ host, bot, human, channel }) => {
  const client = await Oceanic.start(host, bot);
  const asked = await client.client.rest.channels.createMessage(channel, { poll: { question: { text: 'Coffee?' }, answers: [{ pollMedia: { text: 'Yes' } }, { pollMedia: { text: 'No' } }], duration: 1, allowMultiselect: true, layoutType: 1 } });
  assert.equal(asked.poll.question.text, 'Coffee?');
  await vote(host, human, channel, asked.id, '1', '2');
  const voters = await client.client.rest.channels.getPollAnswerUsers(channel, asked.id, 1);
  assert.deepEqual(voters.map(voter => voter.id), [human.id]);
  const results = [];
  client.client.on('messageCreate', message => { if (message.pollResults) results.push(message.pollResults); });
  await client.client.rest.channels.expirePoll(channel, asked.id);
  await until(() => results.length > 0, 'the result');
  assert.deepEqual([results[0].questionText, Number(results[0].totalVotes)], ['Coffee?', 2]);
  await client.close();
});

scenario('discord.js forwards a message and reads the snapshot', async ({ host, bot, guild, owner, channel }) => {
  const client = await DiscordJs.start(host, bot);
  const target = await createChannel(host, guild, 'target');
  const said = await must(host, owner.token, 'POST', `/channels/${channel}/messages`, { content: 'to be passed on', embeds: [{ title: 'with an embed' }] });
  const source = await (await client.client.channels.fetch(channel)).messages.fetch(said.id);
  const forward = await source.forward(target.id);
  assert.ok(forward.flags.has('HasSnapshot'));
  assert.equal(forward.reference.type, 1);
  assert.equal(forward.messageSnapshots.first().content, 'to be passed on');
  assert.equal(forward.messageSnapshots.first().embeds[0].title, 'with an embed');
  await client.close();
});

scenario('discord.js follows a channel and crossposts into another guild', async ({ host, bot, guild, owner }) => {
  const client = await DiscordJs.start(host, bot);
  const elsewhere = await createGuild(host, owner, 'Elsewhere');
  await addBot(host, elsewhere, bot, Permission.Administrator);
  const news = await must(host, owner.token, 'POST', `/guilds/${guild.id}/channels`, { name: 'news', type: 5 });
  const place = await client.client.channels.fetch(news.id);
  await until(() => client.client.guilds.cache.has(elsewhere.id), 'the other guild');
  const followed = await place.addFollower(elsewhere.general.id);
  assert.ok(followed);
  const said = await place.send('extra, extra');
  await said.crosspost();
  await until(() => said.flags.has('Crossposted'), 'the message is marked as crossposted');
  const copy = await client.until('message', message => message.channelId === elsewhere.general.id && message.content === 'extra, extra');
  const received = await (await client.client.channels.fetch(elsewhere.general.id)).messages.fetch(copy.id);
  assert.ok(received.flags.has('IsCrosspost'));
  assert.equal(received.webhookId, received.author.id);
  assert.equal(received.reference.messageId, said.id);
  await said.edit('extra, corrected');
  await client.until('edit', message => message.id === copy.id && message.content === 'extra, corrected');
  await said.delete();
  await until(() => received.flags.has('SourceMessageDeleted') || client.client.channels.cache.get(elsewhere.general.id).messages.cache.get(copy.id).flags.has('SourceMessageDeleted'), 'the copy knows that its source is gone');
  await client.close();
});

scenario('without the message content intent a poll and a snapshot come empty', async ({ host, bot, owner, channel }) => {
  const gateway = await Gateway.identified(host, bot.token, { intents: ALL_INTENTS & ~Intent.Content });
  const asked = await must(host, owner.token, 'POST', `/channels/${channel}/messages`, { poll: { question: { text: 'Secret?' }, answers: [{ poll_media: { text: 'Yes' } }] } });
  const said = await must(host, owner.token, 'POST', `/channels/${channel}/messages`, { content: 'secret' });
  const forward = await must(host, owner.token, 'POST', `/channels/${channel}/messages`, { message_reference: { type: 1, channel_id: channel, message_id: said.id } });
  const poll = await gateway.until('MESSAGE_CREATE', message => message.id === asked.id);
  assert.ok(!('poll' in poll));
  const snapshot = await gateway.until('MESSAGE_CREATE', message => message.id === forward.id);
  assert.equal(snapshot.message_snapshots[0].message.content, '');
  await gateway.close();
});
