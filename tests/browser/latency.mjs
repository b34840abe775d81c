import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join as inside } from 'node:path';
import { createChannel, createGuild, join, register } from '../clients/support/rest.mjs';
import { Voices } from './support/voices.mjs';

// From mouth to ear: `node latency.mjs [bursts]`. A microphone of Chromium's own has a short burst of sound every second; another page hears it twice at once:
// through the server, and over a connection from page to page with nothing between, which is what two browsers need by themselves. Both have the same bursts,
// the same load of the machine and the page's own processing of a voice, so the difference is the server's. Printed, and held against nothing.

const bursts = Number(process.argv[2] ?? 30);
/** Before it counts, in seconds: browsers begin with long buffers, which become shorter. */
const settling = 10;
const wanted = 70;

const folder = await mkdtemp(inside(tmpdir(), 'latency-'));
const sound = inside(folder, 'burst.wav');
await writeFile(sound, burst());
const voices = await Voices.start({}, `--use-file-for-fake-audio-capture=${sound}`);
try {
  const { host } = voices;
  const owner = await register(host, 'owner');
  const [talker, listener] = [await register(host, 'mouth'), await register(host, 'ear')];
  const guild = await createGuild(host, owner, 'Latency');
  await join(host, guild, talker, listener);
  const channel = await createChannel(host, guild, 'room', { type: 2 });
  const ear = await voices.join(listener, channel, { before: observe });
  const mouth = await voices.join(talker, channel, { before: observe, microphone: true });
  await mouth.page.evaluate(answer, await ear.page.evaluate(listen, await mouth.page.evaluate(talk)));

  await mouth.page.waitForTimeout(1000 * settling);
  const [before, first] = [await ear.page.evaluate(buffers), await mouth.page.evaluate(() => window.watch.said.length)];
  await mouth.page.waitForFunction((count) => window.watch.said.length > count, first + bursts, { timeout: 1000 * (10 + 3 * bursts) });
  await mouth.page.waitForTimeout(900);
  const after = await ear.page.evaluate(buffers);
  const [{ said, sent }, { arrived, heard }] = [await mouth.page.evaluate(() => window.watch), await ear.page.evaluate(() => window.watch)];
  const rows = { direct: [], server: [] };
  for (const word of said.slice(first, first + bursts)) {
    for (const way of Object.keys(rows)) {
      const next = (times, from) => times.find((time) => time >= from - 2 && time < from + 900);
      const left = next(sent[way], word.taken);
      const came = next(arrived[way], left);
      const played = next(heard[way], came);
      if (played !== undefined) rows[way].push({ microphone: word.taken - word.at, encoder: left - word.taken, way: came - left, buffer: played - came, page: played - word.at });
    }
  }
  print(rows, before, after);
} finally {
  await voices.close();
  await rm(folder, { recursive: true });
}

function print(rows, before, after) {
  for (const [way, { length }] of Object.entries(rows)) if (length === 0) throw new Error(`Of ${bursts} bursts, none was followed on its way (${way}).`);
  const mean = (way, part) => rows[way].reduce((sum, row) => sum + row[part], 0) / rows[way].length;
  const over = (way, of, by) => (1000 * (after[way][of] - before[way][of])) / (after[way][by] - before[way][by]);
  const parts = [
    ['microphone: its buffer of 10 ms, echo and noise taken out', (way) => mean(way, 'microphone')],
    ['Opus: until 20 ms are there and encoded', (way) => mean(way, 'encoder')],
    ['the way: SRTP, sockets, and the server where there is one', (way) => mean(way, 'way')],
    ['jitter buffer and decoder', (way) => mean(way, 'buffer')],
    ['loudspeaker: buffers of the audio device', (way) => over(way, 'playout', 'played')],
  ];
  const line = (name, take, digits = 1) => {
    const [direct, server] = [take('direct'), take('server')];
    console.log(`${name.padEnd(60)} ${direct.toFixed(digits).padStart(8)} ${server.toFixed(digits).padStart(8)} ${(server - direct).toFixed(digits).padStart(8)}`);
  };
  const speaker = (way) => over(way, 'playout', 'played');
  const at = (part) => (way) => {
    const sorted = rows[way].map(({ page }) => page + speaker(way)).sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  };
  console.log(`Milliseconds, mean of ${rows.direct.length} and ${rows.server.length} bursts${' '.repeat(24)}   direct   server  its share`);
  for (const [name, take] of parts) line(name, take);
  line('mouth to ear, mean', (way) => parts.reduce((sum, [, take]) => sum + take(way), 0));
  line('mouth to ear, median', at(0.5), 0);
  line('mouth to ear, best', at(0), 0);
  line('mouth to ear, 90th percentile', at(0.9), 0);
  line('what the jitter buffer aims at', (way) => over(way, 'aim', 'emitted'));
  console.log(`Wanted: under ${wanted} ms. Load of the machine: ${loadavg().map((load) => load.toFixed(1)).join(', ')}: with more than 1, the jitter buffers wait for this machine, not for a network.`);
}

