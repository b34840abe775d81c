import { beforeEach, describe, expect, it } from 'vitest';
import { backoff, Gateway, gatewayUrl, type Link } from '../src/gateway';
import type { Dispatch } from '../src/types';
import { FakeClock, FakeSocket } from './fakes';

const interval = 41_250;

let clock: FakeClock;
let sockets: FakeSocket[];
let links: Link[];
let dispatches: Dispatch[];
let rejected: number;
let gateway: Gateway;

const socket = () => sockets.at(-1)!;

beforeEach(() => {
  clock = new FakeClock();
  sockets = [];
  links = [];
  dispatches = [];
  rejected = 0;
  gateway = new Gateway({
    url: 'wss://chat.example/gateway',
    token: 'secret',
    open: (url) => {
      sockets.push(new FakeSocket(url));
      return socket();
    },
    clock,
    onLink: (link) => links.push(link),
    onDispatch: (dispatch) => dispatches.push(dispatch),
    onRejected: () => rejected++,
  });
  gateway.start();
});

function hello(): void {
  socket().receive(10, { heartbeat_interval: interval });
}

function ready(resume = 'wss://chat.example/gateway'): void {
  hello();
  socket().receive(0, { session_id: 'session-1', resume_gateway_url: resume, guilds: [], user: { id: '1', username: 'alice' } }, 1, 'READY');
}

/** Loses the socket and waits for the next one, if there is one to come. */
function reconnect(code = 1006): void {
  const opened = sockets.length;
  socket().lose(code);
  for (let waited = 0; sockets.length === opened && waited < 60_000; waited += 50) clock.advance(50);
}

describe('a first connection', () => {
  it('names version and encoding and identifies with the bare token', () => {
    hello();
    expect(socket().url).toBe('wss://chat.example/gateway?v=10&encoding=json');
    expect(socket().sent).toEqual([{ op: 2, d: expect.objectContaining({ token: 'secret' }) }]);
  });

  it('is ready after READY, which is passed on first', () => {
    expect(links).toEqual([]);
    ready();
    expect(dispatches.map(({ t }) => t)).toEqual(['READY']);
    expect(links).toEqual(['ready']);
  });

  it('is tried again when the server stays silent', () => {
    clock.advance(20_000);
    expect(socket().closedWith).toBe(4200);
    clock.advance(1000);
    expect(sockets).toHaveLength(2);
  });

  it('goes on trying while the server is down, ever more slowly', () => {
    const waits: number[] = [];
    for (let tries = 0; tries < 8; tries++) {
      const from = clock.now;
      const opened = sockets.length;
      socket().lose(1006);
      while (sockets.length === opened) clock.advance(10);
      waits.push(clock.now - from);
    }
    expect(waits).toEqual([750, 1500, 3000, 6000, 12_000, 22_500, 22_500, 22_500]);
    expect(links).toEqual([]);
  });
});

describe('heartbeats', () => {
  it('begin after a random part of the interval, then come every interval, with the last sequence number', () => {
    ready();
    clock.advance(interval / 2 - 1);
    expect(socket().ops()).toEqual([2]);
    clock.advance(1);
    expect(socket().sent.at(-1)).toEqual({ op: 1, d: 1 });
    socket().receive(11);
    socket().receive(0, { id: '9' }, 7, 'MESSAGE_DELETE');
    clock.advance(interval);
    expect(socket().sent.at(-1)).toEqual({ op: 1, d: 7 });
  });

  it('are sent at once when the server asks for one', () => {
    ready();
    socket().receive(1);
    expect(socket().sent.at(-1)).toEqual({ op: 1, d: 1 });
  });

  it('that are not acknowledged end the socket but not the session', () => {
    ready();
    clock.advance(interval / 2);
    clock.advance(interval);
    expect(socket().closedWith).toBe(4200);
    expect(links).toEqual(['ready', 'away']);
    clock.advance(1000);
    hello();
    expect(socket().sent[0]).toEqual({ op: 6, d: { token: 'secret', session_id: 'session-1', seq: 1 } });
  });

  it('stop with their socket', () => {
    ready();
    const first = socket();
    reconnect();
    clock.advance(interval * 3);
    expect(first.ops()).toEqual([2]);
  });
});

