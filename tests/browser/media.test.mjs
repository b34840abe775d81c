import assert from 'node:assert/strict';
import { availableParallelism, loadavg } from 'node:os';
import { after, before, describe, it } from 'node:test';
import { METRICS_TOKEN } from '../clients/support/host.mjs';
import { DiscordJs } from '../clients/support/libraries.mjs';
import { addBot, createBot, createChannel, createGuild, join, register } from '../clients/support/rest.mjs';
import { poll, until } from '../clients/support/until.mjs';
import { opened, Participant, soundsLike, tone, VoiceOp } from '../clients/support/voice.mjs';
import { Relay, Voices } from './support/voices.mjs';

// Browsers in voice with nothing between: the page's own connection (src/voice/connection.ts), a real Chromium, the real host; and @discordjs/voice in the same rooms.

const VOICE = 2;
const PACKETS = 150;

let voices, relay, owner, people, guild, ada;

before(async () => {
  relay = await Relay.start();
  voices = await Voices.start({ Voice__Turn__Urls: relay.url, Voice__Turn__Secret: relay.secret });
  voices.own(relay);
  const { host } = voices;
  owner = await register(host, 'owner');
  people = [await register(host, 'hana'), await register(host, 'ivo'), await register(host, 'jana')];
  guild = await createGuild(host, owner, 'Voices');
  await join(host, guild, ...people);
  const bot = await createBot(host, owner);
  await addBot(host, guild, bot, String((1n << 10n) | (1n << 20n) | (1n << 21n)));
  ada = await DiscordJs.start(host, bot);
}, { timeout: 240_000 });

after(() => voices?.close());

/** How much longer than on a machine of its own something may take here. */
const busy = () => Math.max(1, loadavg()[0] / availableParallelism());

const room = () => createChannel(voices.host, guild, 'room', { type: VOICE });

/** Runs a scenario in a channel of its own, and closes whoever came. */
const scenario = (name, run) => it(name, { timeout: 120_000 }, async () => {
  try {
    await run(await room());
  } catch (error) {
    console.error(voices.host.tail(30), relay.log.slice(-1000));
    throw error;
  } finally {
    await voices.leave();
    await Promise.all([...opened].map((one) => one.close()));
  }
});

