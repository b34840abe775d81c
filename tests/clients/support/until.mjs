import { EventEmitter, once } from 'node:events';

// One shared pulse: everything that records something (a gateway event, a cut socket, an exit) fires it, and every waiter looks again.
const pulses = new EventEmitter();
pulses.setMaxListeners(0);

export const pulse = () => pulses.emit('pulse');

/** Waits until the predicate answers something truthy, looking again at every recorded event. Returns that answer. */
export async function until(predicate, description, deadline = 20_000) {
  const ends = AbortSignal.timeout(deadline);
  for (;;) {
    const answer = predicate();
    if (answer) return answer;
    try {
      await once(pulses, 'pulse', { signal: ends });
    } catch (error) {
      if (!ends.aborted) throw error;
      const last = predicate();
      if (last) return last;
      throw new Error(`${deadline} ms passed without: ${typeof description === 'function' ? description() : description}`, { cause: error });
    }
  }
}

/** Asks again and again, for states that announce themselves through no event. Returns the first truthy answer. */
export async function poll(ask, description, deadline = 20_000, interval = 50) {
  const ends = Date.now() + deadline;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > ends) throw new Error(`${deadline} ms passed without: ${typeof description === 'function' ? description() : description}`);
    await new Promise(resolve => setTimeout(resolve, interval));
  }
}

/** Rejects when the promise has not settled in time: some libraries leave the promise of a failed request open for ever. */
export function within(promise, description, deadline = 30_000) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${deadline} ms passed without: ${description}`)), deadline);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Runs the work for every item, at most `width` at a time, and keeps the order of the answers. */
export async function inParallel(items, width, work) {
  const answers = new Array(items.length);
  let next = 0;
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, async () => {
    while (next < items.length) {
      const index = next++;
      answers[index] = await work(items[index], index);
    }
  }));
  return answers;
}

export const range = count => Array.from({ length: count }, (_, index) => index);
