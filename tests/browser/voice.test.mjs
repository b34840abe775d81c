import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { barriers } from './support/axe.mjs';
import { launch, Person, story } from './support/browser.mjs';
import { arrives, gone, keepConnections, launchTalking, panel, shows } from './support/hearing.mjs';
import { Host } from './support/host.mjs';

// A house with voices: Hana runs it, Ivo is a member. Each has a microphone that beeps.

const it = story();

let host, browser, hana, ivo, guild, rehearsal, ivoId, ownerToken;

before(async () => {
  host = await Host.start();
  browser = await launchTalking('--host-resolver-rules=MAP chat.test 127.0.0.1');
  const register = async (username) => (await host.call('POST', '/auth/register', undefined, { username, email: `${username}@example.com`, password: `${username} has a long password` })).token;
  const [owner, member] = [await register('hana'), await register('ivo')];
  ownerToken = owner;
  guild = await host.call('POST', '/guilds', owner, { name: 'The Choir' });
  const [channel] = (await host.call('GET', `/guilds/${guild.id}/channels`, owner)).filter(({ type }) => type === 0);
  const make = (name, more = {}) => host.call('POST', `/guilds/${guild.id}/channels`, owner, { name, type: 2, ...more });
  rehearsal = await make('Rehearsal');
  await make('Booth', { user_limit: 1 });
  await make('Office', { permission_overwrites: [{ id: guild.id, type: 0, deny: String(1 << 20), allow: '0' }] });
  const { code } = await host.call('POST', `/channels/${channel.id}/invites`, owner, {});
  await host.call('POST', `/invites/${code}`, member, {});
  ivoId = (await host.call('GET', '/users/@me', member)).id;
  const visit = { path: `/channels/${guild.id}/${channel.id}` };
  hana = await Person.arrive(browser, host.url, { name: 'hana', ...visit });
  ivo = await Person.arrive(browser, host.url, { name: 'ivo', ...visit });
  await hana.logIn();
  await ivo.logIn();
  await hana.box().waitFor();
  await ivo.box().waitFor();
  for (const person of [hana, ivo]) await keepConnections(person);
});

after(async () => {
  await browser?.close();
  await host?.stop();
});

const row = ({ page }, name) => page.getByRole('navigation', { name: 'Channels' }).getByRole('button', { name: `Voice ${name}` });
const inside = ({ page }, room, name) => page.getByRole('list', { name: `In ${room}` }).getByRole('listitem').filter({ hasText: name });

/** Waits until the camera is encoded, or is not any more. */
const encodes = ({ page }, wanted) =>
  page.waitForFunction((on) => window.connections.some((connection) => connection.getSenders().some((sender) => sender.track?.kind === 'video' && sender.getParameters().encodings[0]?.active === on)), wanted);

/** A switch on somebody's card, by the list under their channel. */
async function onCard(person, room, name, use) {
  await inside(person, room, name).getByRole('button', { name: new RegExp(`^${name}`) }).click();
  await use(person.page.getByRole('dialog', { name: `About ${name}` }));
  await person.page.keyboard.press('Escape');
}

describe('a voice channel', () => {
  it('is joined with one press, and shows from outside who is in it', async () => {
    await row(hana, 'Rehearsal').click();
    await inside(hana, 'Rehearsal', 'hana').waitFor();
    await inside(ivo, 'Rehearsal', 'hana').waitFor();
    assert.deepEqual(await barriers(ivo.page), []);
    await panel(hana).getByText('Connected', { exact: true }).waitFor();
    assert.deepEqual(await barriers(hana.page), []);
  });

  it('is left and joined again while the page still loads what it needs for it', async () => {
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await ivo.page.route('**/start-*.js', (route) => held.then(() => route.continue()));
    await row(ivo, 'Rehearsal').click();
    await inside(ivo, 'Rehearsal', 'ivo').waitFor();
    await panel(ivo).getByRole('button', { name: 'Disconnect' }).click();
    await gone(inside(ivo, 'Rehearsal', 'ivo'));
    await row(ivo, 'Rehearsal').click();
    await inside(ivo, 'Rehearsal', 'ivo').waitFor();
    release();
    await panel(ivo).getByText('Connected', { exact: true }).waitFor();
    await panel(ivo).getByRole('button', { name: 'Disconnect' }).click();
    await gone(inside(hana, 'Rehearsal', 'ivo'));
  });

  it('tells those in it, aloud, who comes', async () => {
    await row(ivo, 'Rehearsal').click();
    await panel(hana).getByText('ivo joined.').waitFor();
    await panel(ivo).getByText('Connected', { exact: true }).waitFor();
    await inside(ivo, 'Rehearsal', 'hana').waitFor();
  });

  it('opens with a second press: people, and the text beside them', async () => {
    await row(hana, 'Rehearsal').click();
    const room = hana.page.getByRole('region', { name: 'Voice in Rehearsal' });
    await room.getByText('ivo').first().waitFor();
    assert.deepEqual(await barriers(hana.page), []);
    await hana.page.getByRole('button', { name: 'Chat', exact: true }).click();
    await hana.page.getByRole('textbox', { name: 'Message #Rehearsal' }).fill('One, two, three');
    await hana.page.getByRole('textbox', { name: 'Message #Rehearsal' }).press('Enter');
    await hana.sees('One, two, three');
    assert.deepEqual(await barriers(hana.page), []);
  });
});