describe('a lost connection', () => {
  it('is resumed with the last sequence number, and what was missed is passed on in order', () => {
    ready();
    socket().receive(0, { id: '10' }, 2, 'MESSAGE_CREATE');
    reconnect();
    hello();
    expect(socket().sent).toEqual([{ op: 6, d: { token: 'secret', session_id: 'session-1', seq: 2 } }]);
    socket().receive(0, { id: '11' }, 3, 'MESSAGE_CREATE');
    socket().receive(0, { id: '12' }, 4, 'MESSAGE_CREATE');
    expect(links.at(-1)).toBe('away');
    socket().receive(0, {}, 5, 'RESUMED');
    expect(links).toEqual(['ready', 'away', 'ready']);
    expect(dispatches.map(({ t }) => t)).toEqual(['READY', 'MESSAGE_CREATE', 'MESSAGE_CREATE', 'MESSAGE_CREATE', 'RESUMED']);
  });

  it('is resumed at the address from READY when that is on the same host', () => {
    ready('wss://chat.example/gateway/7');
    reconnect();
    expect(socket().url).toBe('wss://chat.example/gateway/7?v=10&encoding=json');
  });

  it.each(['wss://elsewhere.example/gateway', 'ws://chat.example/gateway', 'nonsense', ''])('is resumed at its own address when READY says %o', (given) => {
    ready(given);
    reconnect();
    expect(socket().url).toBe('wss://chat.example/gateway?v=10&encoding=json');
  });

  it('starts a fresh row of short waits after it came back', () => {
    ready();
    for (let tries = 0; tries < 5; tries++) reconnect();
    hello();
    socket().receive(0, {}, 2, 'RESUMED');
    socket().lose(1006);
    const opened = sockets.length;
    clock.advance(749);
    expect(sockets).toHaveLength(opened);
    clock.advance(1);
    expect(sockets).toHaveLength(opened + 1);
  });

  it('is not heard any more: late frames of the old socket change nothing', () => {
    ready();
    const old = socket();
    const late = old.onmessage;
    reconnect();
    late?.({ data: JSON.stringify({ op: 0, d: { id: '10' }, s: 2, t: 'MESSAGE_CREATE' }) });
    hello();
    expect(dispatches.map(({ t }) => t)).toEqual(['READY']);
    expect(socket().sent[0]).toMatchObject({ op: 6, d: { seq: 1 } });
  });
});

describe('the server asks', () => {
  it('for a reconnect: the session is resumed', () => {
    ready();
    socket().receive(7);
    expect(socket().closedWith).toBe(4200);
    clock.advance(1000);
    hello();
    expect(socket().ops()).toEqual([6]);
  });

  it('for a new session: after 1 to 5 seconds a new one is identified', () => {
    ready();
    reconnect();
    hello();
    socket().receive(9, false);
    clock.advance(2999);
    expect(sockets).toHaveLength(2);
    clock.advance(1);
    hello();
    expect(socket().ops()).toEqual([2]);
    expect(socket().url).toBe('wss://chat.example/gateway?v=10&encoding=json');
  });

  it('for another try at the same session', () => {
    ready();
    reconnect();
    hello();
    socket().receive(9, true);
    clock.advance(3000);
    hello();
    expect(socket().ops()).toEqual([6]);
  });
});

describe('close codes', () => {
  it('4004 ends it all and logs out', () => {
    hello();
    socket().lose(4004);
    clock.advance(600_000);
    expect(rejected).toBe(1);
    expect(links).toEqual(['closed']);
    expect(sockets).toHaveLength(1);
  });

  it.each([4003, 4005, 4007, 4009])('%i asks for a new session', (code) => {
    ready();
    reconnect(code);
    hello();
    expect(socket().ops()).toEqual([2]);
  });

  it.each([1000, 1001, 1006, 4000, 4001, 4002, 4008])('%i lets the session be resumed', (code) => {
    ready();
    reconnect(code);
    hello();
    expect(socket().ops()).toEqual([6]);
  });

  it.each([4010, 4011, 4012, 4013, 4014, 4015])('%i is not tried again, and nobody is logged out for it', (code) => {
    ready();
    reconnect(code);
    expect(sockets).toHaveLength(1);
    expect(links).toEqual(['ready', 'closed']);
    expect(rejected).toBe(0);
  });
});

