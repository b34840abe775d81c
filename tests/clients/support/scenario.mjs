import { after, before, test } from 'node:test';
import { Host } from './host.mjs';

/**
 * A file's host: started before its tests, closed after them. Returns the test function; each test gets { host } and what `prepare` made.
 * When a test fails, the host's last lines are printed with it.
 */
export function withHost(options = {}, prepare = async () => ({})) {
  const state = {};
  before(async () => {
    state.host = await Host.start(options);
    try {
      Object.assign(state, await prepare(state.host));
    } catch (error) {
      console.error(`The host's last lines:\n${state.host.tail()}`);
      await state.host.close();
      throw error;
    }
  }, { timeout: 240_000 });
  after(() => state.host?.close(), { timeout: 120_000 });
  return (name, body, { timeout = 180_000 } = {}) => test(name, { timeout }, async context => {
    try {
      await body(state, context);
    } catch (error) {
      console.error(`The host's last lines at the failure of "${name}":\n${state.host?.tail()}`);
      throw error;
    }
  });
}
