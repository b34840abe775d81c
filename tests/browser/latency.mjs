import { createChannel, createGuild, join, register } from '../clients/support/rest.mjs';
import { Voices } from './support/voices.mjs';

// From mouth to ear: one page begins a tone, another looks when it hears it. Both run in one Chromium on one clock; what is measured is everything between
// the two WebAudio graphs: capture, Opus (20 ms a packet), SRTP, the server, the jitter buffer. Printed, and held against nothing: `node latency.mjs [times]`.

const times = Number(process.argv[2] ?? 20);
const voices = await Voices.start();
try {
  const { host } = voices;
  const owner = await register(host, 'owner');
  const people = [await register(host, 'mouth'), await register(host, 'ear')];
  const guild = await createGuild(host, owner, 'Latency');
  await join(host, guild, ...people);
  const channel = await createChannel(host, guild, 'room', { type: 2 });
  const ear = await voices.join(people[1], channel);
  const mouth = await voices.join(people[0], channel, { hertz: 1000 });
  await ear.hears(people[0].id, 1000);

  const measured = [];
  for (let turn = 0; turn < times; turn++) {
    await mouth.page.evaluate(() => { window.rig.gain.gain.value = 0; });
    await ear.page.waitForFunction((userId) => window.rig.loudness(userId) < 0.01, people[0].id, { polling: 20 });
    const heard = ear.page.evaluate((userId) => new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => (window.rig.loudness(userId) > 0.05 ? resolve(performance.timeOrigin + performance.now()) : port2.postMessage(0));
      port2.postMessage(0);
    }), people[0].id);
    await mouth.page.waitForTimeout(300 + 13 * turn);
    const said = await mouth.page.evaluate(() => {
      window.rig.gain.gain.value = 0.5;
      return performance.timeOrigin + performance.now();
    });
    measured.push((await heard) - said);
  }
  measured.sort((a, b) => a - b);
  const at = (part) => Math.round(measured[Math.min(measured.length - 1, Math.floor(part * measured.length))]);
  console.log(`Mouth to ear, ${times} times: median ${at(0.5)} ms, best ${at(0)} ms, 90th percentile ${at(0.9)} ms, worst ${at(1)} ms (wanted: under 70 ms).`);
} finally {
  await voices.close();
}
