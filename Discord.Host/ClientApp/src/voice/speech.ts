import type { Clock } from '../gateway';

type Flags = 0 | 1 | 2;

/** The voice gateway takes 120 messages a minute. Who stops speaking oftener than this in a minute is said to stop so many milliseconds late. */
const mostStops = 40;
const late = 1500;

/** Tells that one begins and stops to speak: at once, but seldom enough for a microphone that opens at every key that is struck. */
export class Speech {
  private flags: Flags = 0;
  private told: Flags = 0;
  private stops = 0;
  private stopWait = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly tell: (flags: Flags) => void,
  ) {}

  set(flags: Flags): void {
    this.stopWait();
    this.flags = flags;
    if (flags === this.told) return;
    if (flags !== 0) return this.say();
    if (this.stops >= mostStops) this.stopWait = this.clock.after(late, () => this.say());
    else {
      this.stops++;
      this.clock.after(60_000, () => this.stops--);
      this.say();
    }
  }

  /** What holds now, once more or for the first time. */
  say(): void {
    this.told = this.flags;
    this.tell(this.told);
  }

  close(): void {
    this.stopWait();
  }
}
