import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { poll } from '../clients/support/until.mjs';
import { barriers } from './support/axe.mjs';
import { Person, story } from './support/browser.mjs';
import { arrives, gone, keepConnections, launchTalking, panel, passing, rings, shows } from './support/hearing.mjs';
import { Host } from './support/host.mjs';

// Lea, Max and Noa are friends, and call each other. Each has a microphone that beeps, and a browser of their own.

const it = story();

let host, browsers, lea, max, noa, direct, group, ids;

before(async () => {
  host = await Host.start();
  browsers = await Promise.all([launchTalking(), launchTalking()]);
  const tokens = {};
  ids = {};
  for (const username of ['lea', 'max', 'noa']) {
    tokens[username] = (await host.call('POST', '/auth/register', undefined, { username, email: `${username}@example.com`, password: `${username} has a long password` })).token;
    ids[username] = (await host.call('GET', '/users/@me', tokens[username])).id;
  }
  for (const other of ['max', 'noa']) {
    await host.call('PUT', `/users/@me/relationships/${ids[other]}`, tokens.lea, {});
    await host.call('PUT', `/users/@me/relationships/${ids.lea}`, tokens[other], {});
  }
  const open = async (...recipients) => (await host.call('POST', '/users/@me/channels', tokens.lea, { recipients })).id;
  direct = await open(ids.max);
  group = await open(ids.max, ids.noa);
  const arrive = (name, browser, channel) => Person.arrive(browser, host.url, { name, path: `/channels/@me/${channel}` });
  [lea, max, noa] = [await arrive('lea', browsers[0], direct), await arrive('max', browsers[1], direct), await arrive('noa', browsers[1], group)];
  for (const person of [lea, max, noa]) {
    await person.logIn();
    await person.page.getByRole('log').waitFor();
    await keepConnections(person);
  }
  // Max is elsewhere when it rings.
  await max.page.getByRole('link', { name: 'Friends' }).first().click();
});

after(async () => {
  for (const browser of browsers ?? []) await browser.close();
  await host?.stop();
});

const room = ({ page }, name) => page.getByRole('region', { name: `Voice in ${name}` });
const card = ({ page }, name) => page.getByRole('alertdialog', { name: `${name} is calling` });
const press = (within, name) => within.getByRole('button', { name, exact: true }).click();
const told = ({ page }, text) => page.getByRole('log').getByText(text).waitFor();
const hangUp = (person) => press(panel(person), 'Disconnect');
const talks = (person) => panel(person).getByText('Connected', { exact: true }).waitFor();

/** Packets that the media server has sent on since it began. */
const forwarded = async () => Number(/packets_forwarded\S* (\d+)/.exec(await (await fetch(`${host.url}/metrics`)).text())[1]);

/** Opens a conversation from the list. */
const turnTo = ({ page }, name) => page.getByRole('navigation', { name: 'Channels' }).getByRole('link', { name: new RegExp(name) }).first().click();

async function allowDirect({ page }, wanted) {
  await page.getByRole('button', { name: 'Account settings' }).click();
  await page.getByRole('tab', { name: 'Voice' }).click();
  await page.getByRole('switch', { name: /Connect calls of two directly/ }).setChecked(wanted);
  assert.deepEqual(await barriers(page), []);
  await page.keyboard.press('Escape');
}

describe('a call', () => {
  it('rings, aloud, wherever on the page the other is', async () => {
    await press(lea.page, 'Call');
    await card(max, 'lea').waitFor();
    await rings(max, true);
    await room(lea, 'max').getByText('Ringing…').waitFor();
    assert.deepEqual(await barriers(max.page), []);
    assert.deepEqual(await barriers(lea.page), []);
  });

  it('rings silently for who wants it so', async () => {
    await press(card(max, 'lea'), 'Silence');
    await rings(max, false);
    assert.equal(await card(max, 'lea').count(), 1);
  });

  it('stops to ring when it is declined, and can be rung again', async () => {
    await press(card(max, 'lea'), 'Decline');
    await gone(card(max, 'lea'));
    await gone(room(lea, 'max').getByText('Ringing…'));
    await press(room(lea, 'max'), 'Ring');
    await card(max, 'lea').waitFor();
    await rings(max, true);
  });

  it('rings as well on a page that is opened while it rings', async () => {
    await max.page.reload();
    await keepConnections(max);
    await card(max, 'lea').waitFor();
  });

  it('that nobody answers is a missed one', async () => {
    await hangUp(lea);
    await gone(card(max, 'lea'));
    await rings(max, false);
    await told(lea, 'You called, and nobody answered.');
    await turnTo(max, 'lea');
    await told(max, 'You missed a call from lea.');
  });

  it('is answered with one press, and both hear each other', async () => {
    await press(lea.page, 'Call');
    await press(card(max, 'lea'), 'Answer');
    await gone(card(max, 'lea'));
    await talks(max);
    await rings(max, true); // The microphone's context: the ring's was closed.
    await arrives(lea, 'energy');
    await arrives(max, 'energy');
    await room(lea, 'max').locator('.tile.speaking', { hasText: 'max' }).waitFor();
    assert.deepEqual(await barriers(max.page), []);
  });

  it('shows both on a phone, neither over the other', async () => {
    await max.page.setViewportSize({ width: 390, height: 800 });
    const [one, other] = await room(max, 'lea').locator('.tile').evaluateAll((tiles) => tiles.map((tile) => tile.getBoundingClientRect().toJSON()));
    assert.ok(one.right <= other.left || one.bottom <= other.top, JSON.stringify([one, other]));
    await max.page.setViewportSize({ width: 1200, height: 800 });
  });

  it('of those who did not both wish otherwise goes by the server', async () => {
    await allowDirect(lea, true);
    const { energy } = await passing(max);
    await arrives(max, 'energy', { more: energy });
    assert.equal((await passing(max)).straight.sent, 0);
    assert.equal(await max.page.evaluate(() => window.connections.length), 1);
  });
});