describe('a browser in a voice channel', () => {
  scenario('hears a bot, and is heard by it, each by the right name', async (channel) => {
    const bot = await Participant.join(ada, channel);
    const hana = await voices.join(people[0], channel, { hertz: 880 });
    await bot.start(tone(440, 1500));
    await hana.hears(bot.id, 440);
    await until(() => bot.heard(people[0].id).length >= PACKETS, () => `the bot hears the browser; ${bot.trace()}`);
    const packets = bot.heard(people[0].id).slice(20, PACKETS);
    assert.ok(soundsLike(packets, 880) >= packets.length * 0.9, `${soundsLike(packets, 880)} of ${packets.length} packets sound as they should`);
    assert.equal(await hana.path(), 'udp');
  });

  scenario('hears another, in both directions; who leaves is gone', async (channel) => {
    const [hana, ivo] = [await voices.join(people[0], channel, { hertz: 600 }), await voices.join(people[1], channel, { hertz: 1200 })];
    await hana.hears(people[1].id, 1200);
    await ivo.hears(people[0].id, 600);
    // Each tells how long the way takes, as it was asked to by reports of this server.
    const trips = async () => Number(/^chat_voice_leg_round_trip_seconds_count (\d+)/m.exec(await (await fetch(`${voices.host.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })).text())?.[1] ?? 0);
    const before = await trips();
    await poll(async () => (await trips()) >= before + 2, 'both browsers report a round trip');
    await ivo.leave();
    await hana.loses(people[1].id);
  });

  scenario('comes late and hears who is already there', async (channel) => {
    const bot = await Participant.join(ada, channel);
    await bot.start(tone(700, 2000));
    const hana = await voices.join(people[0], channel);
    await hana.hears(bot.id, 700);
    await hana.sees(bot.id, true);
  });

  scenario('reaches it by TCP where no UDP passes', async (channel) => {
    const [hana, ivo] = [await voices.join(people[0], channel, { hertz: 500, only: 'tcp' }), await voices.join(people[1], channel, { hertz: 1000 })];
    await hana.hears(people[1].id, 1000);
    await ivo.hears(people[0].id, 500);
    assert.equal(await hana.path(), 'tcp');
  });

  scenario('reaches it through a relay, with the credentials that the voice gateway gave', async (channel) => {
    const [hana, ivo] = [await voices.join(people[0], channel, { hertz: 500, only: 'relay' }), await voices.join(people[1], channel, { hertz: 1000 })];
    await hana.hears(people[1].id, 1000);
    await ivo.hears(people[0].id, 500);
    assert.equal(await hana.path(), 'relay');
  });

  scenario('begins anew when its path is cut, without another ticket', async (channel) => {
    const [hana, ivo] = [await voices.join(people[0], channel, { hertz: 500 }), await voices.join(people[1], channel, { hertz: 1000 })];
    await hana.hears(people[1].id, 1000);
    await hana.cut();
    await hana.reaches('reconnecting');
    await hana.reaches('connected');
    await hana.hears(people[1].id, 1000);
    await ivo.hears(people[0].id, 500);
  });

  scenario('shows a picture to another browser', async (channel) => {
    const ivo = await voices.join(people[1], channel);
    const hana = await voices.join(people[0], channel, { hertz: 500, picture: true });
    const milliseconds = await ivo.watches(people[0].id);
    console.log(`The first picture was there after ${milliseconds} ms.`);
    await hana.leave();
    await ivo.loses(people[0].id);
  });

  scenario('shows a picture in H.264 to one who numbers it otherwise, and at once to who comes late', async (channel) => {
    const ivo = await voices.join(people[1], channel, { codecs: [['VP8', 100], ['H264', 102]] });
    const hana = await voices.join(people[0], channel, { picture: true, codecs: [['H264', 41]] });
    await ivo.watches(people[0].id);
    const [sent, seen] = [await hana.moves('outbound', 'H264'), await ivo.moves('inbound', 'H264')];
    assert.deepEqual([sent.payload, seen.payload], [41, 102]);
    assert.ok(sent.rtxSsrc > 0 && seen.rtxSsrc > 0, 'what is lost can be sent again');
    const jana = await voices.join(people[2], channel, { codecs: [['H264', 110]] });
    const milliseconds = await jana.watches(people[0].id);
    console.log(`Who came late saw a picture in H.264 after ${milliseconds} ms.`);
    assert.ok(milliseconds <= 2000 * busy(), `${milliseconds} ms until the first picture`);
    assert.ok((await jana.moves('inbound', 'H264')).keyFramesDecoded > 0);
  });

  scenario('sends its picture in what the others play, also when that changes', async (channel) => {
    const hana = await voices.join(people[0], channel, { picture: true });
    const jana = await voices.join(people[2], channel);
    await jana.watches(people[0].id);
    await hana.moves('outbound', 'VP8');
    const ivo = await voices.join(people[1], channel, { codecs: [['H264', 102]] });
    await hana.moves('outbound', 'H264');
    await ivo.watches(people[0].id);
    await ivo.moves('inbound', 'H264');
    await jana.moves('inbound', 'H264');
    // One who plays VP8 alone beside one who plays H.264 alone: what most play, and of equals what the sender prefers. Who cannot play that sees nothing.
    await jana.leave();
    const kato = await voices.join(people[2], channel, { codecs: [['VP8', 100]] });
    await kato.watches(people[0].id);
    // Its last pictures may be decoded while the first of the other codec are.
    await poll(async () => {
      const before = await ivo.moves('inbound', 'H264');
      const { framesDecoded } = await kato.moves('inbound', 'VP8');
      await kato.moves('inbound', 'VP8', framesDecoded + 10);
      return (await ivo.moves('inbound', 'H264')).framesDecoded === before.framesDecoded;
    }, 'who plays H.264 alone sees nothing any more');
  });

  scenario('is told what its offer lacks', async (channel) => {
    const bot = await Participant.join(ada, channel);
    const socket = bot.state.networking.state.ws;
    assert.equal(bot.received.filter(({ op }) => op === VoiceOp.Ready).length, 1);
    socket.sendPacket({ op: VoiceOp.SelectProtocol, d: { protocol: 'webrtc', data: 'a=ice-ufrag:abcd', codecs: [] } });
    await until(() => bot.state.status !== 'ready', 'the socket is closed');
  });
});
