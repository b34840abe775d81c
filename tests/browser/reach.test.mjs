import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { barriers } from './support/axe.mjs';
import { launch, Person } from './support/browser.mjs';
import { arrives, gone, keepConnections, launchTalking, panel } from './support/hearing.mjs';
import { dll, freePort, Host } from './support/host.mjs';
import { Wire } from './support/wire.mjs';

// What the page says while a voice server is not reached: one that it never reached, and one that dies. And what it does when its own line is broken.

const secret = 'a secret of sixteen or more';

let host, tokens, guild, path;

before(async () => {
  host = await Host.start({ Voice__Secret: secret });
  const register = async (username) => (await host.call('POST', '/auth/register', undefined, { username, email: `${username}@example.com`, password: `${username} has a long password` })).token;
  tokens = [await register('hana'), await register('ivo')];
  guild = await host.call('POST', '/guilds', tokens[0], { name: 'The Choir' });
  const room = await host.call('POST', `/guilds/${guild.id}/channels`, tokens[0], { name: 'Rehearsal', type: 2 });
  const { code } = await host.call('POST', `/channels/${room.id}/invites`, tokens[0], {});
  await host.call('POST', `/invites/${code}`, tokens[1], {});
  path = `/channels/${guild.id}/${room.id}`;
});

after(() => host?.stop());

async function joined(browser, name, url = host.url) {
  const person = await Person.arrive(browser, url, { name, path });
  await person.logIn();
  const join = person.page.getByRole('region', { name: 'Voice in Rehearsal' }).getByRole('button', { name: 'Join', exact: true });
  await join.waitFor();
  await keepConnections(person);
  await join.click();
  return person;
}

describe('a voice server whose certificate the browser does not know', () => {
  it('is said not to be reached after the first try, with a link to accept it, and nobody seems to be heard', async () => {
    const strict = await launch('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream');
    try {
      const hana = await joined(strict, 'hana');
      const link = panel(hana).getByRole('alert').getByRole('link');
      await link.waitFor();
      assert.equal(await link.getAttribute('href'), host.secureUrl);
      await panel(hana).getByText('Connecting…').waitFor();
      assert.equal(await panel(hana).getByRole('button', { name: 'Try again' }).count(), 0);
      assert.deepEqual(await barriers(hana.page), []);
      // Given up: the microphone hears, and nobody hears it.
      await panel(hana).getByRole('button', { name: 'Try again' }).waitFor();
      assert.equal(await hana.page.locator('.speaking').count(), 0);
    } finally {
      await strict.close();
    }
  });
});

describe('a voice server that dies', () => {
  it('is said to be gone while another is looked for, and all go on there', async () => {
    const data = await mkdtemp(join(tmpdir(), 'browser-test-'));
    const port = await freePort();
    const carrier = spawn('dotnet', [dll, 'serve', '--role', 'voice', '--urls', `https://127.0.0.1:${port}`, '--data', data], {
      env: { ...process.env, Voice__Home: host.url, Voice__Secret: secret, Voice__Port: '0' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const browser = await launchTalking();
    try {
      let said = '';
      for await (const text of carrier.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) if ((said += text).includes('Linked to')) break;
      carrier.stdout.resume();
      const people = [await joined(browser, 'hana'), await joined(browser, 'ivo')];
      const [hana, ivo] = people;
      const alerts = ({ page }) => page.evaluate(() => {
        window.alerts = [];
        new MutationObserver(() => document.querySelectorAll('.voice-trouble').forEach(({ textContent }) => window.alerts.push(textContent))).observe(document.body, { subtree: true, childList: true });
      });
      for (const person of people) {
        await panel(person).getByText('Connected', { exact: true }).waitFor();
        await alerts(person);
      }
      await arrives(ivo, 'energy');
      assert.match(ivo.sockets.flat().find(({ t }) => t === 'VOICE_SERVER_UPDATE').d.endpoint, new RegExp(`:${port}/`));
      carrier.kill('SIGKILL');
      await panel(ivo).getByText('The voice server went away. Looking for another…').waitFor();
      await panel(ivo).getByText('Reconnecting…').waitFor();
      assert.deepEqual(await barriers(ivo.page), []);
      for (const person of people) await panel(person).getByText('Connected', { exact: true }).waitFor();
      await arrives(ivo, 'energy');
      for (const { page } of people) assert.deepEqual([...new Set(await page.evaluate(() => window.alerts))], ['The voice server went away. Looking for another…']);
    } finally {
      await browser.close();
      if (carrier.exitCode === null && carrier.signalCode === null) {
        carrier.kill('SIGKILL');
        await once(carrier, 'exit');
      }
      await rm(data, { recursive: true, force: true });
    }
  });
});

describe('a page whose line to the server is broken', () => {
  it('tells afterwards what one did meanwhile', async () => {
    const wire = await Wire.to(host);
    const browser = await launchTalking();
    try {
      const [hana, ivo] = [await joined(browser, 'hana', wire.url), await joined(browser, 'ivo')];
      for (const person of [hana, ivo]) await panel(person).getByText('Connected', { exact: true }).waitFor();
      const seen = ivo.page.getByRole('list', { name: 'In Rehearsal' }).getByRole('listitem').filter({ hasText: 'hana' });
      const broken = async (use) => {
        await wire.pullOut();
        await hana.page.getByText('Reconnecting').first().waitFor();
        await use();
        await wire.plugIn();
      };
      await seen.waitFor();
      const tickets = () => hana.sockets.flat().filter(({ t }) => t === 'VOICE_SERVER_UPDATE').length;
      const had = tickets();
      await broken(() => hana.page.getByRole('button', { name: 'Mute', exact: true }).first().click());
      await seen.getByRole('img', { name: 'Muted', exact: true }).waitFor();
      assert.equal(tickets(), had);
      await broken(() => panel(hana).getByRole('button', { name: 'Disconnect' }).click());
      await gone(seen);
      await broken(() => hana.page.getByRole('region', { name: 'Voice in Rehearsal' }).getByRole('button', { name: 'Join', exact: true }).click());
      await seen.waitFor();
      await panel(hana).getByText('Connected', { exact: true }).waitFor();
    } finally {
      await browser.close();
      await wire.pullOut();
    }
  });
});
