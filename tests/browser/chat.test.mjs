import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { launch, Person, story } from './support/browser.mjs';
import { Host } from './support/host.mjs';
import { Wire } from './support/wire.mjs';

// One story: Alice starts a server, Bob comes in by her invite, and they talk through whatever happens to his network.

const it = story();

let host, wire, browser, alice, bob, invite;

before(async () => {
  host = await Host.start();
  wire = await Wire.to(host);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await wire?.pullOut();
  await host?.stop();
});

describe('signing in', () => {
  it('explains beside the field what the server does not accept', async () => {
    alice = await Person.arrive(browser, host.url, { name: 'alice' });
    const { page } = alice;
    await alice.formFor('Register');
    await page.getByLabel('Email').fill('no address');
    await page.getByLabel('Username').fill('alice');
    await page.getByLabel('Password').fill('alice has a long password');
    await page.getByRole('button', { name: 'Register' }).click();
    await page.getByRole('alert').waitFor();

    const email = page.getByLabel('Email');
    assert.equal(await email.getAttribute('aria-invalid'), 'true');
    const described = await email.getAttribute('aria-describedby');
    assert.equal(await page.getByRole('alert').getAttribute('id'), described);
    assert.match(await page.getByRole('alert').innerText(), /\w+ \w+/);
    assert.equal(await email.evaluate((element) => element === document.activeElement), true);
    assert.equal(await alice.token(), null);
  });

  it('registers', async () => {
    await alice.register();
    await alice.page.getByRole('button', { name: 'Create server' }).waitFor();
    assert.notEqual(await alice.token(), null);
  });

  it('refuses a wrong password in words', async () => {
    const stranger = await Person.arrive(browser, host.url, { name: 'alice' });
    await stranger.logIn('not her password');
    await stranger.page.getByRole('alert').first().waitFor();
    assert.match(await stranger.page.getByRole('alert').first().innerText(), /\w+ \w+/);
    assert.equal(await stranger.token(), null);
    await stranger.leave();
  });
});

