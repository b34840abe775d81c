import type { Clock, Socket } from '../src/gateway';
import type { Outgoing } from '../src/timeline';
import type { Message } from '../src/types';

/** A clock that moves when it is told to. Chance always falls in the middle. */
export class FakeClock implements Clock {
  now = 0;
  private timers: { at: number; run: () => void }[] = [];

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.now + ms, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  random(): number {
    return 0.5;
  }

  advance(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const [next] = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.timers = this.timers.filter((other) => other !== next);
      this.now = next.at;
      next.run();
    }
    this.now = end;
  }
}

export class FakeSocket implements Socket {
  readonly sent: { op: number; d: unknown }[] = [];
  closedWith: number | undefined;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string) {}

  send(data: string): void {
    this.sent.push(JSON.parse(data) as { op: number; d: unknown });
  }

  close(code?: number): void {
    this.closedWith = code;
  }

  ops(): number[] {
    return this.sent.map(({ op }) => op);
  }

  receive(op: number, d: unknown = null, s: number | null = null, t: string | null = null): void {
    this.onmessage?.({ data: JSON.stringify({ op, d, s, t }) });
  }

  lose(code: number): void {
    this.onclose?.({ code });
  }
}

export function message(id: number | string, more: Partial<Message> = {}): Message {
  return {
    id: String(id),
    channel_id: 'c',
    author: { id: '1', username: 'alice' },
    content: `message ${id}`,
    timestamp: '2026-05-01T12:00:00.000000+00:00',
    edited_timestamp: null,
    type: 0,
    ...more,
  };
}

export const outgoing: Outgoing = { nonce: '77', content: 'hello', files: [], progress: 0, answers: null, at: 0, failure: null };
