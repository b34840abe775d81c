import { describe, expect, it } from 'vitest';
import { rowsOf, type Row } from '../src/rows';
import { message, outgoing } from './fakes';

const bob = { id: '2', username: 'bob' };
const at = (time: string) => ({ timestamp: new Date(`2026-05-0${time}`).toISOString() });

/** "d" for a day, "m" and "o" for messages that name who speaks, "." for those that go on. */
const shape = (rows: Row[]) => rows.map((row) => (row.kind === 'day' ? 'd' : row.kind === 'new' ? 'n' : row.compact ? '.' : row.kind === 'message' ? 'm' : 'o')).join('');
const of = (...messages: ReturnType<typeof message>[]) => shape(rowsOf({ messages, outgoing: [] }, '1'));

describe('rows', () => {
  it('name who speaks once for what they say together', () => {
    expect(of(message(1, at('1T12:00')), message(2, at('1T12:03')), message(3, { ...at('1T12:04'), author: bob }), message(4, at('1T12:05')))).toBe('dm.mm');
  });

  it('name them again after a while', () => {
    expect(of(message(1, at('1T12:00')), message(2, at('1T12:06')), message(3, at('1T12:13')))).toBe('dm.m');
  });

  it('are divided by days', () => {
    expect(of(message(1, at('1T23:59')), message(2, at('2T00:00')))).toBe('dmdm');
  });

  it('name who answers, and whoever speaks after an announcement', () => {
    expect(of(message(1, at('1T12:00')), message(2, { ...at('1T12:00'), type: 19 }), message(3, at('1T12:00')))).toBe('dmm.');
    expect(of(message(1, at('1T12:00')), message(2, { ...at('1T12:00'), type: 7 }), message(3, at('1T12:00')))).toBe('dmmm');
  });

  it('tell apart two that a webhook speaks for', () => {
    const hook = (id: number, username: string) => message(id, { ...at('1T12:00'), author: { id: '9', username } });
    expect(of(hook(1, 'Cat'), hook(2, 'Cat'), hook(3, 'Dog'))).toBe('dm.m');
  });

  it('put what is on its way last, under the own name', () => {
    const sent = { ...outgoing, nonce: '7', at: Date.parse(at('1T12:01').timestamp) };
    const shapeOf = (author: { id: string; username: string }, ...outgoing: (typeof sent)[]) => shape(rowsOf({ messages: [message(1, { ...at('1T12:00'), author })], outgoing }, '1'));
    expect(shapeOf({ id: '1', username: 'alice' }, sent, { ...sent, nonce: '8' })).toBe('dm..');
    expect(shapeOf(bob, sent, { ...sent, nonce: '8' })).toBe('dmo.');
    expect(shapeOf(bob, { ...sent, at: sent.at - 86_400_000 })).toBe('dmo');
    expect(shape(rowsOf({ messages: [], outgoing: [sent] }, '1'))).toBe('do');
  });

  it('mark where the new ones begin: at the first that somebody else wrote', () => {
    const messages = [message(1, at('1T12:00')), message(2, at('1T12:00')), message(3, { ...at('1T12:00'), author: bob }), message(4, { ...at('1T12:00'), author: bob })];
    const from = (mark: string | null) => shape(rowsOf({ messages, outgoing: [] }, '1', mark));
    expect(from(null)).toBe('dm.m.');
    expect(from('1')).toBe('dm.nm.');
    expect(from('3')).toBe('dm.mnm');
    expect(from('4')).toBe('dm.m.');
  });
});
