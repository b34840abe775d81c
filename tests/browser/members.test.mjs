import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { barriers } from './support/axe.mjs';
import { launch, Person, story } from './support/browser.mjs';
import { Host } from './support/host.mjs';

// Who is there: the list beside a channel, by role and by presence.

const it = story();

let host, browser, jo, kim, guild;

before(async () => {
  host = await Host.start();
  browser = await launch();
  const register = async (username) => (await host.call('POST', '/auth/register', undefined, { username, email: `${username}@example.com`, password: `${username} has a long password` })).token;
  const [owner, member] = [await register('jo'), await register('kim')];
  guild = await host.call('POST', '/guilds', owner, { name: 'The Harbour' });
  const [channel] = (await host.call('GET', `/guilds/${guild.id}/channels`, owner)).filter(({ type }) => type === 0);
  const { code } = await host.call('POST', `/channels/${channel.id}/invites`, owner, {});
  for (const token of [member, ...(await Promise.all(Array.from({ length: 30 }, (_, index) => register(`deckhand${index + 10}`))))]) await host.call('POST', `/invites/${code}`, token, {});
  const { id } = await host.call('GET', '/users/@me', member);
  const role = await host.call('POST', `/guilds/${guild.id}/roles`, owner, { name: 'Pilots', hoist: true, color: 0x3366cc });
  await host.call('PUT', `/guilds/${guild.id}/members/${id}/roles/${role.id}`, owner);
  jo = await Person.arrive(browser, host.url, { name: 'jo', path: `/channels/${guild.id}/${channel.id}` });
  await jo.logIn();
  await jo.box().waitFor();
});

after(async () => {
  await browser?.close();
  await host?.stop();
});

const list = () => jo.page.getByRole('complementary', { name: 'Members' });

describe('the member list', () => {
  it('shows who is there and who is not', async () => {
    await list().getByRole('heading', { name: 'Online 1' }).waitFor();
    await list().getByRole('heading', { name: 'Offline 31' }).waitFor();
    await list().getByRole('button', { name: /^Online jo/ }).waitFor();
    assert.deepEqual(await barriers(jo.page), []);
  });

  it('moves somebody who comes to their role, and shows what they are up to', async () => {
    kim = await Person.arrive(browser, host.url, { name: 'kim' });
    await kim.logIn();
    await kim.box().waitFor();
    await list().getByRole('heading', { name: 'Pilots 1' }).waitFor();
    await list().getByRole('button', { name: /^Online kim/ }).waitFor();
    await kim.page.getByRole('button', { name: 'Online kim Online' }).click();
    await kim.page.getByRole('menuitemradio', { name: 'Away' }).click();
    await list().getByRole('button', { name: /^Away kim/ }).waitFor();
    await kim.page.getByRole('button', { name: 'Away kim Away' }).click();
    await kim.page.getByRole('menuitem', { name: 'Say what you are up to' }).click();
    await kim.page.getByRole('textbox', { name: /Others see it/ }).fill('Out at sea');
    await kim.page.getByRole('button', { name: 'Save' }).click();
    await list().getByText('Out at sea').waitFor();
  });

  it('draws only what is seen of it, and the rest on the way down', async () => {
    const scroll = list().getByRole('group', { name: 'Member list' });
    assert.equal(await list().getByRole('button', { name: /deckhand39/ }).count(), 0);
    await scroll.evaluate((element) => (element.scrollTop = element.scrollHeight));
    await list().getByRole('button', { name: /deckhand39/ }).waitFor();
    await scroll.evaluate((element) => (element.scrollTop = 0));
  });

  it('forgets who leaves', async () => {
    await kim.leave();
    await list().getByRole('heading', { name: 'Pilots 1' }).waitFor({ state: 'detached' });
    await list().getByRole('heading', { name: 'Offline 31' }).waitFor();
    assert.deepEqual(jo.faults, []);
  });
});