describe('what is said', () => {
  it('is heard by the others, and a ring says who speaks', async () => {
    await arrives(ivo, 'energy');
    await arrives(hana, 'energy');
    await ivo.page.locator('.occupant.speaking', { hasText: 'hana' }).waitFor();
  });

  it('is not, while one is muted', async () => {
    await hana.page.getByRole('button', { name: 'Mute', exact: true }).first().click();
    await inside(ivo, 'Rehearsal', 'hana').getByRole('img', { name: 'Muted', exact: true }).waitFor();
    await gone(ivo.page.locator('.occupant.speaking', { hasText: 'hana' }));
    await hana.page.getByRole('button', { name: 'Mute', exact: true }).first().click();
    await ivo.page.locator('.occupant.speaking', { hasText: 'hana' }).waitFor();
  });

  it('takes some milliseconds, which the page shows', async () => {
    await panel(ivo).getByTitle('How the connection is').click();
    await ivo.page.getByRole('dialog', { name: 'Connection' }).getByText(/^\d+ ms$/).first().waitFor();
    assert.deepEqual(await barriers(ivo.page), []);
    await ivo.page.keyboard.press('Escape');
  });
});

describe('what is shown', () => {
  it('is a camera, seen by those who look', async () => {
    await row(ivo, 'Rehearsal').click();
    await ivo.page.getByRole('region', { name: 'Voice in Rehearsal' }).waitFor();
    await hana.page.getByRole('button', { name: 'Camera', exact: true }).first().click();
    await shows(hana, 'hana');
    await shows(ivo, 'hana');
    await arrives(ivo, 'frames');
    assert.deepEqual(await barriers(ivo.page), []);
  });

  it('is seen as well by who comes in while it is on', async () => {
    await panel(ivo).getByRole('button', { name: 'Disconnect' }).click();
    await gone(ivo.page.locator('video').first());
    // With nobody there to look, nothing is encoded.
    await encodes(hana, false);
    await ivo.page.getByRole('region', { name: 'Voice in Rehearsal' }).getByRole('button', { name: 'Join', exact: true }).click();
    await shows(ivo, 'hana');
    await encodes(hana, true);
    await hana.page.getByRole('button', { name: 'Camera', exact: true }).first().click();
    await gone(ivo.page.locator('video').first());
  });

  it('is a screen, for who presses on it, until it ends', async (test) => {
    await hana.page.getByRole('button', { name: 'Share your screen' }).first().click();
    await shows(hana, 'Your screen');
    await inside(ivo, 'Rehearsal', 'hana').getByRole('button', { name: 'Live: watch the screen of hana' }).waitFor();
    // Wherever one is, it is shown.
    await ivo.page.getByRole('navigation', { name: 'Channels' }).getByRole('link', { name: /general/ }).click();
    await ivo.box().waitFor();
    const begun = Date.now();
    await inside(ivo, 'Rehearsal', 'hana').getByRole('button', { name: 'Live: watch the screen of hana' }).click();
    await shows(ivo, 'Screen of hana');
    test.diagnostic?.(`The picture was there after ${Date.now() - begun} ms.`);
    await arrives(ivo, 'frames');
    await hana.page.getByText('1 viewer').waitFor();
    assert.deepEqual(await barriers(ivo.page), []);
    // It is large by itself: most of the room, and as wide as a screen.
    const size = (locator) => locator.evaluate(({ clientWidth: width, clientHeight: height }) => ({ width, height }));
    const [tile, room] = [await size(ivo.page.getByLabel('Screen of hana', { exact: true })), await size(ivo.page.getByRole('region', { name: 'Voice in Rehearsal' }))];
    assert.ok(tile.width > 0.75 * room.width, `${tile.width} of ${room.width}`);
    assert.ok(Math.abs(tile.width / tile.height - 16 / 9) < 0.05, `${tile.width} by ${tile.height}`);
    await ivo.page.getByRole('button', { name: 'Make Screen of hana smaller' }).click();
    await ivo.page.getByRole('button', { name: 'Make Screen of hana larger' }).click();
    await hana.page.getByRole('button', { name: 'Stop sharing' }).first().click();
    await gone(ivo.page.locator('video').first());
    await gone(inside(ivo, 'Rehearsal', 'hana').getByText('Live'));
  });
});

