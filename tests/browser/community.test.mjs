import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { barriers } from './support/axe.mjs';
import { launch, Person, story } from './support/browser.mjs';
import { Host } from './support/host.mjs';

// A server grows: roles, rules, threads, a forum. Fay runs it, Gus is a member.

const it = story();

let host, browser, fay, gus, guild;

before(async () => {
  host = await Host.start();
  browser = await launch();
  const register = async (username) => (await host.call('POST', '/auth/register', undefined, { username, email: `${username}@example.com`, password: `${username} has a long password` })).token;
  const [owner, member] = [await register('fay'), await register('gus')];
  guild = await host.call('POST', '/guilds', owner, { name: 'The Orchard' });
  const [channel] = (await host.call('GET', `/guilds/${guild.id}/channels`, owner)).filter(({ type }) => type === 0);
  const { code } = await host.call('POST', `/channels/${channel.id}/invites`, owner, {});
  await host.call('POST', `/invites/${code}`, member, {});
  const path = `/channels/${guild.id}/${channel.id}`;
  fay = await Person.arrive(browser, host.url, { name: 'fay', path });
  gus = await Person.arrive(browser, host.url, { name: 'gus', path });
  await fay.logIn();
  await gus.logIn();
  await fay.box().waitFor();
  await gus.box().waitFor();
});

after(async () => {
  await browser?.close();
  await host?.stop();
});

const channels = (person) => person.page.getByRole('navigation', { name: 'Channels' });

describe('a message', () => {
  it('is reacted to', async () => {
    await fay.say('Who prunes the apple trees?');
    await gus.sees('Who prunes the apple trees?');
    await gus.press('Who prunes', 'Add reaction');
    await gus.page.getByRole('searchbox', { name: 'Find an emoji' }).fill('thumbs');
    assert.deepEqual(await barriers(gus.page), []);
    await gus.page.keyboard.press('Enter');
    const reaction = (person, count) => person.article('Who prunes').getByRole('button', { name: `thumbsup, ${count}` });
    await reaction(gus, 1).waitFor();
    assert.equal(await reaction(gus, 1).getAttribute('aria-pressed'), 'true');
    await reaction(fay, 1).click();
    await reaction(gus, 2).waitFor();
    await reaction(gus, 2).click();
    await reaction(fay, 1).waitFor();
    assert.equal(await reaction(gus, 1).getAttribute('aria-pressed'), 'false');
  });

  it('is answered, and the answer leads to it', async () => {
    await gus.press('Who prunes', 'Reply');
    await gus.page.getByText('Answering fay').waitFor();
    await gus.say('I do');
    await fay.sees('I do');
    const quote = fay.article('I do').getByRole('button', { name: /^fay Who prunes/ });
    await quote.click();
    assert.match(await fay.page.evaluate(() => document.activeElement.textContent), /Who prunes/);
  });

  it('names people by what is typed, with the list that helps', async () => {
    await fay.box().pressSequentially('Thanks @gu');
    await fay.page.getByRole('option', { name: /gus/ }).waitFor();
    assert.equal(await fay.box().getAttribute('aria-activedescendant'), await fay.page.getByRole('option').first().getAttribute('id'));
    await fay.box().press('Enter');
    assert.equal(await fay.box().inputValue(), 'Thanks @gus ');
    await fay.box().press('Enter');
    await gus.sees('Thanks @gus');
    assert.equal(await gus.article('Thanks @gus').locator('.mention').innerText(), '@gus');
    assert.match((await gus.article('Thanks @gus').getAttribute('class')) ?? '', /mentioned/);
  });

  it('is pinned and found again', async () => {
    await fay.press('Who prunes', 'More');
    await fay.page.getByRole('menuitem', { name: 'Pin', exact: true }).click();
    await gus.page.getByText('fay pinned a message.').waitFor();
    await gus.page.getByRole('button', { name: 'Pinned messages' }).click();
    await gus.page.getByRole('dialog', { name: 'Pinned messages' }).getByText('Who prunes').waitFor();
    await gus.page.keyboard.press('Escape');
  });

  it('is walked to with the arrow keys, and its buttons with the tab key', async () => {
    await fay.page.getByRole('log').focus();
    await fay.page.keyboard.press('ArrowUp');
    assert.equal(await fay.page.evaluate(() => document.activeElement.getAttribute('data-message') !== null), true);
    await fay.page.keyboard.press('ArrowUp');
    await fay.page.keyboard.press('Tab');
    assert.equal(await fay.page.evaluate(() => document.activeElement.closest('article') !== null), true);
  });
});

