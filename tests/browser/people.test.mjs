import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe } from 'node:test';
import { barriers } from './support/axe.mjs';
import { launch, Person, story } from './support/browser.mjs';
import { Host } from './support/host.mjs';

// Two people find each other: a request, an answer, a conversation, and its end.

const it = story();
const home = 'Friends and direct messages';

let host, browser, ada, ben;

before(async () => {
  host = await Host.start();
  browser = await launch();
  for (const name of ['ada', 'ben', 'cem']) await host.call('POST', '/auth/register', undefined, { username: name, email: `${name}@example.com`, password: `${name} has a long password` });
  const visits = { path: '/channels/@me' };
  ada = await Person.arrive(browser, host.url, { name: 'ada', ...visits });
  ben = await Person.arrive(browser, host.url, { name: 'ben', ...visits });
  await ada.logIn();
  await ben.logIn();
});

after(async () => {
  await browser?.close();
  await host?.stop();
});

/** What an authenticator app shows now for a secret in base 32. */
function codeOf(secret) {
  const bits = [...secret].map(letter => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  return String((digest.readUInt32BE(digest[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

describe('a friendship', () => {
  it('is asked for by name, and a wrong name is explained beside the field', async () => {
    const { page } = ada;
    await page.getByLabel('Add a friend').fill('nobody_of_this_name');
    await page.getByRole('button', { name: 'Send request' }).click();
    await page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
    assert.equal(await page.getByLabel('Add a friend').getAttribute('aria-invalid'), 'true');
    await page.getByLabel('Add a friend').fill('ben');
    await page.getByRole('button', { name: 'Send request' }).click();
    await page.getByText('You asked ben to be a friend.').waitFor();
  });

  it('is announced to who is asked, who says yes', async () => {
    const { page } = ben;
    await page.getByRole('link', { name: `${home} , 1 mention` }).waitFor();
    await page.getByRole('button', { name: /^Pending/ }).click();
    await page.getByText('Wants to be your friend').waitFor();
    assert.deepEqual(await barriers(page), []);
    await page.getByRole('button', { name: 'Accept ada' }).click();
    await page.getByText('Nobody is waiting for an answer.').waitFor();
    await page.getByRole('link', { name: home, exact: true }).waitFor();
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await page.getByRole('button', { name: 'Remove ada' }).waitFor();
    await ada.page.getByRole('button', { name: 'Message ben' }).waitFor();
  });
});

describe('a direct message', () => {
  it('is written from the list of friends', async () => {
    await ada.page.getByRole('button', { name: 'Message ben' }).click();
    await ada.page.getByRole('textbox', { name: 'Message @ben' }).fill('Hello Ben!');
    await ada.page.getByRole('textbox', { name: 'Message @ben' }).press('Enter');
    await ada.sees('Hello Ben!');
  });

  it('counts for who gets it until it is read', async () => {
    const { page } = ben;
    await page.getByRole('link', { name: `${home} , 1 mention` }).waitFor();
    await ben.titled(/^\(1\)/);
    await page.getByRole('link', { name: /ada.*unread/ }).click();
    await ben.sees('Hello Ben!');
    await page.getByRole('link', { name: home, exact: true }).waitFor();
    await ben.titled(/^(?!\()/);
    assert.deepEqual(await barriers(page), []);
  });

  it('is answered, and shows that it is being answered', async () => {
    await ben.page.getByRole('textbox', { name: 'Message @ada' }).pressSequentially('Hi');
    await ada.page.getByText('ben is writing…').waitFor();
    await ben.page.getByRole('textbox', { name: 'Message @ada' }).press('Enter');
    await ada.sees('Hi');
    await ada.page.getByText('ben is writing…').waitFor({ state: 'detached' });
  });
});

describe('a person', () => {
  it('is shown with what one wrote down about them', async () => {
    const { page } = ada;
    await page.getByRole('main').getByRole('button', { name: /ben$/ }).first().click();
    const card = page.getByRole('dialog', { name: 'About ben' });
    const saved = page.waitForResponse((response) => response.url().includes('/notes/'));
    await card.getByLabel('Note, for you alone').fill('Met at the pond');
    await card.getByLabel('Note, for you alone').blur();
    assert.ok((await saved).ok());
    assert.deepEqual(await barriers(page), []);
    await page.keyboard.press('Escape');
    await page.reload();
    await ada.sees('Hi');
    await page.getByRole('main').getByRole('button', { name: /ben$/ }).first().click();
    assert.equal(await card.getByLabel('Note, for you alone').inputValue(), 'Met at the pond');
  });

  it('can be blocked: then nothing can be written to them', async () => {
    const { page } = ada;
    await page.getByRole('dialog', { name: 'About ben' }).getByRole('button', { name: 'More about them' }).click();
    await page.getByRole('menuitem', { name: 'Block' }).click();
    await page.getByText('You blocked this person.').waitFor();
    await page.getByText('A message of somebody whom you blocked.').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Friends', exact: true }).click();
    await page.getByRole('button', { name: 'Blocked', exact: true }).click();
    await page.getByRole('button', { name: 'Unblock ben' }).click();
    await page.getByText('You have blocked nobody.').waitFor();
  });
});

describe('oneself', () => {
  it('has a name for others, and says what one is up to', async () => {
    const { page } = ben;
    await page.getByRole('button', { name: 'Account settings' }).click();
    await page.getByLabel('Display name').fill('Benjamin');
    await page.getByLabel('About you').fill('Grows beans');
    assert.deepEqual(await barriers(page), []);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    await page.keyboard.press('Escape');
    await ada.page.reload();
    await ada.page.getByRole('navigation', { name: 'Channels' }).getByText('Benjamin').waitFor();

    await page.getByRole('button', { name: 'Online Benjamin ben' }).click();
    await page.getByRole('menuitem', { name: 'Say what you are up to' }).click();
    await page.getByRole('textbox', { name: /Others see it/ }).fill('Sowing');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Online Benjamin Sowing' }).waitFor();
  });

  it('turns a second factor on: the codes stay on the page, and so does the person', async () => {
    const { page } = ben;
    await page.getByRole('button', { name: 'Account settings' }).click();
    await page.getByRole('tab', { name: 'Second factor' }).click();
    const secret = (await page.locator('code.secret').textContent()).replaceAll(' ', '');
    await page.getByLabel('Code that the app shows').fill(codeOf(secret));
    await page.getByLabel('Current password').fill('ben has a long password');
    const next = page.waitForEvent('websocket').then(socket => socket.waitForEvent('framereceived', ({ payload }) => payload.includes('"READY"')));
    await page.getByRole('button', { name: 'Turn it on' }).click();
    const codes = page.getByRole('list', { name: 'Backup codes' }).getByRole('listitem');
    await codes.first().waitFor();
    // It ended the session: the codes are there when the next one is.
    await next;
    assert.equal(await codes.count(), 10);
    await page.getByRole('button', { name: 'I have written them down' }).click();
    await page.getByRole('button', { name: 'Online Benjamin Sowing' }).waitFor();
  });

  it('saw no error on any page', () => {
    assert.deepEqual(ada.faults, []);
    assert.deepEqual(ben.faults, []);
  });
});
