import assert from 'node:assert/strict';
import { launch } from './browser.mjs';

/** A browser with a microphone that beeps and a camera that counts. */
export const launchTalking = (...more) => launch('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--ignore-certificate-errors', '--allow-loopback-in-peer-connection', ...more);

/** In the page: keeps what is connected and what sounds from here on, so that a test can look at it. */
function keep() {
  window.connections = [];
  window.contexts = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) {
      super(...given);
      window.connections.push(this);
    }
  };
  window.AudioContext = class extends AudioContext {
    constructor(...given) {
      super(...given);
      window.contexts.push(this);
    }
  };
}

export const keepConnections = ({ page }) => page.evaluate(keep);

/** In the page: what passed over the connections that are open, summed up for those to the server and for those past it. */
async function passed() {
  const sums = { energy: 0, frames: 0, received: 0, sent: 0, straight: { energy: 0, frames: 0, received: 0, sent: 0 } };
  for (const connection of window.connections.filter(({ connectionState }) => connectionState === 'connected')) {
    const into = connection.remoteDescription.sdp.includes('a=ice-lite') ? sums : sums.straight;
    for (const stat of (await connection.getStats()).values()) {
      if (stat.type === 'inbound-rtp') {
        into.energy += stat.totalAudioEnergy ?? 0;
        into.frames += stat.framesDecoded ?? 0;
        into.received += stat.packetsReceived;
      }
      if (stat.type === 'outbound-rtp') into.sent += stat.packetsSent;
    }
  }
  return sums;
}

export const passing = ({ page }) => page.evaluate(passed);

/** Waits until more has arrived than this: `energy` of sound, `frames` of pictures. */
export async function arrives(person, kind, { more = 0, straight = false } = {}) {
  const end = Date.now() + 20_000;
  for (;;) {
    const sums = await passing(person);
    const sum = (straight ? sums.straight : sums)[kind];
    if (sum > more) return sum;
    assert.ok(Date.now() < end, `${kind} stays at ${sum}`);
    await person.page.waitForTimeout(100);
  }
}

/** In the page: whether it rings. Microphones have contexts too, but nothing that plays. */
export const rings = ({ page }, expected) => page.waitForFunction((wanted) => window.contexts.some(({ state }) => state === 'running') === wanted, expected);

export const shows = ({ page }, label) => page.waitForFunction((name) => [...document.querySelectorAll('video')].some((video) => video.getAttribute('aria-label') === name && video.videoWidth > 0), label);

export const gone = (locator) => locator.waitFor({ state: 'detached' });

export const panel = ({ page }) => page.getByRole('region', { name: 'Voice', exact: true });
