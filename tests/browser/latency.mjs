import { loadavg } from 'node:os';
import { createChannel, createGuild, join, register } from '../clients/support/rest.mjs';
import { Voices } from './support/voices.mjs';

// From mouth to ear: one page begins a tone, another looks when it hears it. Both run in one Chromium on one clock; what is measured is everything between
// the two WebAudio graphs: capture, Opus (20 ms a packet), SRTP, the server, the jitter buffer. Printed, and held against nothing: `node latency.mjs [times]`.
// A busy machine makes the jitter buffer longer, so its part and the load are printed too.

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
    await ear.page.evaluate(listen, { userId: people[0].id, isSilence: true, lasting: 300 });
    const heard = ear.page.evaluate(listen, { userId: people[0].id, isSilence: false, lasting: 0 });
    const said = await mouth.page.evaluate(() => {
      window.rig.gain.gain.value = 0.5;
      return Date.now();
    });
    measured.push((await heard) - said);
  }
  measured.sort((a, b) => a - b);
  const at = (part) => Math.round(measured[Math.min(measured.length - 1, Math.floor(part * measured.length))]);
  console.log(`Mouth to ear, ${times} times: median ${at(0.5)} ms, best ${at(0)} ms, 90th percentile ${at(0.9)} ms, worst ${at(1)} ms (wanted: under 70 ms).`);
  const buffer = await ear.page.evaluate(buffered);
  console.log(`Of that, ${Math.round(buffer)} ms on average in the jitter buffer. Load of the machine: ${loadavg()[0].toFixed(1)}.`);
} finally {
  await voices.close();
}

/** In the page: the time when it began to be so, having been so for this long. A gap of lost packets is no silence. */
function listen({ userId, isSilence, lasting }) {
  return new Promise((resolve, reject) => {
    const end = Date.now() + 10_000;
    let since = null;
    const timer = setInterval(() => {
      const now = Date.now();
      const loudness = window.rig.loudness(userId);
      since = (isSilence ? loudness < 0.01 : loudness > 0.05) ? (since ?? now) : null;
      if (since === null && now < end) return;
      if (since !== null && now - since < lasting) return;
      clearInterval(timer);
      if (since === null) reject(new Error(`${isSilence ? 'Silence' : 'Sound'} does not come.`));
      else resolve(since);
    }, 2);
  });
}

/** In the page: milliseconds that sound waited before it was played, on average. */
async function buffered() {
  const sound = (await window.rig.statistics()).find(({ type, kind, jitterBufferEmittedCount }) => type === 'inbound-rtp' && kind === 'audio' && jitterBufferEmittedCount > 0);
  return (1000 * sound.jitterBufferDelay) / sound.jitterBufferEmittedCount;
}
