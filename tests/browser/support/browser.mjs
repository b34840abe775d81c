import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

/** Longest wait for something to appear on a page, in milliseconds. */
const patience = Number(process.env.PATIENCE ?? 20_000);

export function launch(...more) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...more],
  });
}

/** Steps that build on each other: after the first that fails, the others fail at once and say so. What the pages showed is kept in `test-results/`. */
export function story() {
  let broken = null;
  return (name, run) =>
    it(name, async (test) => {
      if (broken !== null) throw new Error(`Not tried, because "${broken}" failed before it.`);
      broken = name;
      try {
        await run(test);
      } catch (error) {
        await Person.photograph(name);
        throw error;
      }
      broken = null;
    });
}

/** One person at one browser of their own, and all that goes over their gateway sockets. */
export class Person {
  /** Gateway sockets in the order they were opened, each with the frames in the order they passed. */
  sockets = [];
  /** What a page must never have: uncaught errors, and whatever the content policy had to block. */
  faults = [];

  static #present = new Set();

  static async photograph(step) {
    const folder = fileURLToPath(new URL('../test-results/', import.meta.url));
    for (const { name, page } of Person.#present) await page.screenshot({ path: `${folder}${step} (${name}).png` }).catch(() => undefined);
  }

  static async arrive(browser, url, { name, path = '/', ...options }) {
    const person = new Person();
    person.name = name;
    person.url = url;
    person.context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1200, height: 800 }, ...options });
    person.page = await person.context.newPage();
    Person.#present.add(person);
    person.context.on('close', () => Person.#present.delete(person));
    person.page.setDefaultTimeout(patience);
    person.page.on('pageerror', (error) => person.faults.push(`${error}`));
    person.page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) person.faults.push(message.text());
    });
    person.page.on('websocket', (socket) => {
      const frames = [];
      person.sockets.push(frames);
      socket.on('framesent', ({ payload }) => frames.push({ sent: true, ...JSON.parse(payload) }));
      socket.on('framereceived', ({ payload }) => frames.push({ sent: false, ...JSON.parse(payload) }));
    });
    await person.page.goto(url + path);
    return person;
  }

  async register() {
    const { page, name } = this;
    await this.formFor('Register');
    await page.getByLabel('Email').fill(`${name}@example.com`);
    await page.getByLabel('Username').fill(name);
    await page.getByLabel('Password').fill(`${name} has a long password`);
    await page.getByRole('button', { name: 'Register' }).click();
  }

  async logIn(password = `${this.name} has a long password`) {
    const { page, name } = this;
    await this.formFor('Log in');
    await page.getByLabel('Email').fill(`${name}@example.com`);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
  }

  /** Whichever of the two forms is open, the button that says this either sends it or leads to it. */
  async formFor(what) {
    const submit = this.page.locator('button[type=submit]', { hasText: what });
    await this.page.getByRole('button', { name: what }).waitFor();
    if (!(await submit.isVisible())) await this.page.getByRole('button', { name: what }).click();
    await submit.waitFor();
  }

  /** The window's title follows the page, a moment behind it. */
  titled(wanted) {
    return this.page.waitForFunction((pattern) => pattern.test(document.title), wanted);
  }

  box(channel = 'general') {
    return this.page.getByRole('textbox', { name: `Message #${channel}` });
  }

  async say(...texts) {
    for (const text of texts) {
      await this.box().fill(text);
      await this.box().press('Enter');
    }
  }

  /** Waits until a message with exactly this text has been stored and is shown, not merely on its way. */
  async sees(text) {
    await this.messages().filter({ hasText: text }).first().waitFor();
  }

  messages() {
    return this.page.getByRole('log').locator('article:not(.outgoing):not(.system) > .text');
  }

  /** The texts of all stored messages on the page, from top to bottom. */
  texts() {
    return this.messages().allInnerTexts();
  }

  /** The message with this text, whole: who wrote it, its reactions and what one can do with it. */
  article(text) {
    return this.page.getByRole('log').getByRole('article').filter({ has: this.page.locator('.text').filter({ hasText: text }) }).last();
  }

  /** Presses one of the buttons that a message shows while it is pointed at. */
  async press(text, button) {
    await this.article(text).hover();
    await this.article(text).getByRole('button', { name: button, exact: true }).click();
  }

  /** Opens a menu and chooses from it. */
  async choose(menu, item) {
    await this.page.getByRole('button', { name: menu, exact: true }).click();
    await this.page.getByRole('menuitem', { name: item, exact: true }).click();
  }

  token() {
    return this.page.evaluate(() => localStorage.getItem('chat.token'));
  }

  /** Opcodes and names of dispatches on one of the gateway sockets, in order, without heartbeats and what may be lost. */
  frames(socket) {
    const passing = (frame) => [1, 11].includes(frame.op) || ['TYPING_START', 'PRESENCE_UPDATE'].includes(frame.t);
    return (this.sockets.at(socket) ?? []).filter((frame) => !passing(frame)).map(({ op, t }) => (op === 0 ? t : op));
  }

  leave() {
    return this.context.close();
  }
}
