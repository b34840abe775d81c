/** How long it stays open after the last sound that was loud enough, in milliseconds: pauses between words do not cut. */
const hold = 350;

/** Tells speaking from silence: opens with the first sound above the threshold, closes when there was none for a moment. */
export class Gate {
  open = false;
  private until = 0;

  constructor(public threshold: number) {}

  /** Takes a level in decibels (0: the loudest) at a time in milliseconds. */
  feed(level: number, now: number): boolean {
    if (level >= this.threshold) this.until = now + hold;
    this.open = now < this.until;
    return this.open;
  }
}

/** Decibels below the loudest that there can be; silence is -100. */
export const decibels = (amplitude: number) => (amplitude <= 0.00001 ? -100 : 20 * Math.log10(amplitude));