describe('somebody in voice', () => {
  it('mutes and deafens themselves, and all see it', async () => {
    await ivo.page.getByRole('button', { name: 'Mute', exact: true }).first().click();
    await inside(hana, 'Rehearsal', 'ivo').getByRole('img', { name: 'Muted', exact: true }).waitFor();
    await ivo.page.getByRole('button', { name: 'Deafen', exact: true }).first().click();
    await inside(hana, 'Rehearsal', 'ivo').getByRole('img', { name: 'Deafened', exact: true }).waitFor();
    // Who wants to speak wants to hear.
    await ivo.page.getByRole('button', { name: 'Mute', exact: true }).first().click();
    await gone(inside(hana, 'Rehearsal', 'ivo').getByRole('img', { name: /Muted|Deafened/ }).first());
  });

  it('is as loud as each of the others likes', async () => {
    await onCard(ivo, 'Rehearsal', 'hana', async (card) => {
      await card.getByRole('slider', { name: /How loud/ }).fill('150');
      await card.getByText('150 %').waitFor();
      assert.deepEqual(await barriers(ivo.page), []);
      assert.equal(await card.getByRole('switch').count(), 0);
    });
    assert.match(await ivo.page.evaluate(() => localStorage.getItem('chat.voice')), /"volumes":\{"\d+":1.5\}/);
  });

  it('is muted, moved and disconnected by a moderator', async () => {
    await onCard(hana, 'Rehearsal', 'ivo', async (card) => {
      await card.getByRole('switch', { name: 'Muted for all' }).click();
      await inside(ivo, 'Rehearsal', 'ivo').getByRole('img', { name: 'Muted by a moderator' }).waitFor();
      await card.getByRole('switch', { name: 'Muted for all' }).click();
      await gone(inside(ivo, 'Rehearsal', 'ivo').getByRole('img', { name: 'Muted by a moderator' }));
      await card.getByLabel('Move to').selectOption('Booth');
      await inside(ivo, 'Booth', 'ivo').waitFor();
    });
    await panel(ivo).getByText('Booth').waitFor();
    await panel(ivo).getByText('Connected', { exact: true }).waitFor();
    await onCard(hana, 'Booth', 'ivo', (card) => card.getByRole('button', { name: 'Disconnect' }).click());
    await gone(panel(ivo));
    await ivo.page.getByRole('alert').getByText('You were disconnected from the voice channel.').waitFor();
    await gone(inside(hana, 'Booth', 'ivo'));
  });
});

describe('a microphone that this page may not use', () => {
  it('is said in words, and asked for again', async () => {
    // No browser asks here: without the permission the answer is no.
    const strict = await launch('--use-fake-device-for-media-stream', '--ignore-certificate-errors');
    const shy = await Person.arrive(strict, host.url, { name: 'ivo', path: `/channels/${guild.id}/${rehearsal.id}`, viewport: { width: 390, height: 844 } });
    await shy.logIn();
    // On a phone there is nothing but the room to say so.
    const room = shy.page.getByRole('region', { name: 'Voice in Rehearsal' });
    await room.getByRole('button', { name: 'Join', exact: true }).click();
    await room.getByText('Others do not hear you: this page may not use the microphone.').waitFor();
    await room.getByRole('button', { name: 'Mute', exact: true }).waitFor();
    await shy.context.grantPermissions(['microphone']);
    await room.getByRole('button', { name: 'Try again' }).click();
    await gone(room.getByText(/this page may not use the microphone/));
    await strict.close();
    await gone(inside(hana, 'Rehearsal', 'ivo'));
  });
});

describe('a room that one cannot enter', () => {
  it('is said to be full before anybody asks the server', async () => {
    await row(hana, 'Booth').click();
    await inside(ivo, 'Booth', 'hana').waitFor();
    await row(ivo, 'Booth').getByRole('img', { name: '1 of 1 people' }).waitFor();
    await row(ivo, 'Booth').click();
    await ivo.page.getByRole('alert').getByText('This voice channel is full.').waitFor();
    assert.equal(await panel(ivo).count(), 0);
  });

  it('is marked as closed to whom it is closed', async () => {
    assert.equal(await row(ivo, 'Office').getAttribute('aria-disabled'), 'true');
    await row(ivo, 'Office').click({ force: true });
    assert.equal(await panel(ivo).count(), 0);
  });
});

