import { describe, expect, it } from 'vitest';
import { firstText, grouped, loggedOut, openTimeline, reduce, type State } from '../src/store';
import { newest } from '../src/timeline';
import type { Channel, Dispatch, GuildPayload } from '../src/types';
import { message } from './fakes';

const alice = { id: '1', username: 'alice', global_name: 'Alice' };
const channel = (id: string, more: Partial<Channel> = {}): Channel => ({ id, type: 0, name: `channel ${id}`, position: 0, ...more });
const house: GuildPayload = { id: '10', name: 'House', channels: [channel('c')], roles: [{ id: '10', name: '@everyone' }], members: [{ user: { id: '2', username: 'bob' }, nick: 'Bobby' }] };

const after = (state: State, ...dispatches: Dispatch[]): State => dispatches.reduce((known, dispatch) => ({ ...known, ...reduce(known, dispatch) }), state);
const ready = (...guilds: GuildPayload[]): Dispatch => ({ t: 'READY', d: { v: 10, user: alice, session_id: 's', resume_gateway_url: '', guilds } });

describe('READY', () => {
  it('may bring whole guilds', () => {
    const state = after(loggedOut, ready(house));
    expect(state.me).toEqual(alice);
    expect(state.guilds?.['10']).toMatchObject({ name: 'House', available: true, nicks: { '2': 'Bobby' } });
  });

  it('says what the members inside its guilds are called, and ends the waiting for a guild that it brings', () => {
    const state = after({ ...loggedOut, entering: '10' }, ready(house));
    expect(state.names).toMatchObject({ '1': 'Alice', '2': 'bob' });
    expect(state.entering).toBeNull();
    expect(after({ ...loggedOut, entering: '10' }, ready({ id: '10', unavailable: true })).entering).toBe('10');
  });

  it('may bring stubs, which GUILD_CREATE fills in', () => {
    const stub = after(loggedOut, ready({ id: '10', unavailable: true }));
    expect(stub.guilds?.['10']).toMatchObject({ available: false, channels: [] });
    expect(after(stub, { t: 'GUILD_CREATE', d: house }).guilds?.['10']).toMatchObject({ name: 'House', available: true });
  });

  it('drops guilds that one is no longer in, and has every open channel read again', () => {
    let state = after(loggedOut, ready(house, { ...house, id: '11' }));
    state = { ...state, ...openTimeline(state, 'c', (timeline) => newest(timeline, [message(1)])) };
    state = after(state, ready(house));
    expect(Object.keys(state.guilds ?? {})).toEqual(['10']);
    expect(state.timelines['c']).toMatchObject({ current: false, epoch: 1 });
  });
});

describe('guilds', () => {
  const state = after(loggedOut, ready(house));

  it('keep their channels when an update does not name them', () => {
    const updated = after(state, { t: 'GUILD_UPDATE', d: { id: '10', name: 'Home' } });
    expect(updated.guilds?.['10']).toMatchObject({ name: 'Home', channels: [channel('c')] });
  });

  it('are away during an outage and gone after leaving', () => {
    expect(after(state, { t: 'GUILD_DELETE', d: { id: '10', unavailable: true } }).guilds?.['10']?.available).toBe(false);
    expect(after(state, { t: 'GUILD_DELETE', d: { id: '10' } }).guilds).toEqual({});
  });

  it('end the waiting for them', () => {
    expect(after({ ...state, entering: '12' }, { t: 'GUILD_CREATE', d: { ...house, id: '12' } }).entering).toBeNull();
  });

  it('gain, change and lose channels', () => {
    const d = channel('d', { guild_id: '10' });
    const more = after(state, { t: 'CHANNEL_CREATE', d }, { t: 'CHANNEL_UPDATE', d: { ...d, name: 'renamed' } });
    expect(more.guilds?.['10']?.channels.map(({ name }) => name)).toEqual(['channel c', 'renamed']);
    expect(after(more, { t: 'CHANNEL_DELETE', d }).guilds?.['10']?.channels).toHaveLength(1);
  });

  it('learn what people are called from what they write', () => {
    const member = (nick: string | null): Dispatch => ({ t: 'MESSAGE_CREATE', d: message(5, { guild_id: '10', author: { id: '3', username: 'carol' }, member: { nick } }) });
    const named = after(state, member('Caz'));
    expect(named.guilds?.['10']?.nicks).toEqual({ '2': 'Bobby', '3': 'Caz' });
    expect(named.names['3']).toBe('carol');
    expect(after(named, member(null)).guilds?.['10']?.nicks).toEqual({ '2': 'Bobby' });
  });
});

describe('messages', () => {
  const open = (() => {
    const state = after(loggedOut, ready(house));
    return { ...state, ...openTimeline(state, 'c', (timeline) => newest(timeline, [message(1)])) };
  })();
  const ids = (state: State) => state.timelines['c']?.messages.map(({ id }) => id);

  it('come, change and go', () => {
    const two = after(open, { t: 'MESSAGE_CREATE', d: message(2) }, { t: 'MESSAGE_UPDATE', d: { id: '1', channel_id: 'c', content: 'new' } });
    expect(two.timelines['c']?.messages.map(({ content }) => content)).toEqual(['new', 'message 2']);
    expect(ids(after(two, { t: 'MESSAGE_DELETE', d: { id: '1', channel_id: 'c' } }))).toEqual(['2']);
    expect(ids(after(two, { t: 'MESSAGE_DELETE_BULK', d: { ids: ['1', '2'], channel_id: 'c' } }))).toEqual([]);
  });

  it('of channels that were never opened are left to the server', () => {
    expect(after(open, { t: 'MESSAGE_CREATE', d: message(2, { channel_id: 'z' }) }).timelines['z']).toBeUndefined();
  });

  it('are cut off only where nobody is reading', () => {
    const many = Array.from({ length: 420 }, (_, index): Dispatch => ({ t: 'MESSAGE_CREATE', d: message(index + 2) }));
    expect(ids(after(open, ...many))?.length).toBeLessThan(400);
    expect(ids(after({ ...open, scrolledUp: 'c' }, ...many))).toHaveLength(421);
  });
});

describe('the channel list', () => {
  const channels = [
    channel('1', { type: 4, name: 'Voice', position: 1 }),
    channel('2', { type: 4, name: 'Text', position: 0 }),
    channel('3', { type: 2, parent_id: '1' }),
    channel('4', { parent_id: '2', position: 1 }),
    channel('5', { parent_id: '2', position: 0 }),
    channel('6', { type: 2, position: 0 }),
    channel('7', { position: 5 }),
    channel('8', { parent_id: '99', position: 6 }),
    channel('9', { type: 15 }),
  ];

  it('begins with what is in no category, text before voice, then goes by category and position', () => {
    expect(grouped(channels).map((group) => [group.category?.name, ...group.channels.map(({ id }) => id)])).toEqual([
      [undefined, '7', '8', '6'],
      ['Text', '5', '4'],
      ['Voice', '3'],
    ]);
  });

  it('opens with its first text channel', () => {
    const guild = { id: '10', name: '', available: true, roles: [], nicks: {}, channels };
    expect(firstText(guild)?.id).toBe('7');
    expect(firstText({ ...guild, channels: channels.slice(0, 3) })).toBeUndefined();
  });
});
