import { afterEach, describe, expect, it, vi } from 'vitest';
import { api, instance } from '../src/api';
import { ApiError, call, fieldErrors } from '../src/call';
import { inviteCode, parseRoute } from '../src/route';

function answer(...answers: (Response | Error)[]) {
  const fetched = vi.fn<typeof fetch>();
  for (const one of answers) {
    if (one instanceof Error) fetched.mockRejectedValueOnce(one);
    else fetched.mockResolvedValueOnce(one);
  }
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
const failure = (promise: Promise<unknown>) => promise.then(() => expect.fail('it succeeded'), (error: unknown) => error as ApiError);

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('a call', () => {
  it('carries the bare token and a JSON body', async () => {
    const fetched = answer(json(200, { id: '5' }));
    await call(api.send('7', { content: 'hi', nonce: '42' }), 'secret');
    const [url, init] = fetched.mock.calls[0] ?? [];
    expect(url).toBe('/api/v10/channels/7/messages');
    expect(init).toMatchObject({ method: 'POST', headers: { Authorization: 'secret', 'Content-Type': 'application/json' }, credentials: 'omit' });
    expect(JSON.parse(String(init?.body))).toEqual({ content: 'hi', nonce: '42', enforce_nonce: true });
  });

  it('cannot be led to another route by what a person types', async () => {
    const fetched = answer(json(200, {}));
    await call(api.invite('../users/@me?x=#'));
    expect(fetched.mock.calls[0]?.[0]).toBe('/api/v10/invites/..%2Fusers%2F%40me%3Fx%3D%23?with_counts=true');
  });

  it('takes an empty answer for done', async () => {
    answer(new Response(null, { status: 204 }));
    expect(await call(api.logout(), 'secret')).toBeUndefined();
  });

  it('waits out a rate limit and is made again', async () => {
    vi.useFakeTimers();
    const fetched = answer(json(429, { message: 'slow', retry_after: 1.5, global: false }), json(200, []));
    const messages = call(api.messages('7', { limit: 50 }), 'secret');
    await vi.advanceTimersByTimeAsync(1500);
    expect(fetched).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(50);
    expect(await messages).toEqual([]);
  });

  it('tells a person at a form to wait instead', async () => {
    const fetched = answer(json(429, { message: 'slow', retry_after: 7.2 }));
    expect(await failure(call(api.login({ email: 'a', password: 'b' })))).toMatchObject({ status: 429, message: 'Too many tries. Wait 8 s and try again.' });
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it('does not wait for minutes', async () => {
    answer(json(429, { message: 'slow', retry_after: 600 }));
    expect(await failure(call({ method: 'GET', path: '/x' }))).toMatchObject({ status: 429 });
  });

  it('says that the server was not reached', async () => {
    answer(new TypeError('fetch failed'));
    expect(await failure(call({ method: 'GET', path: '/x' }))).toMatchObject({ status: 0, isOffline: true });
  });

  it.each([
    [json(403, { message: 'Missing Permissions', code: 50013 }), { status: 403, code: 50013, message: 'Missing Permissions' }],
    [new Response('<html>', { status: 404 }), { status: 404, code: 0, message: 'The server refused this (404).' }],
    [json(502, { message: 'Bad Gateway' }), { status: 502, message: 'The server has a problem right now. Try again in a moment.' }],
  ])('puts a refusal into words', async (response, expected) => {
    answer(response);
    expect(await failure(call({ method: 'GET', path: '/x' }))).toMatchObject(expected);
  });

  it('finds the words for each field', async () => {
    answer(json(400, { message: 'Invalid Form Body', code: 50035, errors: { email: { _errors: [{ code: 'EMAIL_ALREADY_REGISTERED', message: 'Email is already registered.' }] } } }));
    expect((await failure(call(api.register({ email: 'a', username: 'b', password: 'c' })))).fields).toEqual({ email: 'Email is already registered.' });
  });
});

describe('the tree of field errors', () => {
  it('is flattened to paths', () => {
    const leaf = (message: string) => ({ _errors: [{ code: 'X', message }, { code: 'Y', message: 'second' }] });
    expect(fieldErrors({ _errors: leaf('whole')._errors, embeds: { 0: { title: leaf('long') } } })).toEqual({ '': 'whole', 'embeds.0.title': 'long' });
  });

  it.each([null, undefined, 'text', 5, [], { a: null }, { a: { _errors: 'no list' } }, { a: { _errors: [] } }, { a: { _errors: [{ code: 5 }] } }])('may be %o', (tree) => {
    expect(fieldErrors(tree)).toEqual({});
  });
});

describe('the instance', () => {
  it('is what the server says', async () => {
    answer(json(200, { name: ' The Yard ', uploads: { max_file_bytes: 25, max_premium_file_bytes: 500 }, secure_url: 'https://yard.test' }));
    expect(await instance()).toEqual({ name: 'The Yard', uploads: { plain: 25, premium: 500 }, secure: 'https://yard.test' });
  });

  it.each([json(404, {}), json(200, { name: '', secure_url: 'javascript:1' }), json(200, null), new Response('<html>'), new TypeError('fetch failed')])('falls back', async (response) => {
    answer(response);
    expect(await instance()).toEqual({ name: 'Community Chat', uploads: null, secure: null });
  });
});

describe('an answer to a message', () => {
  it('says whom it answers and whether they are told', async () => {
    const fetched = answer(json(200, {}));
    await call(api.send('7', { content: 'yes', nonce: '1', answers: '99', ping: false }), 'secret');
    expect(JSON.parse(String(fetched.mock.calls[0]?.[1]?.body))).toMatchObject({ message_reference: { message_id: '99' }, allowed_mentions: { replied_user: false } });
  });
});

describe('a reaction', () => {
  it.each([
    [{ id: null, name: '👍' }, '%F0%9F%91%8D'],
    [{ id: '5', name: 'wave' }, 'wave%3A5'],
  ])('%o is escaped in the path', async (emoji, escaped) => {
    const fetched = answer(new Response(null, { status: 204 }));
    await call(api.react('7', '8', emoji), 'secret');
    expect(fetched.mock.calls[0]?.[0]).toBe(`/api/v10/channels/7/messages/8/reactions/${escaped}/@me`);
  });
});

/** Stands for the browser's: what is sent is kept, the answer is given by hand. */
class FakeRequest {
  static last: FakeRequest;
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  status = 0;
  responseText = '';
  headers: Record<string, string> = {};
  body: FormData | undefined;
  constructor() {
    FakeRequest.last = this;
  }
  open() {}
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  getResponseHeader() {
    return null;
  }
  send(body: FormData) {
    this.body = body;
  }
  abort() {
    this.onabort?.();
  }
  answer(status: number, body: unknown) {
    this.status = status;
    this.responseText = JSON.stringify(body);
    this.onload?.();
  }
}

describe('files', () => {
  const files = [new File(['abc'], 'a.txt'), new File(['d'], 'b.txt')];
  const send = (sending = {}) => {
    vi.stubGlobal('XMLHttpRequest', FakeRequest);
    return call(api.send('7', { content: '', nonce: '1', files }), 'secret', sending);
  };

  it('go out beside the message, numbered, and tell how far they are', async () => {
    const progress: number[] = [];
    const sent = send({ onProgress: (part: number) => progress.push(part) });
    const request = FakeRequest.last;
    expect(request.headers).toEqual({ Authorization: 'secret' });
    expect([...(request.body?.keys() ?? [])]).toEqual(['payload_json', 'files[0]', 'files[1]']);
    expect(JSON.parse(String(request.body?.get('payload_json')))).toMatchObject({ attachments: [{ id: 0, filename: 'a.txt' }, { id: 1, filename: 'b.txt' }] });
    request.upload.onprogress?.({ loaded: 1, total: 4 });
    request.answer(200, { id: '5' });
    expect(await sent).toEqual({ id: '5' });
    expect(progress).toEqual([0.25]);
  });

  it('can be stopped on their way', async () => {
    const stop = new AbortController();
    const sent = failure(send({ signal: stop.signal }));
    stop.abort();
    expect(await sent).toMatchObject({ status: 0 });
  });

  it('that are too large are refused in words', async () => {
    const sent = failure(send());
    FakeRequest.last.answer(413, undefined);
    expect(await sent).toMatchObject({ status: 413, message: 'This is larger than the server accepts.' });
  });
});

describe('addresses', () => {
  it.each([
    ['/', { at: 'home' }],
    ['/nonsense', { at: 'home' }],
    ['/register', { at: 'register' }],
    ['/channels/10', { at: 'channel', guild: '10', channel: undefined }],
    ['/channels/10/20', { at: 'channel', guild: '10', channel: '20' }],
    ['/invite/a%20b', { at: 'invite', code: 'a b' }],
    ['/invite/%zz', { at: 'invite', code: '%zz' }],
    ['/claim/token', { at: 'claim', token: 'token' }],
  ])('%s', (path, route) => {
    expect(parseRoute(path)).toEqual(route);
  });

  it.each([
    ['abc', 'abc'],
    [' https://chat.example/invite/abc ', 'abc'],
    ['https://chat.example/invite/abc/?x=1#y', 'abc'],
    ['chat.example/abc', 'abc'],
    ['  ', ''],
  ])('an invite may be pasted as %o', (pasted, code) => {
    expect(inviteCode(pasted)).toBe(code);
  });
});