describe('a call of two who both wish it', () => {
  it('goes straight from one to the other, and the server carries nothing', async () => {
    await allowDirect(max, true);
    for (const person of [lea, max]) await arrives(person, 'energy', { straight: true });
    // When the first is heard on the new way, the last on the old one may be under way still.
    const byServer = async () => ({ forwarded: await forwarded(), ends: (await Promise.all([lea, max].map(passing))).map(({ sent, received }) => ({ sent, received })) });
    await poll(async () => {
      const [before, heard] = [await byServer(), await Promise.all([lea, max].map(passing))];
      for (const [index, person] of [lea, max].entries()) await arrives(person, 'energy', { straight: true, more: heard[index].straight.energy });
      return isDeepStrictEqual(await byServer(), before);
    }, 'both hear on, and nothing goes by the server');
    // What they are connected to is each other, and not the server's one port.
    const ports = ({ page }) => page.evaluate(async () => {
      const found = [];
      for (const connection of window.connections.filter(({ connectionState }) => connectionState === 'connected')) {
        const stats = await connection.getStats();
        const { selectedCandidatePairId } = [...stats.values()].find(({ type }) => type === 'transport');
        found.push(stats.get(stats.get(selectedCandidatePairId).remoteCandidateId).port);
      }
      return found;
    });
    const [ofLea, ofMax] = [await ports(lea), await ports(max)];
    assert.equal(ofLea.length, 2);
    assert.equal(ofLea[0], ofMax[0]);
    assert.ok(![ofLea[0], ofMax[1]].includes(ofLea[1]));
    await panel(lea).getByTitle('How the connection is').click();
    await lea.page.getByText('Straight to the other').waitFor();
    await lea.page.keyboard.press('Escape');
  });

  it('shows cameras on the same way, and who speaks', async () => {
    await press(panel(lea), 'Camera');
    await shows(max, 'lea');
    await arrives(max, 'frames', { straight: true });
    assert.equal((await passing(max)).frames, 0);
    await room(max, 'lea').locator('.tile.speaking', { hasText: 'lea' }).waitFor();
    await press(panel(lea), 'Camera');
    await gone(max.page.locator('video'));
  });

  it('goes on by the server when that way breaks', async () => {
    await max.page.evaluate(() => window.connections.find(({ remoteDescription }) => !remoteDescription.sdp.includes('a=ice-lite')).close());
    for (const person of [lea, max]) {
      const { energy } = await passing(person);
      await arrives(person, 'energy', { more: energy });
      await talks(person);
    }
  });

  it('goes on by the server when one does not wish it any more', async () => {
    await allowDirect(lea, false);
    await allowDirect(lea, true);
    for (const person of [lea, max]) await arrives(person, 'energy', { straight: true });
    await allowDirect(max, false);
    for (const person of [lea, max]) {
      const { energy } = await passing(person);
      await arrives(person, 'energy', { more: energy });
      await poll(async () => (await passing(person)).straight.sent === 0, 'the straight way is closed');
    }
    await allowDirect(max, true);
    for (const person of [lea, max]) await arrives(person, 'energy', { straight: true });
  });

  it('is over when both have left, and its message says how long it was', async () => {
    await hangUp(max);
    await room(lea, 'max').getByRole('button', { name: 'Ring', exact: true }).waitFor();
    await panel(lea).getByText('Only you are here.').waitFor();
    await hangUp(lea);
    await gone(room(lea, 'max'));
    await told(lea, 'lea started a call that lasted less than a minute.');
  });
});

describe('a call of a group', () => {
  it('rings all, goes by the server whatever two of them wish, and a third comes in', async () => {
    await turnTo(lea, 'max, noa');
    await press(lea.page, 'Call');
    await press(card(max, 'lea, noa'), 'Answer');
    await talks(max);
    await arrives(lea, 'energy');
    await card(noa, 'lea, max').waitFor();
    await press(card(noa, 'lea, max'), 'Answer');
    for (const person of [lea, max, noa]) await arrives(person, 'energy');
    for (const person of [lea, max, noa]) {
      const people = person.page.getByRole('region', { name: /^Voice in/ }).getByRole('listitem');
      await people.nth(2).waitFor();
      assert.equal(await people.count(), 3);
      assert.equal((await passing(person)).straight.sent, 0);
    }
    assert.deepEqual(await barriers(noa.page), []);
  });

  it('goes on while two are there, and ends with the last', async () => {
    await hangUp(noa);
    await noa.page.getByRole('button', { name: 'Join', exact: true }).waitFor();
    await hangUp(max);
    await hangUp(lea);
    await gone(noa.page.getByRole('button', { name: 'Join', exact: true }));
    await told(noa, /lea started a call that lasted/);
  });
});

it('leaves no errors behind', () => {
  for (const person of [lea, max, noa]) assert.deepEqual(person.faults, []);
});
