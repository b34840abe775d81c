import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { launch, Person, story } from './support/browser.mjs';
import { keepConnections, panel } from './support/hearing.mjs';
import { Host } from './support/host.mjs';

// Screens in the limits of who shares them: Hana has an ordinary account, Lena a premium one, Ivo looks. Each screen has as many pixels and frames as one asks for.

const it = story();

let host, browser, ivo, guild;
const sharers = {
  hana: { width: 1280, height: 720, framerate: 30, bitrate: 2_500_000, most: 4_000_000 },
  lena: { width: 1920, height: 1080, framerate: 60, bitrate: 6_000_000, most: 10_000_000 },
};

before(async () => {
  host = await Host.start();
  browser = await launch('--use-fake-device-for-media-stream=fps=60', '--use-fake-ui-for-media-stream', '--ignore-certificate-errors');
  const register = async (username) => (await host.call('POST', '/auth/register', undefined, { username, email: `${username}@example.com`, password: `${username} has a long password` })).token;
  const tokens = { hana: await register('hana'), lena: await register('lena'), ivo: await register('ivo') };
  guild = await host.call('POST', '/guilds', tokens.hana, { name: 'The Screens' });
  const [channel] = (await host.call('GET', `/guilds/${guild.id}/channels`, tokens.hana)).filter(({ type }) => type === 0);
  await host.call('POST', `/guilds/${guild.id}/channels`, tokens.hana, { name: 'Cinema', type: 2 });
  const { code } = await host.call('POST', `/channels/${channel.id}/invites`, tokens.hana, {});
  for (const guest of [tokens.lena, tokens.ivo]) await host.call('POST', `/invites/${code}`, guest, {});
  for (const [name, sharer] of Object.entries(sharers)) sharer.id = (await host.call('GET', '/users/@me', tokens[name])).id;
  await host.halt();
  await host.command('user', 'premium', '--username', 'lena', '--type', '2');
  await host.run();
  const arrive = async (name) => {
    const person = await Person.arrive(browser, host.url, { name, path: `/channels/${guild.id}/${channel.id}` });
    await person.logIn();
    await person.box().waitFor();
    await keepConnections(person);
    await person.page.getByRole('navigation', { name: 'Channels' }).getByRole('button', { name: 'Voice Cinema' }).click();
    await panel(person).getByText('Connected', { exact: true }).waitFor();
    return person;
  };
  for (const name of Object.keys(sharers)) sharers[name].person = await arrive(name);
  ivo = await arrive('ivo');
}, { timeout: 180_000 });

after(async () => {
  await browser?.close();
  await host?.stop();
});

/** In the page: its pictures on their way out or in, and what the connection thinks that it may send. */
async function pictures(way) {
  const all = [];
  for (const connection of window.connections.filter(({ connectionState }) => connectionState === 'connected')) {
    const stats = [...(await connection.getStats()).values()];
    const { availableOutgoingBitrate } = stats.find(({ nominated, availableOutgoingBitrate }) => nominated && availableOutgoingBitrate) ?? {};
    const [encoding] = connection.getSenders().flatMap((sender) => (sender.track?.kind === 'video' ? sender.getParameters().encodings : []));
    for (const stat of stats) if (stat.type === `${way}-rtp` && stat.kind === 'video' && stat.frameWidth > 0) all.push({ ...stat, availableOutgoingBitrate, encoding });
  }
  return all;
}

/** Looks until a picture is so, and returns it. */
async function picture(page, way, fits) {
  const end = Date.now() + 30_000;
  for (;;) {
    const all = await page.evaluate(pictures, way);
    const found = all.find(fits);
    if (found !== undefined) return found;
    assert.ok(Date.now() < end, JSON.stringify(all.map(({ frameWidth, frameHeight, framesPerSecond, availableOutgoingBitrate }) => ({ frameWidth, frameHeight, framesPerSecond, availableOutgoingBitrate }))));
    await page.waitForTimeout(200);
  }
}

describe('a shared screen', () => {
  for (const [name, limits] of Object.entries(sharers)) {
    it(`of ${name} has ${limits.height} lines and ${limits.framerate} frames a second at most`, async () => {
      const { page } = limits.person;
      await page.getByRole('button', { name: 'Share your screen' }).first().click();
      await ivo.page.getByRole('button', { name: `Live: watch the screen of ${name}` }).first().click();
      const { width, height, framerate, bitrate, most } = limits;
      const seen = await picture(ivo.page, 'inbound', ({ frameWidth, framesDecoded }) => frameWidth === width && framesDecoded > 30);
      assert.equal(seen.frameHeight, height);
      const early = await picture(page, 'outbound', ({ frameWidth, availableOutgoingBitrate }) => frameWidth === width && availableOutgoingBitrate > 0);
      const sent = await picture(page, 'outbound', ({ id, timestamp }) => id === early.id && timestamp >= early.timestamp + 3000);
      const rate = (1000 * (sent.framesSent - early.framesSent)) / (sent.timestamp - early.timestamp);
      assert.ok(rate > 0 && rate <= framerate * 1.1, `${rate} frames a second`);
      assert.deepEqual([sent.encoding.maxBitrate, sent.encoding.maxFramerate], [bitrate, framerate]);
      assert.ok(sent.availableOutgoingBitrate <= most, `${sent.availableOutgoingBitrate} bits a second`);
      const told = ivo.sockets.flat().filter((frame) => !frame.sent && frame.op === 12 && frame.d.user_id === limits.id && frame.d.video_ssrc !== 0).at(-1);
      const { max_bitrate, max_framerate, max_resolution } = told.d.streams[0];
      assert.deepEqual({ max_bitrate, max_framerate, max_resolution }, { max_bitrate: bitrate, max_framerate: framerate, max_resolution: { type: 'fixed', width, height } });
      const asked = limits.person.sockets.flat().filter((frame) => !frame.sent && frame.op === 15).at(-1);
      assert.deepEqual(Object.values(asked.d.pixelCounts), [width * height]);
      console.log(`${name}: ${seen.frameWidth}x${seen.frameHeight}, ${rate.toFixed(1)} frames a second on this machine, ${Math.round(sent.availableOutgoingBitrate / 1000)} kbit/s to be had of ${most / 1000}.`);
      await page.getByRole('button', { name: 'Share your screen' }).first().click();
      await ivo.page.getByRole('button', { name: `Live: watch the screen of ${name}` }).first().waitFor({ state: 'detached' });
    });
  }
});

it('leaves no errors behind', () => {
  for (const person of [ivo, ...Object.values(sharers).map(({ person }) => person)]) assert.deepEqual(person.faults, []);
});
