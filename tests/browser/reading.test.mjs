import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { launch, Person, story } from './support/browser.mjs';
import { Host } from './support/host.mjs';

// What one has read and what is new: by oneself, by the server's account of it, and on another device.

const it = story();

let host, browser, hal, desk, guild, quiet, busy, ida;

before(async () => {
  host = await Host.start();
  browser = await launch();
  const register = async (username) => (await host.call('POST', '/auth/register', undefined, { username, email: `${username}@example.com`, password: `${username} has a long password` })).token;
  const owner = await register('ida');
  const member = await register('hal');
  ida = (channel, content) => host.call('POST', `/channels/${channel.id}/messages`, owner, { content });
  guild = await host.call('POST', '/guilds', owner, { name: 'The Mill' });
  [quiet] = (await host.call('GET', `/guilds/${guild.id}/channels`, owner)).filter(({ type }) => type === 0);
  busy = await host.call('POST', `/guilds/${guild.id}/channels`, owner, { name: 'busy', type: 0 });
  const { code } = await host.call('POST', `/channels/${quiet.id}/invites`, owner, {});
  await host.call('POST', `/invites/${code}`, member, {});
  hal = await Person.arrive(browser, host.url, { name: 'hal', path: `/channels/${guild.id}/${quiet.id}` });
  await hal.logIn();
  await hal.box().waitFor();
});

after(async () => {
  await browser?.close();
  await host?.stop();
});

const link = (person, name) => person.page.getByRole('navigation', { name: 'Channels' }).getByRole('link', { name });
const acked = (person) => person.page.waitForResponse((response) => response.url().endsWith('/ack') && response.ok());

describe('new messages', () => {
  it('are marked where they begin when their channel is opened', async () => {
    for (let line = 1; line <= 70; line++) await ida(busy, `line ${line}`);
    await link(hal, /^busy.*unread/).waitFor();
    const told = acked(hal);
    await link(hal, /^busy/).click();
    await hal.sees('line 70');
    await told;
    await link(hal, 'busy').waitFor();
  });

  it('that came while one was away are counted, and one press leads to the first', async () => {
    await link(hal, 'general').click();
    await hal.box().waitFor();
    for (let line = 71; line <= 130; line++) await ida(busy, `line ${line}`);
    await link(hal, /^busy.*unread/).click();
    await hal.sees('line 130');
    await hal.page.getByRole('log').evaluate((log) => (log.scrollTop = log.scrollHeight / 2));
    await hal.page.getByRole('button', { name: /new messages$/ }).click();
    await hal.page.getByRole('separator', { name: 'New messages' }).waitFor();
    const next = await hal.page.getByRole('separator', { name: 'New messages' }).evaluate((line) => line.nextElementSibling.textContent);
    assert.match(next, /line 71/);
  });

  it('can be made new again, and stay so elsewhere', async () => {
    await hal.page.getByRole('button', { name: 'Jump to latest' }).click();
    await hal.press('line 129', 'More');
    const told = acked(hal);
    await hal.page.getByRole('menuitem', { name: 'Mark as unread' }).click();
    await told;
    desk = await Person.arrive(browser, host.url, { name: 'hal', path: `/channels/${guild.id}/${quiet.id}` });
    await desk.logIn();
    await desk.box().waitFor();
    await link(desk, /^busy.*unread/).waitFor();
  });

  it('that are read on one device are read on the other', async () => {
    await link(hal, 'general').click();
    await hal.box().waitFor();
    await link(desk, /^busy/).click();
    await desk.sees('line 130');
    await link(hal, 'busy').waitFor();
  });
});

describe('muting', () => {
  it('takes a channel out of what is new, on every device, until it is lifted', async () => {
    await link(desk, 'general').click();
    await desk.box().waitFor();
    await link(desk, 'busy').hover();
    await desk.choose('Options of busy', 'Mute…').catch((error) => assert.fail(error));
    await desk.page.getByRole('menuitem', { name: 'Until I unmute it' }).click();
    await hal.page.getByRole('img', { name: 'Muted' }).waitFor();
    await ida(busy, 'unheard');
    await ida(quiet, 'heard');
    await hal.sees('heard');
    await link(hal, 'busy').waitFor();
    await link(hal, /^busy/).hover();
    await hal.choose('Options of busy', 'Unmute');
    await link(desk, /^busy.*unread/).waitFor();
  });

  it('saw no error on any page', () => {
    assert.deepEqual(hal.faults, []);
    assert.deepEqual(desk.faults, []);
  });
});