describe('a channel', () => {
  it('is created, and appears for all', async () => {
    await fay.choose('The Orchard', 'Create channel');
    await fay.page.getByLabel('Channel name').fill('cider');
    assert.deepEqual(await barriers(fay.page), []);
    await fay.page.getByRole('button', { name: 'Create', exact: true }).click();
    await fay.box('cider').waitFor();
    await channels(gus).getByRole('link', { name: /^cider/ }).waitFor();
  });

  it('says that there is something new, and how often one was named', async () => {
    await fay.box('cider').fill('First pressing, @gus!');
    await fay.box('cider').press('Enter');
    await channels(gus).getByRole('link', { name: /cider.*unread.*1 mention/ }).waitFor();
    await gus.page.getByRole('navigation', { name: 'Servers' }).getByRole('link', { name: /The Orchard.*1 mention/ }).waitFor();
    await channels(gus).getByRole('link', { name: /cider/ }).click();
    await gus.sees('First pressing');
    await channels(gus).getByRole('link', { name: 'cider', exact: true }).waitFor();
    await gus.page.getByRole('navigation', { name: 'Servers' }).getByRole('link', { name: 'The Orchard', exact: true }).waitFor();
  });

  it('disappears at once for whom its rules shut out, and comes back', async () => {
    await channels(fay).getByRole('link', { name: /^cider/ }).hover();
    await fay.choose('Options of cider', 'Channel settings');
    await fay.page.getByRole('tab', { name: 'Permissions' }).click();
    const rule = fay.page.getByRole('group', { name: 'See channels' });
    assert.deepEqual(await barriers(fay.page), []);
    await rule.getByTitle('Denied').click();
    await fay.page.getByRole('button', { name: 'Save' }).click();
    await channels(gus).getByRole('link', { name: /cider/ }).waitFor({ state: 'detached' });
    await gus.box('general').waitFor();

    await rule.getByTitle('As the roles say').click();
    await fay.page.getByRole('button', { name: 'Save' }).click();
    await channels(gus).getByRole('link', { name: /cider/ }).waitFor();
    await fay.page.keyboard.press('Escape');
  });
});

describe('a role', () => {
  it('is made, given on a member\'s card, and opens what it allows', async () => {
    await fay.choose('The Orchard', 'Server settings');
    await fay.page.getByRole('tab', { name: 'Roles' }).click();
    await fay.page.getByRole('button', { name: 'Create role' }).click();
    await fay.page.getByLabel('Name', { exact: true }).fill('Pickers');
    await fay.page.getByRole('switch', { name: /^Create, change and delete channels/ }).check();
    assert.deepEqual(await barriers(fay.page), []);
    await fay.page.getByRole('button', { name: 'Save' }).click();
    await fay.page.getByText('Saved.').waitFor();
    await fay.page.keyboard.press('Escape');

    await channels(fay).getByRole('link', { name: /^general/ }).click();
    await fay.article('I do').getByRole('button', { name: 'gus', exact: true }).click();
    const card = fay.page.getByRole('dialog', { name: 'About gus' });
    await card.getByRole('button', { name: 'Give a role' }).click();
    await fay.page.getByRole('menuitem', { name: 'Pickers' }).click();
    await card.getByText('Pickers').waitFor();
    await fay.page.keyboard.press('Escape');

    await gus.page.getByRole('button', { name: 'The Orchard', exact: true }).click();
    await gus.page.getByRole('menuitem', { name: 'Create channel' }).waitFor();
    await gus.page.keyboard.press('Escape');
  });
});

