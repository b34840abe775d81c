import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { barriers } from './support/axe.mjs';
import { Person, story } from './support/browser.mjs';
import { arrives, gone, keepConnections, launchTalking, panel, passing, shows } from './support/hearing.mjs';
import { Host } from './support/host.mjs';

// Ada runs a stage, Bob comes to listen, and gets to speak.

const it = story();

let host, browser, ada, bob, guild;

before(async () => {
  host = await Host.start();
  browser = await launchTalking();
  const register = async (username) => (await host.call('POST', '/auth/register', undefined, { username, email: `${username}@example.com`, password: `${username} has a long password` })).token;
  const [owner, member] = [await register('ada'), await register('bob')];
  guild = await host.call('POST', '/guilds', owner, { name: 'The Forum' });
  const [channel] = (await host.call('GET', `/guilds/${guild.id}/channels`, owner)).filter(({ type }) => type === 0);
  const stage = await host.call('POST', `/guilds/${guild.id}/channels`, owner, { name: 'Agora', type: 13 });
  const { code } = await host.call('POST', `/channels/${channel.id}/invites`, owner, {});
  await host.call('POST', `/invites/${code}`, member, {});
  const path = `/channels/${guild.id}/${stage.id}`;
  ada = await Person.arrive(browser, host.url, { name: 'ada', path });
  bob = await Person.arrive(browser, host.url, { name: 'bob', path });
  for (const person of [ada, bob]) {
    await person.logIn();
    await room(person).waitFor();
    await keepConnections(person);
  }
});

after(async () => {
  await browser?.close();
  await host?.stop();
});

const room = ({ page }) => page.getByRole('region', { name: 'Voice in Agora' });
const speaker = (person, name) => room(person).locator('.tile', { hasText: name });
const listener = (person, name) => room(person).getByRole('list', { name: 'Audience' }).getByRole('listitem').filter({ hasText: name });
const press = (within, name) => within.getByRole('button', { name, exact: true }).click();
const invitation = (person) => panel(person).getByText('You are invited to speak on this stage.');

describe('a stage', () => {
  it('is entered as a listener, and begins with a topic', async () => {
    await press(room(ada), 'Join');
    await listener(ada, 'ada').waitFor();
    await press(room(ada), 'Start');
    await ada.page.getByLabel('Topic').fill('The good city');
    await press(ada.page.getByRole('dialog'), 'Start');
    await room(bob).getByText('The good city').waitFor();
    await bob.page.getByRole('navigation', { name: 'Channels' }).getByText('The good city').waitFor();
    await press(room(bob), 'Join');
    await listener(ada, 'bob').waitFor();
    await panel(bob).getByText('Connected', { exact: true }).waitFor();
    assert.deepEqual(await barriers(bob.page), []);
  });

  it('is spoken on by its moderator at one press', async () => {
    await press(room(ada), 'Speak');
    await speaker(bob, 'ada').waitFor();
    await arrives(bob, 'energy');
    await room(bob).locator('.tile.speaking', { hasText: 'ada' }).waitFor();
    assert.deepEqual(await barriers(ada.page), []);
  });
});

describe('a listener', () => {
  it('asks to speak, and may take it back', async () => {
    await press(room(bob), 'Ask to speak');
    await listener(ada, 'bob').getByRole('img', { name: 'Asks to speak' }).waitFor();
    await press(room(bob), 'Lower your hand');
    await gone(listener(ada, 'bob').getByRole('img', { name: 'Asks to speak' }));
    // Also from elsewhere on the page, where one is told as well that one is not heard.
    await panel(bob).getByText('You are listening: nobody hears you.').waitFor();
    await press(panel(bob), 'Ask to speak');
    assert.deepEqual(await barriers(bob.page), []);
    assert.deepEqual(await barriers(ada.page), []);
  });

  it('who is let is asked first, and not heard before', async () => {
    await press(room(ada), 'Let speak: bob');
    await invitation(bob).waitFor();
    await listener(ada, 'bob').getByText('Invited').waitFor();
    assert.deepEqual(await barriers(bob.page), []);
    assert.equal((await passing(ada)).energy, 0);
    await press(panel(bob), 'Not now');
    await gone(invitation(bob));
    await gone(listener(ada, 'bob').getByText('Invited'));
    await listener(ada, 'bob').waitFor();
  });

  it('is invited by a moderator, and speaks when they want to', async () => {
    await listener(ada, 'bob').getByRole('button').first().click();
    await press(ada.page.getByRole('dialog', { name: 'About bob' }), 'Invite to speak');
    await ada.page.keyboard.press('Escape');
    await press(panel(bob), 'Speak');
    await speaker(ada, 'bob').waitFor();
    await gone(invitation(bob));
    await arrives(ada, 'energy');
  });

  it('is moved back to the audience, and neither heard nor seen any more', async () => {
    await press(panel(bob), 'Camera');
    await shows(ada, 'bob');
    await speaker(ada, 'bob').getByRole('button').first().click();
    await press(ada.page.getByRole('dialog', { name: 'About bob' }), 'Move to the audience');
    await ada.page.keyboard.press('Escape');
    await listener(bob, 'bob').waitFor();
    await gone(speaker(bob, 'bob'));
    await gone(ada.page.locator('.speaking', { hasText: 'bob' }));
    // Not even their own browser looks on.
    await bob.page.waitForFunction(() => window.connections.every((connection) => connection.getSenders().every(({ track }) => track?.kind !== 'video')));
  });
});

describe('the end of a stage', () => {
  it('takes its topic from all', async () => {
    await press(room(ada), 'Change topic');
    await ada.page.getByLabel('Topic').fill('The better city');
    await press(ada.page.getByRole('dialog'), 'Save');
    await room(bob).getByText('The better city').waitFor();
    await press(room(ada), 'End');
    await room(bob).getByText('Nothing has begun here yet.').waitFor();
  });
});

it('leaves no errors behind', () => {
  for (const person of [ada, bob]) assert.deepEqual(person.faults, []);
});