describe('a probe', () => {
  it('shortens a wait', () => {
    ready();
    socket().lose(1006);
    gateway.probe();
    expect(sockets).toHaveLength(2);
    clock.advance(10_000);
    expect(sockets).toHaveLength(2);
  });

  it('of a socket that answers changes nothing', () => {
    ready();
    gateway.probe();
    expect(socket().sent.at(-1)).toEqual({ op: 1, d: 1 });
    socket().receive(11);
    clock.advance(5000);
    expect(links).toEqual(['ready']);
  });

  it('of a socket that is lost meanwhile does not end the next one', () => {
    ready();
    gateway.probe();
    reconnect();
    hello();
    socket().receive(0, {}, 2, 'RESUMED');
    clock.advance(5000);
    expect(links).toEqual(['ready', 'away', 'ready']);
  });

  it('of a dead socket finds out within seconds', () => {
    ready();
    gateway.probe();
    clock.advance(5000);
    expect(links).toEqual(['ready', 'away']);
    clock.advance(1000);
    expect(sockets).toHaveLength(2);
  });
});

describe('stopping', () => {
  it('ends the session, and nothing comes after it', () => {
    ready();
    gateway.stop();
    expect(socket().closedWith).toBe(1000);
    clock.advance(600_000);
    expect(sockets).toHaveLength(1);
    expect(links).toEqual(['ready', 'closed']);
  });

  it('ends a wait', () => {
    ready();
    socket().lose(1006);
    gateway.stop();
    gateway.probe();
    clock.advance(600_000);
    expect(sockets).toHaveLength(1);
  });
});

describe('the open guild', () => {
  it('is told with the rows of its member list that are on the screen, which a look at the same guild does not take away', () => {
    ready();
    gateway.watch('10', { c: [[0, 99]] });
    gateway.watch('10');
    gateway.watch('10', { c: [[0, 99]] });
    gateway.watch('10', { c: [[0, 99], [100, 199]] });
    const rows = socket().sent.filter(({ op }) => op === 14).map(({ d }) => (d as { channels: object }).channels);
    expect(rows).toEqual([{ c: [[0, 99]] }, { c: [[0, 99], [100, 199]] }]);
  });

  const opened = () => socket().sent.filter(({ op }) => op === 14).map(({ d }) => (d as { guild_id: string }).guild_id);

  it('is told once it is open, and once more when another one is', () => {
    ready();
    expect(opened()).toEqual([]);
    gateway.watch('10');
    gateway.watch('10');
    gateway.watch('11');
    expect(opened()).toEqual(['10', '11']);
  });

  it('is told by each connection, and not before it is ready', () => {
    gateway.watch('10');
    hello();
    expect(opened()).toEqual([]);
    socket().receive(0, { session_id: 'session-1', resume_gateway_url: '', guilds: [], user: { id: '1', username: 'alice' } }, 1, 'READY');
    expect(opened()).toEqual(['10']);
    reconnect();
    gateway.watch('11');
    hello();
    socket().receive(0, {}, 2, 'RESUMED');
    expect(opened()).toEqual(['11']);
  });
});

describe('backoff', () => {
  it('lies between half of a doubling second and the whole of it, and never above 30 s', () => {
    expect([backoff(0, 0), backoff(0, 1)]).toEqual([500, 1000]);
    expect([backoff(3, 0), backoff(3, 1)]).toEqual([4000, 8000]);
    expect([backoff(500, 0), backoff(500, 1)]).toEqual([15_000, 30_000]);
  });
});

describe('the address', () => {
  it('follows the page', () => {
    expect(gatewayUrl({ protocol: 'http:', host: '192.168.1.5:5000' })).toBe('ws://192.168.1.5:5000/gateway');
    expect(gatewayUrl({ protocol: 'https:', host: 'chat.example' })).toBe('wss://chat.example/gateway');
  });
});