/** A WAV of 1.01 seconds, an odd number of the device's buffers, so that bursts meet both halves of an Opus frame. They begin with a buffer. */
function burst() {
  const [rate, length, begin, end] = [48_000, 48_480, 24_000, 33_600];
  const wav = Buffer.alloc(44 + 2 * length);
  wav.write('RIFF    WAVEfmt ');
  wav.writeUInt32LE(36 + 2 * length, 4);
  for (const [value, bytes, at] of [[16, 4, 16], [1, 2, 20], [1, 2, 22], [rate, 4, 24], [2 * rate, 4, 28], [2, 2, 32], [16, 2, 34], [2 * length, 4, 40]]) wav.writeUIntLE(value, at, bytes);
  wav.write('data', 36);
  for (let i = begin; i < end; i++) wav.writeInt16LE(Math.round(12_000 * Math.sin((2 * Math.PI * 700 * i) / rate)), 44 + 2 * i);
  return wav;
}

/** In the page: takes note of when bursts begin, at each station of their way. */
function observe() {
  const stamp = (list) => ({ data }) => list.push(data);
  const worker = (run) => new Worker(URL.createObjectURL(new Blob([`(${run})()`], { type: 'text/javascript' })));
  // In their own threads: the page's has other things to do.
  const packets = () => {
    self.onrtctransform = ({ transformer: { readable, writable } }) => {
      let quiet = 0;
      const note = new TransformStream({
        transform(frame, controller) {
          // Opus has three bytes for silence.
          const isLoud = frame.data.byteLength > 30;
          if (isLoud && quiet > 10) postMessage(Date.now());
          quiet = isLoud ? 0 : quiet + 1;
          controller.enqueue(frame);
        },
      });
      readable.pipeThrough(note).pipeTo(writable);
    };
  };
  const samples = () => {
    self.onmessage = async ({ data: readable }) => {
      let quiet = 0;
      for (const reader = readable.getReader(); ;) {
        const { value, done } = await reader.read();
        if (done) return;
        const taken = Date.now();
        const plane = new Float32Array(value.numberOfFrames);
        value.copyTo(plane, { planeIndex: 0, format: 'f32-planar' });
        const first = plane.findIndex((sample) => Math.abs(sample) > 0.03);
        if (first >= 0 && quiet > 0.15) postMessage({ taken, into: (1000 * first) / value.sampleRate, length: (1000 * plane.length) / value.sampleRate });
        quiet = first >= 0 ? 0 : quiet + plane.length / value.sampleRate;
        value.close();
      }
    };
  };
  const hear = (track, onmessage) => {
    const { readable } = new MediaStreamTrackProcessor({ track: track.clone() });
    Object.assign(worker(samples), { onmessage }).postMessage(readable, [readable]);
  };
  const watch = { said: [], sent: { direct: [], server: [] }, arrived: { direct: [], server: [] }, heard: { direct: [], server: [] } };
  window.watch = Object.assign(watch, {
    // It was in the air when one of the device's buffers began; what it is later than that in the page's, the processing took.
    microphone: (track) => hear(track, ({ data: { taken, length } }) => watch.said.push({ taken, at: taken - length })),
    way(name, end) {
      const isEar = end instanceof RTCRtpReceiver;
      end.transform = new RTCRtpScriptTransform(Object.assign(worker(packets), { onmessage: stamp((isEar ? watch.arrived : watch.sent)[name]) }));
      // What precedes it in its buffer is played before.
      if (isEar) hear(end.track, ({ data: { taken, into } }) => watch.heard[name].push(taken + into));
    },
  });
  // While nothing was sent or received yet: later, browsers take no transform.
  window.onTransceiver = ({ direction, sender, receiver }) => receiver.track.kind === 'audio' && watch.way('server', direction === 'sendonly' ? sender : receiver);
}

/** In the page of the mouth: an offer of the same microphone, straight to the other page. */
async function talk() {
  window.watch.microphone(window.rig.microphone);
  window.onTransceiver = ({ sender }) => window.watch.way('direct', sender);
  const peer = new RTCPeerConnection();
  peer.addTransceiver(window.rig.microphone, { direction: 'sendonly' });
  await peer.setLocalDescription();
  while (peer.iceGatheringState !== 'complete') await new Promise((resolve) => peer.addEventListener('icegatheringstatechange', resolve, { once: true }));
  return peer.localDescription.sdp;
}

/** In the page of the ear. */
async function listen(sdp) {
  const peer = new RTCPeerConnection();
  peer.ontrack = ({ track, receiver }) => {
    document.body.appendChild(Object.assign(document.createElement('audio'), { srcObject: new MediaStream([track]), autoplay: true }));
    window.watch.way('direct', receiver);
  };
  await peer.setRemoteDescription({ type: 'offer', sdp });
  await peer.setLocalDescription();
  while (peer.iceGatheringState !== 'complete') await new Promise((resolve) => peer.addEventListener('icegatheringstatechange', resolve, { once: true }));
  return peer.localDescription.sdp;
}

function answer(sdp) {
  return window.rig.peers[1].setRemoteDescription({ type: 'answer', sdp });
}

/** In the page of the ear: what its buffers have held so far, in seconds and samples. */
async function buffers() {
  const read = async (peer) => {
    const all = [...(await peer.getStats()).values()];
    const { jitterBufferTargetDelay: aim, jitterBufferEmittedCount: emitted } = all.find(({ type, kind, jitterBufferEmittedCount }) => type === 'inbound-rtp' && kind === 'audio' && jitterBufferEmittedCount > 0);
    const { totalPlayoutDelay: playout, totalSamplesCount: played } = all.find(({ type }) => type === 'media-playout');
    return { aim, emitted, playout, played };
  };
  const [server, direct] = window.rig.peers;
  return { server: await read(server), direct: await read(direct) };
}
