import { describe, expect, it } from 'vitest';
import { guildFrom } from '../src/guilds';
import { counted, isMuted, isUnread, names, notifyingFrom, own, readingsFrom, signals } from '../src/reads';
import { loggedOut, reduce, type State } from '../src/store';
import type { Dispatch, NotificationSettings } from '../src/types';
import { message } from './fakes';

const bob = { id: '2', username: 'bob' };
const alice = { id: '1', username: 'alice' };
const channel = (id: string, more = {}) => ({ id, type: 0, name: id, ...more });
const house = { id: '10', name: 'House', joined_at: '2015-01-01T00:00:00.000Z', channels: [channel('c', { last_message_id: '50' }), channel('d')], members: [{ user: alice, roles: ['7'] }] };
const after = (state: State, ...dispatches: Dispatch[]): State => dispatches.reduce((known, dispatch) => ({ ...known, ...reduce(known, dispatch) }), state);
const ready = (more = {}): Dispatch => ({ t: 'READY', d: { v: 10, user: alice, session_id: 's', resume_gateway_url: '', guilds: [house], ...more } });
const said = (id: number, more = {}): Dispatch => ({ t: 'MESSAGE_CREATE', d: message(id, { author: bob, guild_id: '10', ...more }) });
const guildOf = (state: State) => state.guilds!['10']!;
const settings = (more: Partial<NotificationSettings>) => notifyingFrom([{ guild_id: '10', ...more }]);

describe('a channel is unread', () => {
  it('when its newest message is younger than the last one read', () => {
    const state = after(loggedOut, ready({ read_state: [{ id: 'c', last_message_id: '49', mention_count: 2 }] }));
    expect(isUnread(state, guildOf(state), 'c')).toBe(true);
    expect(signals(state, guildOf(state))).toEqual({ unread: true, mentions: 2 });
    const read = after(state, { t: 'MESSAGE_ACK', d: { channel_id: 'c', message_id: '50' } });
    expect(isUnread(read, guildOf(read), 'c')).toBe(false);
    expect(signals(read, guildOf(read))).toEqual({ unread: false, mentions: 0 });
  });

  it('by what was said since one joined, and not by what was said before', () => {
    const late = guildFrom({ ...house, joined_at: '2026-01-01T00:00:00.000Z' }, undefined);
    expect(isUnread({ reads: {}, latest: { c: '50' }, notify: {} }, late, 'c')).toBe(false);
    expect(isUnread({ reads: {}, latest: { c: '9999999999999999999' }, notify: {} }, late, 'c')).toBe(true);
  });

  it('again when it is marked so elsewhere', () => {
    const state = after(loggedOut, ready({ read_state: [{ id: 'c', last_message_id: '50' }] }), { t: 'MESSAGE_ACK', d: { channel_id: 'c', message_id: '40', mention_count: 3 } });
    expect(isUnread(state, guildOf(state), 'c')).toBe(true);
    expect(state.reads['c']?.mentions).toBe(3);
  });

  it('not by one\'s own words, which read it to the end', () => {
    const state = after(loggedOut, ready(), said(60), said(61, { author: alice }));
    expect(isUnread(state, guildOf(state), 'c')).toBe(false);
    expect(state.reads['c']).toEqual({ last: '61', mentions: 0 });
  });

  it('also where the list comes with its version', () => {
    const state = after(loggedOut, ready({ read_state: { version: 1, partial: false, entries: [{ id: 'c', last_message_id: 50 }] } }));
    expect(state.reads['c']).toEqual({ last: '50', mentions: 0 });
  });
});

describe('mentions', () => {
  const state = after(loggedOut, ready({ read_state: [{ id: 'c', last_message_id: '50' }] }));
  const count = (dispatch: Dispatch, from = state) => after(from, dispatch).reads['c']?.mentions;

  it.each([
    ['nobody', {}, 0],
    ['one by name', { mentions: [alice] }, 1],
    ['somebody else', { mentions: [bob] }, 0],
    ['everybody', { mention_everyone: true }, 1],
    ['a role that one has', { mention_roles: ['7'] }, 1],
    ['another role', { mention_roles: ['8'] }, 0],
  ])('of %s count', (_, more, expected) => {
    expect(count(said(60, more))).toBe(expected);
  });

  it('of all and of roles count for nothing where one does not want them', () => {
    const quiet = { ...state, notify: settings({ suppress_everyone: true, suppress_roles: true }) };
    expect(count(said(60, { mention_everyone: true }), quiet)).toBe(0);
    expect(count(said(60, { mention_roles: ['7'] }), quiet)).toBe(0);
    expect(count(said(60, { mentions: [alice] }), quiet)).toBe(1);
  });

  it('by somebody who is blocked do not count', () => {
    const blocked = after(state, { t: 'RELATIONSHIP_ADD', d: { id: '2', type: 2, user: bob } });
    expect(count(said(60, { mentions: [alice] }), blocked)).toBe(0);
  });

  it('is every direct message, unless it is muted', () => {
    const direct = message(60, { author: bob });
    expect(counted(state, direct, '1', undefined, false).reads['c']?.mentions).toBe(1);
    const muted = { ...state, notify: notifyingFrom([{ guild_id: null, channel_overrides: [{ channel_id: 'c', muted: true }] }]) };
    expect(counted(muted, direct, '1', undefined, false).reads['c']?.mentions).toBe(0);
    expect(names(direct, '1', undefined, {})).toBe(false);
  });
});

describe('muting', () => {
  const now = Date.parse('2026-05-01T12:00:00Z');
  it('holds for ever, or until its end', () => {
    expect(isMuted(settings({ muted: true }), '10', undefined, now)).toBe(true);
    expect(isMuted(settings({ muted: true, mute_config: { end_time: '2026-05-01T12:00:01Z' } }), '10', undefined, now)).toBe(true);
    expect(isMuted(settings({ muted: true, mute_config: { end_time: '2026-05-01T12:00:00Z' } }), '10', undefined, now)).toBe(false);
    expect(isMuted({}, '10', undefined, now)).toBe(false);
    expect(isMuted({}, own, 'c', now)).toBe(false);
  });

  it('takes a channel out of what its guild says, but not the mentions', () => {
    const state = after(loggedOut, ready({ read_state: [{ id: 'c', last_message_id: '40', mention_count: 1 }] }));
    expect(signals({ ...state, notify: settings({ channel_overrides: [{ channel_id: 'c', muted: true }] }) }, guildOf(state))).toEqual({ unread: false, mentions: 1 });
    expect(signals({ ...state, notify: settings({ muted: true }) }, guildOf(state))).toEqual({ unread: false, mentions: 1 });
  });
});

it('read states of other things are no channels', () => {
  expect(readingsFrom([{ id: 'x', last_message_id: '1', read_state_type: 2 }])).toEqual({});
});
