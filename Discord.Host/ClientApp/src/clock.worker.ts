// Browsers slow the timers of hidden pages down to one a minute, which is longer than a heartbeat; those of workers they leave alone.
const timers = new Map<number, ReturnType<typeof setTimeout>>();

self.onmessage = ({ data }: MessageEvent<{ id: number; ms: number | null }>) => {
  const { id, ms } = data;
  if (ms === null) {
    clearTimeout(timers.get(id));
    timers.delete(id);
  } else {
    timers.set(id, setTimeout(() => {
      timers.delete(id);
      self.postMessage(id);
    }, ms));
  }
};