describe('leaving', () => {
  it('lets go of a camera that the browser gave too late', async () => {
    await hana.page.evaluate(() => {
      const given = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (wanted) => {
        delete navigator.mediaDevices.getUserMedia;
        const stream = await given(wanted);
        [window.late] = stream.getTracks();
        return new Promise((resolve) => (window.give = () => resolve(stream)));
      };
    });
    await panel(hana).getByRole('button', { name: 'Camera' }).click();
    await hana.page.waitForFunction(() => window.give !== undefined);
    await panel(hana).getByRole('button', { name: 'Disconnect' }).click();
    await gone(panel(hana));
    await hana.page.evaluate(() => window.give());
    await hana.page.waitForFunction(() => window.late.readyState === 'ended');
    assert.equal(await hana.page.getByRole('alert').count(), 0);
    await row(hana, 'Booth').click();
    await panel(hana).getByText('Connected', { exact: true }).waitFor();
  });

  it('is one press, and seen by all', async () => {
    await panel(hana).getByRole('button', { name: 'Disconnect' }).click();
    await gone(panel(hana));
    await gone(inside(ivo, 'Booth', 'hana'));
  });

  it('happens by itself when the page is closed', async () => {
    await row(ivo, 'Rehearsal').click();
    await inside(hana, 'Rehearsal', 'ivo').waitFor();
    await ivo.page.goto('about:blank');
    await gone(inside(hana, 'Rehearsal', 'ivo'));
  });
});

describe('a category of voice channels', () => {
  it('gets another one', async () => {
    const category = await host.call('POST', `/guilds/${guild.id}/channels`, ownerToken, { name: 'Voices', type: 4 });
    const press = (name) => hana.page.getByRole('button', { name, exact: true }).click();
    const proposed = async () => {
      await press('Create channel in Voices');
      return hana.page.getByLabel('Kind').inputValue();
    };
    assert.equal(await proposed(), '0');
    await hana.page.keyboard.press('Escape');
    await host.call('POST', `/guilds/${guild.id}/channels`, ownerToken, { name: 'Duet', type: 2, parent_id: category.id });
    await row(hana, 'Duet').waitFor();
    assert.equal(await proposed(), '2');
    await hana.page.keyboard.press('Escape');
  });
});

describe('settings', () => {
  it('show how loud the microphone is', async () => {
    await hana.page.getByRole('button', { name: 'Account settings' }).click();
    await hana.page.getByRole('tab', { name: 'Voice' }).click();
    await hana.page.getByRole('button', { name: 'Test the microphone' }).click();
    await hana.page.getByText('Others would hear you.').waitFor();
    assert.deepEqual(await barriers(hana.page), []);
    await hana.page.getByLabel('You are heard').selectOption('while you hold a key');
    await hana.page.getByRole('button', { name: 'Space' }).click();
    await hana.page.keyboard.press('v');
    await hana.page.getByRole('button', { name: 'V', exact: true }).waitFor();
    assert.deepEqual(await barriers(hana.page), []);
    await hana.page.keyboard.press('Escape');
  });
});

describe('a key to speak with', () => {
  it('speaks while it is held, and does not press the button that was pressed last', async () => {
    await hana.page.evaluate(() => localStorage.setItem('chat.voice', JSON.stringify({ mode: 'key', key: 'Space' })));
    await hana.page.reload();
    await row(hana, 'Rehearsal').click();
    await panel(hana).getByText('Hold Space to speak.').waitFor();
    await panel(hana).getByText('Connected', { exact: true }).waitFor();
    const camera = panel(hana).getByRole('button', { name: 'Camera' });
    await camera.click();
    await camera.click();
    await camera.and(hana.page.locator('[aria-pressed=false]')).waitFor();
    const speaking = hana.page.locator('.occupant.speaking', { hasText: 'hana' });
    // It repeats, as a key that is held does: the first ones may come before the microphone is open.
    for (let told = 0; told < 100 && (await speaking.count()) === 0; told++) {
      await hana.page.keyboard.down('Space');
      await hana.page.waitForTimeout(100);
    }
    await speaking.waitFor();
    await hana.page.keyboard.up('Space');
    await gone(speaking);
    assert.equal(await camera.getAttribute('aria-pressed'), 'false');
    await panel(hana).getByRole('button', { name: 'Disconnect' }).click();
  });
});

describe('a page over plain http in a network', () => {
  it('says that a microphone needs https, and does not lead to where only this machine gets', async () => {
    const far = await Person.arrive(browser, host.url.replace('127.0.0.1', 'chat.test'), { name: 'hana', path: `/channels/${guild.id}` });
    await far.logIn();
    await row(far, 'Rehearsal').click();
    await panel(far).getByText(/microphone to pages over https only/).waitFor();
    assert.deepEqual(await barriers(far.page), []);
    await far.leave();
    // Who is at this machine is told of the listener that is for this machine alone.
    assert.equal((await (await fetch(`${host.url}/instance.json`)).json()).secure_url, host.secureUrl);
  });
});

it('leaves no errors behind', () => {
  for (const person of [hana, ivo]) assert.deepEqual(person.faults, []);
});
