import { describe, expect, it } from 'vitest';
import { findEmojis, nameOf } from '../src/emoji';
import { attachmentUrl, fitted, inBytes, kindOf } from '../src/media';
import { base32, otpAddress } from '../src/totp';
import { fromWire, toWire, unfinished, type Nameable } from '../src/wire';

const known: Nameable[] = [
  { sign: '@', name: 'bob', wire: '<@2>' },
  { sign: '@', name: 'bobby', wire: '<@3>' },
  { sign: '@', name: 'Big Helpers', wire: '<@&7>' },
  { sign: '#', name: 'general', wire: '<#5>' },
  { sign: ':', name: 'wave', wire: '<:wave:6>' },
];

describe('what is typed', () => {
  it.each([
    ['hi @bob!', 'hi <@2>!'],
    ['@bobby and @bob', '<@3> and <@2>'],
    ['@bobb', '@bobb'],
    ['mail@bob.example', 'mail@bob.example'],
    ['ask @Big Helpers in #general', 'ask <@&7> in <#5>'],
    [':wave: :thumbsup: :nothing:', '<:wave:6> 👍 :nothing:'],
    ['`@bob` ```\n:wave:\n``` @bob', '`@bob` ```\n:wave:\n``` <@2>'],
    ['<@2> <:wave:6>', '<@2> <:wave:6>'],
    ['12:30:45', '12:30:45'],
    ['@everyone', '@everyone'],
  ])('%o is sent as %o', (typed, sent) => {
    expect(toWire(typed, known)).toBe(sent);
  });

  it('comes back when it is edited', () => {
    const typed = 'ask @bob and @Big Helpers in #general :wave:';
    expect(fromWire(toWire(typed, known), known)).toBe(typed);
    expect(fromWire('<@!2>', known)).toBe('@bob');
  });

  it.each([
    ['@bo', { sign: '@', begin: 'bo', from: 0 }],
    ['hi @', { sign: '@', begin: '', from: 3 }],
    ['see #gen', { sign: '#', begin: 'gen', from: 4 }],
    [':wa', { sign: ':', begin: 'wa', from: 0 }],
    [':w', null],
    ['a@b', null],
    ['plain', null],
  ])('%o may be completed as %o', (text, expected) => {
    expect(unfinished(text, text.length)).toEqual(expected);
  });
});

describe('emoji', () => {
  it('are found by a piece of their name, the best first', () => {
    expect(findEmojis('heart', 3)[0]?.name).toMatch(/^heart/);
    expect(nameOf('👍')).toBe('thumbsup');
    expect(nameOf('🫥')).toBe('🫥');
  });
});

describe('attachments', () => {
  it.each([
    ['https://elsewhere.example/attachments/1/2/a.png?ex=1', '/attachments/1/2/a.png?ex=1'],
    ['/attachments/1/2/a.png', '/attachments/1/2/a.png'],
    ['javascript:alert(1)', undefined],
    ['https://elsewhere.example/api/v10/users/@me', undefined],
    ['https://elsewhere.example/attachments/../channels/1', undefined],
  ])('%o is read from %o', (url, place) => {
    globalThis.location ??= { origin: 'https://chat.example' } as Location;
    expect(attachmentUrl(url)).toBe(place);
  });

  it('are pictures only where their size is known, and never SVG', () => {
    expect(kindOf({ content_type: 'image/png', width: 5, height: 5 })).toBe('image');
    expect(kindOf({ content_type: 'image/png' })).toBe('file');
    expect(kindOf({ content_type: 'image/svg+xml', width: 5, height: 5 })).toBe('file');
    expect(kindOf({ content_type: 'video/mp4' })).toBe('video');
    expect(kindOf({ content_type: 'audio/ogg' })).toBe('audio');
    expect(kindOf({ content_type: null })).toBe('file');
  });

  it('keep their proportions and are never blown up', () => {
    expect(fitted(1000, 500, { width: 400, height: 400 })).toEqual({ width: 400, height: 200 });
    expect(fitted(10, 10, { width: 400, height: 400 })).toEqual({ width: 10, height: 10 });
    expect(fitted(10_000, 1, { width: 400, height: 400 })).toEqual({ width: 400, height: 1 });
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [26_214_400, '26 MB'],
  ])('of %d bytes have %s', (bytes, text) => {
    expect(inBytes(bytes)).toBe(text);
  });
});

describe('a secret for an authenticator app', () => {
  // RFC 4648, section 10, without the padding.
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('%o is written %s', (text, expected) => {
    expect(base32(new TextEncoder().encode(text))).toBe(expected);
  });

  it('opens the app at its account', () => {
    expect(otpAddress('chat.example', 'a b', 'MZXW6')).toBe('otpauth://totp/chat.example%3Aa%20b?secret=MZXW6&issuer=chat.example');
  });
});