describe('a server', () => {
  it('is created and opens at its first text channel', async () => {
    const { page } = alice;
    await page.getByRole('button', { name: 'Create server' }).click();
    await page.getByLabel('Server name').fill('The Greenhouse');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await alice.box().waitFor();
    await page.getByRole('heading', { name: 'The Greenhouse' }).waitFor();
    assert.match(new URL(page.url()).pathname, /^\/channels\/\d+\/\d+$/);
    assert.equal(await page.getByRole('link', { name: 'general' }).getAttribute('aria-current'), 'page');
    await alice.titled(/#general/);
  });

  it('gives out an invite', async () => {
    const { page } = alice;
    await page.getByRole('button', { name: 'Invite people' }).click();
    const link = page.getByLabel('Invite link');
    await page.getByText('Whoever has it can join').waitFor();
    invite = await link.inputValue();
    assert.match(invite, new RegExp(`^${host.url}/invite/\\S+$`));
    await page.keyboard.press('Escape');
    await link.waitFor({ state: 'detached' });
    assert.equal(await page.getByRole('button', { name: 'Invite people' }).evaluate((element) => element === document.activeElement), true);
  });

  it('is joined by the code of it', async () => {
    bob = await Person.arrive(browser, wire.url, { name: 'bob' });
    await bob.register();
    await bob.page.getByRole('button', { name: 'Join server' }).click();
    await bob.page.getByLabel('Invite link or code').fill('no-such-invite');
    await bob.page.getByRole('button', { name: 'Join', exact: true }).click();
    await bob.page.getByRole('alert').waitFor();
    await bob.page.getByLabel('Invite link or code').fill(invite.split('/').at(-1));
    await bob.page.getByRole('button', { name: 'Join', exact: true }).click();
    await bob.box().waitFor();
    await bob.page.getByRole('heading', { name: 'The Greenhouse' }).waitFor();
  });
});

describe('talking', () => {
  it('shows each what both say, live and in one order', async () => {
    await alice.say('Hello Bob', 'are you there?');
    await bob.sees('are you there?');
    await bob.say('Yes!');
    await alice.sees('Yes!');
    await alice.say('Good.');
    for (const person of [alice, bob]) await person.sees('Good.');
    const said = ['Hello Bob', 'are you there?', 'Yes!', 'Good.'];
    assert.deepEqual(await alice.texts(), said);
    assert.deepEqual(await bob.texts(), said);
    assert.equal(await bob.page.getByRole('log').locator('article header strong').first().innerText(), 'alice');
  });

  it('keeps the order of what is written in a hurry', async () => {
    const lines = Array.from({ length: 12 }, (_, index) => `quick ${index + 1}`);
    await alice.say(...lines);
    await alice.sees('quick 12');
    await bob.sees('quick 12');
    assert.deepEqual((await alice.texts()).slice(-12), lines);
    assert.deepEqual((await bob.texts()).slice(-12), lines);
  });

  it('takes Shift+Enter for a new line', async () => {
    await alice.box().fill('first');
    await alice.box().press('Shift+Enter');
    await alice.box().pressSequentially('second');
    await alice.box().press('Enter');
    await bob.sees('first\nsecond');
    assert.equal((await bob.texts()).at(-1), 'first\nsecond');
  });

  it('shows the same after a reload', async () => {
    const before = await bob.texts();
    await bob.page.reload();
    await bob.sees('first\nsecond');
    assert.deepEqual(await bob.texts(), before);
  });

  it('changes and removes what one said, for everybody', async () => {
    await alice.say('a tpyo', 'regrettable');
    await bob.sees('regrettable');
    await alice.sees('regrettable');
    await alice.messages().filter({ hasText: 'a tpyo' }).hover();
    await alice.page.getByRole('article').filter({ hasText: 'a tpyo' }).getByRole('button', { name: 'Edit' }).click();
    await alice.page.getByRole('textbox', { name: 'Edit message' }).fill('a typo');
    await alice.page.getByRole('textbox', { name: 'Edit message' }).press('Enter');
    await bob.sees('a typo');
    assert.equal((await bob.texts()).at(-2), 'a typo (edited)');

    await alice.messages().filter({ hasText: 'regrettable' }).hover();
    await alice.page.getByRole('article').filter({ hasText: 'regrettable' }).getByRole('button', { name: 'Delete' }).click();
    await alice.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    for (const person of [alice, bob]) await person.messages().filter({ hasText: 'regrettable' }).waitFor({ state: 'detached' });
    assert.equal((await alice.texts()).at(-1), 'a typo (edited)');
    assert.equal(await bob.page.getByRole('article').filter({ hasText: 'a typo' }).getByRole('button', { name: 'Edit' }).count(), 0);
  });

  it('counts near the limit and keeps what is too long', async () => {
    await alice.box().fill('x'.repeat(1900));
    await alice.page.getByText('100 characters left').waitFor({ state: 'attached' });
    await alice.box().fill('x'.repeat(2001));
    await alice.page.getByText('1 character too many').waitFor({ state: 'attached' });
    await alice.box().press('Enter');
    assert.equal((await alice.box().inputValue()).length, 2001);
    await alice.box().fill('');
  });
});

describe('hostile text', () => {
  it('is text', async () => {
    const texts = [
      '<img src=x onerror="document.title=1">',
      '<script>document.title = 1</script>',
      '[click me](javascript:document.title=1)',
      'javascript:document.title=1',
    ];
    const title = await bob.page.title();
    await alice.say(...texts);
    // The one before it holds the same words.
    await bob.messages().filter({ hasText: /^javascript:/ }).waitFor();
    assert.deepEqual((await bob.texts()).slice(-4), texts);
    assert.equal(await bob.page.locator('[role=log] :is(img, script, iframe, a)').count(), 0);
    assert.equal(await bob.page.title(), title);
  });

  it('next to which marks still work', async () => {
    await alice.say('**bold** `code` https://example.com/page');
    await bob.sees('bold code https://example.com/page');
    const last = bob.messages().last();
    assert.equal(await last.locator('strong').innerText(), 'bold');
    assert.equal(await last.locator('code').innerText(), 'code');
    assert.equal(await last.locator('a').getAttribute('href'), 'https://example.com/page');
    assert.match((await last.locator('a').getAttribute('rel')) ?? '', /noopener/);
  });
});

describe('a cut network', () => {
  it('is resumed with what was said meanwhile, each message once', async () => {
    const before = bob.sockets.length;
    await wire.pullOut();
    await bob.page.getByRole('status').filter({ hasText: 'Reconnecting…' }).waitFor();
    await alice.say('one while you were away', 'two while you were away', 'three while you were away');
    await alice.sees('three while you were away');

    await bob.say('said into the void');
    await bob.page.getByText('Not sent.').waitFor();

    await wire.plugIn();
    await bob.sees('three while you were away');
    await bob.page.getByText('Reconnecting…').waitFor({ state: 'detached' });
    assert.deepEqual((await bob.texts()).slice(-3), ['one while you were away', 'two while you were away', 'three while you were away']);

    const opened = bob.sockets.slice(before).filter((frames) => frames.length > 0);
    assert.equal(opened.length, 1);
    assert.deepEqual(bob.frames(-1).slice(0, 6), [10, 6, 'MESSAGE_CREATE', 'MESSAGE_CREATE', 'MESSAGE_CREATE', 'RESUMED']);
  });

  it('lets what was not sent be sent again, once', async () => {
    await bob.page.getByRole('button', { name: 'Retry' }).click();
    await alice.sees('said into the void');
    await bob.sees('said into the void');
    for (const person of [alice, bob]) assert.equal((await person.texts()).filter((text) => text === 'said into the void').length, 1);
    assert.equal(await bob.page.locator('article.outgoing').count(), 0);
  });

  it('after which nothing is missing even where no session could be resumed', async () => {
    await bob.say('before the restart');
    await alice.sees('before the restart');
    await wire.pullOut();
    await bob.page.getByRole('status').filter({ hasText: 'Reconnecting…' }).waitFor();
    await host.halt();
    await host.run();
    const channel = new URL(alice.page.url()).pathname.split('/').at(-1);
    await host.call('POST', `/channels/${channel}/messages`, await alice.token(), { content: 'after the restart' });
    await wire.plugIn();
    await bob.sees('after the restart');
    await alice.sees('after the restart');
    const texts = await bob.texts();
    assert.deepEqual(texts.slice(-2), ['before the restart', 'after the restart']);
    assert.equal(new Set(texts).size, texts.length);
    assert.ok(bob.frames(-1).includes('READY'));
  });
});

describe('the end', () => {
  it('logs out here and on the server', async () => {
    const token = await bob.token();
    const told = bob.page.waitForResponse('**/auth/logout');
    await bob.page.getByRole('button', { name: 'Account settings' }).click();
    await bob.page.getByRole('tab', { name: 'Sign-in' }).click();
    await bob.page.getByRole('tabpanel').getByRole('button', { name: 'Log out' }).click();
    await bob.page.getByLabel('Password').waitFor();
    assert.equal(await bob.token(), null);
    assert.equal((await told).status(), 204);
    await assert.rejects(host.call('GET', '/users/@me', token), /401/);
    await bob.page.reload();
    await bob.page.getByLabel('Password').waitFor();
  });

  it('and lets one come back to where one was', async () => {
    await bob.logIn();
    await bob.sees('after the restart');
  });

  it('saw no error on any page, and nothing that the content policy had to block', () => {
    assert.deepEqual(alice.faults, []);
    assert.deepEqual(bob.faults, []);
  });
});
