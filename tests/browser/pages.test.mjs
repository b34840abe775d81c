import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { barriers } from './support/axe.mjs';
import { launch, Person } from './support/browser.mjs';
import { Host } from './support/host.mjs';

// The pages beside the conversation, the long way up its history, and whether everybody can use them.

let host, browser, owner, guild, channel, invite;

before(async () => {
  host = await Host.start();
  browser = await launch();
  const { token } = await host.call('POST', '/auth/register', undefined, { username: 'olga', email: 'olga@example.com', password: 'olga has a long password' });
  guild = await host.call('POST', '/guilds', token, { name: 'The Library' });
  const channels = await host.call('GET', `/guilds/${guild.id}/channels`, token);
  channel = channels.find(({ type }) => type === 0);
  invite = await host.call('POST', `/channels/${channel.id}/invites`, token, { max_age: 0, max_uses: 0 });
  for (let line = 1; line <= 130; line++) await host.call('POST', `/channels/${channel.id}/messages`, token, { content: `line ${line}` });
});

after(async () => {
  await browser?.close();
  await host?.stop();
});

describe('history', () => {
  it('is read in pages on the way up, without the reader losing their place', async () => {
    owner = await Person.arrive(browser, host.url, { name: 'olga', path: `/channels/${guild.id}/${channel.id}` });
    await owner.logIn();
    await owner.sees('line 130');
    assert.deepEqual((await owner.texts()).at(-1), 'line 130');

    const log = owner.page.getByRole('log');
    const first = (await owner.texts())[0];
    assert.notEqual(first, 'line 1');
    const read = owner.page.waitForResponse((response) => response.url().includes('before='));
    const { length } = await owner.texts();
    const before = await owner.messages().filter({ hasText: new RegExp(`^${first}$`) }).boundingBox();
    await log.evaluate((element) => (element.scrollTop = 450));
    const moved = await owner.messages().filter({ hasText: new RegExp(`^${first}$`) }).boundingBox();
    await read;
    await owner.page.waitForFunction((count) => document.querySelectorAll('[role=log] article').length > count, length);
    const kept = await owner.messages().filter({ hasText: new RegExp(`^${first}$`) }).boundingBox();
    assert.ok(before.y < moved.y);
    assert.ok(Math.abs(kept.y - moved.y) < 2, `moved by ${kept.y - moved.y} px`);
  });

  it('that cannot be read says so, and is read again when asked', async () => {
    const { page } = owner;
    await page.reload();
    await owner.sees('line 130');
    let tries = 0;
    await page.route('**/messages?*before=*', (route) => {
      tries++;
      return route.abort();
    });
    await page.getByRole('log').evaluate((element) => (element.scrollTop = 0));
    await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
    await page.getByRole('log').evaluate((element) => (element.scrollTop = 100));
    await page.getByRole('log').evaluate((element) => (element.scrollTop = 0));
    await page.unroute('**/messages?*before=*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Try again' }).waitFor({ state: 'detached' });
    await owner.messages().filter({ hasText: /^line 80$/ }).waitFor();
    assert.equal(tries, 1);
  });

  it('ends at the beginning of the channel', async () => {
    const log = owner.page.getByRole('log');
    const beginning = owner.page.getByRole('heading', { name: 'This is where #general begins' });
    while (!(await beginning.isVisible())) {
      await log.evaluate((element) => (element.scrollTop = 0));
      await owner.page.locator('[role=log][aria-busy=false]').waitFor();
    }
    assert.deepEqual(await owner.texts(), Array.from({ length: 130 }, (_, index) => `line ${index + 1}`));
  });

  it('stays where it is read while new messages come, and leads back to them', async () => {
    const log = owner.page.getByRole('log');
    await log.evaluate((element) => (element.scrollTop = 0));
    await host.call('POST', `/channels/${channel.id}/messages`, await owner.token(), { content: 'line 131' });
    await owner.sees('line 131');
    assert.equal(await log.evaluate((element) => element.scrollTop), 0);
    await owner.page.getByRole('button', { name: 'Jump to latest' }).click();
    await owner.page.getByRole('button', { name: 'Jump to latest' }).waitFor({ state: 'detached' });
    assert.ok(await log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight < 2));
  });
});

describe('an invite link', () => {
  it('says where it leads, and lets a newcomer in', async () => {
    const guest = await Person.arrive(browser, host.url, { name: 'gustav', path: `/invite/${invite.code}` });
    await guest.page.getByText('The Library').waitFor();
    await guest.register();
    await guest.page.getByRole('button', { name: 'Join server' }).click();
    await guest.sees('line 131');
    await guest.page.goto(`${host.url}/invite/${invite.code}`);
    await guest.page.getByRole('button', { name: 'Open server' }).click();
    await guest.sees('line 131');
    assert.deepEqual(guest.faults, []);
    await guest.leave();
  });

  it('for one person lets one person in', async () => {
    const { code } = await host.call('POST', `/channels/${channel.id}/invites`, await owner.token(), { max_age: 0, max_uses: 1 });
    const guest = await Person.arrive(browser, host.url, { name: 'greta', path: `/invite/${code}` });
    await guest.page.getByText('The Library').waitFor();
    await guest.register();
    // Registering has used it up, and so they are in.
    await guest.sees('line 131');
    assert.deepEqual(guest.faults, []);
    await guest.leave();
    const second = await Person.arrive(browser, host.url, { name: 'olga', path: `/invite/${code}` });
    await second.logIn();
    await second.page.getByRole('alert').waitFor();
    await second.leave();
  });

  it('that does not work says so', async () => {
    const { page } = owner;
    await page.goto(`${host.url}/invite/nothing-of-the-kind`);
    await page.getByRole('alert').waitFor();
    await page.getByRole('button', { name: /^Back to / }).click();
    await owner.box().waitFor();
  });
});

