import { usePreferences } from './preferences';

/** Seconds: how long a tone is, how far they are apart, and how long it rings at most: as long as the server lets a call ring. */
const tone = 0.9;
const apart = 2.6;
const longest = 60;

/** Rings, by two tones made here, until it is stopped. Silent on a page that nobody has touched yet: browsers want it so. */
export function ring(): () => void {
  const context = new AudioContext();
  void (context as { setSinkId?(device: string): Promise<void> }).setSinkId?.(usePreferences.getState().output).catch(() => undefined);
  const loudness = new GainNode(context, { gain: 0 });
  loudness.connect(context.destination);
  for (const frequency of [523, 659]) {
    const oscillator = new OscillatorNode(context, { frequency });
    oscillator.connect(loudness);
    oscillator.start();
  }
  // All of it is planned at once: timers of a hidden page come late.
  for (let at = 0; at < longest; at += apart) {
    loudness.gain.setTargetAtTime(0.09, at, 0.03);
    loudness.gain.setTargetAtTime(0, at + tone, 0.12);
  }
  return () => void context.close();
}
