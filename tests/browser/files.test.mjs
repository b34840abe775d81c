import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { deflateSync, crc32 } from 'node:zlib';
import { barriers } from './support/axe.mjs';
import { launch, Person, story } from './support/browser.mjs';
import { Host } from './support/host.mjs';

// Files on their way: chosen, pasted, dropped, too large, stopped, shown.

const it = story();

let host, browser, lea, max, guild, path;

before(async () => {
  host = await Host.start({ Media__MaxFileBytes: '3000000' });
  browser = await launch();
  const register = async (username) => (await host.call('POST', '/auth/register', undefined, { username, email: `${username}@example.com`, password: `${username} has a long password` })).token;
  const [owner, member] = [await register('lea'), await register('max')];
  guild = await host.call('POST', '/guilds', owner, { name: 'The Darkroom' });
  const [channel] = (await host.call('GET', `/guilds/${guild.id}/channels`, owner)).filter(({ type }) => type === 0);
  const { code } = await host.call('POST', `/channels/${channel.id}/invites`, owner, {});
  await host.call('POST', `/invites/${code}`, member, {});
  path = `/channels/${guild.id}/${channel.id}`;
  lea = await Person.arrive(browser, host.url, { name: 'lea', path });
  max = await Person.arrive(browser, host.url, { name: 'max', path });
  await lea.logIn();
  await max.logIn();
  await lea.box().waitFor();
  await max.box().waitFor();
});

after(async () => {
  await browser?.close();
  await host?.stop();
});

/** A picture of one colour. */
function png(width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length);
    body.copy(out, 4);
    out.writeUInt32BE(crc32?.(body) ?? crc(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const line = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, 0x5a)]);
  const data = deflateSync(Buffer.concat(Array.from({ length: height }, () => line)));
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

/** Node has one of its own since version 22. */
function crc(bytes) {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

const choose = (person, ...files) => person.page.getByLabel('Files', { exact: true }).setInputFiles(files);
const picture = { name: 'pear.png', mimeType: 'image/png', buffer: png(640, 320) };
const text = (name, bytes) => ({ name, mimeType: 'text/plain', buffer: Buffer.alloc(bytes, 'a') });

describe('a file', () => {
  it('that is too large is told of before it is sent', async () => {
    await choose(lea, text('too-large.txt', 3_000_001));
    await lea.page.getByRole('alert').filter({ hasText: 'too-large.txt is 3.0 MB' }).waitFor();
    assert.equal(await lea.page.getByRole('list', { name: 'Files to send' }).count(), 0);
  });

  it('waits beside the message, and can be taken out again', async () => {
    await choose(lea, picture, text('notes.txt', 1200));
    const tray = lea.page.getByRole('list', { name: 'Files to send' });
    await tray.getByText('notes.txt').waitFor();
    assert.deepEqual(await barriers(lea.page), []);
    await tray.getByRole('button', { name: 'Take out notes.txt' }).click();
    assert.equal(await tray.getByRole('listitem').count(), 1);
    await choose(lea, text('notes.txt', 1200));
  });

  it('arrives: a picture in a place of its own size, another as a card', async () => {
    await lea.say('From the garden');
    for (const person of [lea, max]) await person.sees('From the garden');
    const shown = max.article('From the garden').getByRole('img', { name: 'pear.png' });
    await shown.waitFor();
    await max.page.waitForFunction((image) => image.complete && image.naturalWidth === 640, await shown.elementHandle());
    const box = await shown.boundingBox();
    assert.ok(Math.abs(box.width / box.height - 2) < 0.02);
    assert.ok(box.width <= 440);
    const card = max.article('From the garden').getByRole('link', { name: 'notes.txt' });
    assert.match(await card.getAttribute('href'), /^\/attachments\//);
    await lea.article('From the garden').getByRole('img', { name: 'pear.png' }).waitFor();
    assert.equal(await lea.page.locator('article.outgoing').count(), 0);
    assert.deepEqual(await barriers(max.page), []);
  });

  it('can be pasted and dropped', async () => {
    const give = (kind) =>
      lea.box().evaluate((box, kind) => {
        const data = new DataTransfer();
        data.items.add(new File(['hello'], `${kind}.txt`, { type: 'text/plain' }));
        if (kind === 'pasted') box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
        else for (const type of ['dragenter', 'dragover', 'drop']) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
      }, kind);
    await give('pasted');
    await give('dropped');
    const tray = lea.page.getByRole('list', { name: 'Files to send' });
    await tray.getByText('pasted.txt').waitFor();
    await tray.getByText('dropped.txt').waitFor();
    await lea.box().press('Enter');
    await max.page.getByRole('link', { name: 'dropped.txt' }).waitFor();
  });

  it('shows how far it is, and can be stopped', async () => {
    const network = await lea.context.newCDPSession(lea.page);
    await network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 100_000 });
    await choose(lea, text('slow.txt', 2_900_000));
    await lea.say('on its way');
    const sending = lea.page.locator('article.outgoing');
    await sending.getByRole('progressbar', { name: 'Upload' }).waitFor();
    await lea.page.waitForFunction(() => document.querySelector('progress')?.value > 0);
    await sending.getByRole('button', { name: 'Cancel' }).click();
    await sending.waitFor({ state: 'detached' });
    await network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
    await lea.say('after it');
    await max.sees('after it');
    assert.equal((await max.texts()).includes('on its way'), false);
  });
});

describe('a picture', () => {
  it('becomes one\'s own', async () => {
    await lea.page.getByRole('button', { name: 'Account settings' }).click();
    await lea.page.getByLabel('Picture', { exact: true }).setInputFiles(picture);
    await lea.page.getByRole('button', { name: 'Save' }).click();
    await lea.page.getByText('Saved.').waitFor();
    await lea.page.keyboard.press('Escape');
    await lea.page.locator('footer.me img.avatar').waitFor();
    await max.article('From the garden').locator('img.avatar').waitFor();
  });

  it('becomes the icon of a server, and an emoji of it', async () => {
    await lea.choose('The Darkroom', 'Server settings');
    await lea.page.getByLabel('Icon', { exact: true }).setInputFiles(picture);
    await lea.page.getByRole('button', { name: 'Save' }).click();
    await lea.page.getByText('Saved.').waitFor();
    await max.page.locator('.rail img.guild-icon').waitFor();
    await lea.page.getByRole('tab', { name: 'Emojis' }).click();
    await lea.page.getByLabel('Emoji picture').setInputFiles({ ...picture, name: 'pear.png', buffer: png(64, 64) });
    await lea.page.getByRole('list', { name: 'Emojis' }).getByRole('textbox', { name: 'Name' }).waitFor();
    assert.deepEqual(await barriers(lea.page), []);
    await lea.page.keyboard.press('Escape');
    await max.box().fill('A :pear: for you');
    await max.box().press('Enter');
    await lea.page.getByRole('log').getByRole('img', { name: ':pear:' }).waitFor();
    await lea.press('for you', 'Add reaction');
    await lea.page.getByRole('region', { name: 'Of this server' }).getByRole('button', { name: 'pear' }).click();
    await max.page.getByRole('button', { name: 'pear, 1' }).waitFor();
  });

  it('came from nowhere that the content policy had to block', () => {
    assert.deepEqual(lea.faults, []);
    assert.deepEqual(max.faults, []);
  });
});