describe('the link printed at first start', () => {
  it('makes the account that opens it the owner, once', async () => {
    const [path] = /\/claim\/[\w-]+/.exec(host.log) ?? assert.fail(`The host printed no owner link:\n${host.log}`);
    const { page } = owner;
    await page.goto(host.url + path);
    await page.getByRole('heading', { name: /^You own / }).waitFor();
    await page.goto(host.url + path);
    await page.getByRole('alert').waitFor();
    await page.getByRole('button', { name: 'Continue without it' }).click();
    await owner.box().waitFor();
  });
});

for (const colorScheme of ['light', 'dark']) {
  describe(`in ${colorScheme} colours`, () => {
    it('nothing stands in anybody\'s way', async () => {
      const visitor = await Person.arrive(browser, host.url, { name: 'olga', colorScheme, reducedMotion: 'reduce' });
      const { page } = visitor;
      await visitor.formFor('Log in');
      assert.deepEqual(await barriers(page), []);
      await visitor.logIn();
      await visitor.sees('line 131');
      assert.deepEqual(await barriers(page), []);
      await page.getByRole('button', { name: 'Create server' }).click();
      assert.deepEqual(await barriers(page), []);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Invite people' }).click();
      await page.getByText('Whoever has it can join').waitFor();
      assert.deepEqual(await barriers(page), []);
      assert.deepEqual(visitor.faults, []);
      await visitor.leave();
    });
  });
}

describe('on a narrow screen', () => {
  const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

  it('everything fits, and servers and channels are one button away', async () => {
    const phone = await Person.arrive(browser, host.url, { name: 'olga', viewport: { width: 360, height: 700 }, hasTouch: true, isMobile: true });
    const { page } = phone;
    await phone.formFor('Log in');
    assert.ok(await fits(page));
    await phone.logIn();
    await phone.sees('line 131');
    assert.ok(await fits(page));

    const channels = page.getByRole('navigation', { name: 'Channels' });
    await channels.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Show channels' }).tap();
    await channels.waitFor();
    assert.ok(await fits(page));
    assert.deepEqual(await barriers(page), []);
    await page.keyboard.press('Escape');
    await channels.waitFor({ state: 'hidden' });
    assert.equal(await page.getByRole('button', { name: 'Show channels' }).evaluate((element) => element === document.activeElement), true);

    await phone.box().fill('x'.repeat(300));
    assert.ok(await fits(page));
    await page.getByRole('button', { name: 'Send' }).tap();
    await phone.sees('x'.repeat(300));
    assert.ok(await fits(page));
    assert.deepEqual(phone.faults, []);
    await phone.leave();
  });

  it('what lies over the page rises from below, and settings take the whole screen', async () => {
    const phone = await Person.arrive(browser, host.url, { name: 'olga', viewport: { width: 360, height: 700 }, hasTouch: true, isMobile: true, colorScheme: 'dark' });
    const { page } = phone;
    await phone.logIn();
    await phone.sees('line 131');
    await phone.article('line 131').tap();
    await phone.article('line 131').getByRole('button', { name: 'Add reaction' }).tap();
    const picker = await page.getByRole('dialog', { name: 'Choose a reaction' }).boundingBox();
    assert.equal(picker.width, 360);
    assert.ok(Math.abs(picker.y + picker.height - 700) < 1);
    assert.deepEqual(await barriers(page), []);
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Members' }).tap();
    await page.getByRole('complementary', { name: 'Members' }).getByText('olga').waitFor();
    assert.ok(await fits(page));
    await page.locator('.beside .scrim').tap({ position: { x: 10, y: 300 } });
    await page.getByRole('complementary', { name: 'Members' }).waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Show channels' }).tap();
    await phone.choose('The Library', 'Server settings');
    await page.getByRole('tab', { name: 'Roles' }).tap();
    await page.getByRole('button', { name: 'Everybody' }).tap();
    assert.ok(await fits(page));
    assert.deepEqual(await barriers(page), []);
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: /^Friends and direct messages/ }).tap();
    await page.getByLabel('Add a friend').waitFor();
    assert.ok(await fits(page));
    assert.deepEqual(phone.faults, []);
    await phone.leave();
  });

  it('a code block scrolls by itself', async () => {
    await host.call('POST', `/channels/${channel.id}/messages`, await owner.token(), { content: `\`\`\`\n${'wide '.repeat(60)}\n\`\`\`` });
    await owner.page.setViewportSize({ width: 360, height: 700 });
    const block = owner.page.getByRole('log').locator('pre');
    await block.waitFor();
    assert.ok(await fits(owner.page));
    assert.ok(await block.evaluate((element) => element.scrollWidth > element.clientWidth));
    assert.deepEqual(owner.faults, []);
  });
});
