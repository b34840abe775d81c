import type { Clock } from './gateway';

/** A clock that keeps time while the page is hidden. */
export function workerClock(): Clock {
  const worker = new Worker(new URL('./clock.worker.ts', import.meta.url), { type: 'module' });
  const waiting = new Map<number, () => void>();
  let last = 0;

  worker.onmessage = ({ data }: MessageEvent<number>) => {
    const run = waiting.get(data);
    waiting.delete(data);
    run?.();
  };

  return {
    after(ms, run) {
      const id = ++last;
      waiting.set(id, run);
      worker.postMessage({ id, ms });
      return () => {
        if (waiting.delete(id)) worker.postMessage({ id, ms: null });
      };
    },
    random: Math.random,
  };
}