describe('a thread', () => {
  it('is started from a message', async () => {
    await channels(gus).getByRole('link', { name: /^general/ }).click();
    await gus.sees('I do');
    await gus.press('I do', 'Start thread');
    await gus.page.getByLabel('Thread name').fill('Pruning');
    await gus.page.getByRole('button', { name: 'Start', exact: true }).click();
    await gus.page.getByRole('heading', { name: 'Pruning', exact: true }).waitFor();
    await gus.box('Pruning').fill('Saturday at nine');
    await gus.box('Pruning').press('Enter');
    await gus.sees('Saturday at nine');
    await channels(gus).getByRole('link', { name: 'Pruning' }).waitFor();
  });

  it('is found under its message, joined and left', async () => {
    await fay.article('I do').getByRole('link', { name: /Pruning/ }).click();
    await fay.sees('Saturday at nine');
    assert.deepEqual(await barriers(fay.page), []);
    await fay.page.getByRole('button', { name: 'Join thread' }).click();
    await fay.page.getByRole('button', { name: 'Leave thread' }).waitFor();
    await channels(fay).getByRole('link', { name: /^general/ }).click();
    await channels(fay).getByRole('link', { name: 'Pruning' }).click();
    await fay.page.getByRole('button', { name: 'Leave thread' }).click();
    await fay.page.getByRole('button', { name: 'Join thread' }).waitFor();
  });

  it('is archived, and found in the list of its channel', async () => {
    await fay.choose('Thread options', 'Archive');
    await fay.page.getByRole('link', { name: 'Back to general' }).or(fay.page.locator('.parent')).first().click();
    await fay.page.getByRole('button', { name: 'Threads' }).click();
    await fay.page.getByRole('region', { name: 'Archived' }).getByRole('link', { name: /Pruning/ }).click();
    await fay.sees('Saturday at nine');
    await fay.page.reload();
    await fay.sees('Saturday at nine');
  });
});

describe('a forum', () => {
  it('is a list of posts with tags', async () => {
    await fay.choose('The Orchard', 'Create channel');
    await fay.page.getByLabel('Kind').selectOption({ label: 'Forum: a list of posts' });
    await fay.page.getByLabel('Channel name').fill('questions');
    await fay.page.getByRole('button', { name: 'Create', exact: true }).click();
    await fay.page.getByText('Nobody has posted here yet.').waitFor();
    await channels(fay).getByRole('link', { name: /^questions/ }).hover();
    await fay.choose('Options of questions', 'Channel settings');
    await fay.page.getByRole('button', { name: 'Add a tag' }).click();
    await fay.page.getByLabel('Tag 1').fill('Pests');
    await fay.page.getByRole('button', { name: 'Save' }).click();
    await fay.page.getByText('Saved.').waitFor();
    await fay.page.keyboard.press('Escape');

    await channels(gus).getByRole('link', { name: /questions/ }).click();
    await gus.page.getByRole('button', { name: 'New post' }).click();
    await gus.page.getByLabel('Title').fill('Aphids?');
    await gus.page.getByLabel('Message').fill('What helps against them?');
    await gus.page.getByLabel('Pests').check();
    assert.deepEqual(await barriers(gus.page), []);
    await gus.page.getByRole('button', { name: 'Post', exact: true }).click();
    await gus.sees('What helps against them?');

    await fay.page.getByRole('button', { name: 'Pests' }).click();
    await fay.page.getByRole('list', { name: 'Posts' }).getByRole('link', { name: /Aphids/ }).waitFor();
    assert.deepEqual(await barriers(fay.page), []);
    await fay.page.getByRole('link', { name: /Aphids/ }).click();
    await fay.sees('What helps against them?');
  });
});

describe('the end', () => {
  it('saw no error on any page, and nothing that the content policy had to block', () => {
    assert.deepEqual(fay.faults, []);
    assert.deepEqual(gus.faults, []);
  });
});
