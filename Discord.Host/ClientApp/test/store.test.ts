import { describe, expect, it } from 'vitest';
import { firstText, grouped, guildFrom } from '../src/guilds';
import { loggedOut, openTimeline, reduce, type State } from '../src/store';
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
    expect(state.guilds?.['10']).toMatchObject({ name: 'House', available: true, members: { '2': { nick: 'Bobby' } } });
  });

  it('says who the members of its guilds are, and ends the waiting for a guild that it brings', () => {
    const state = after({ ...loggedOut, entering: '10' }, ready(house));
    expect(Object.keys(state.users).sort()).toEqual(['1', '2']);
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
    expect(named.guilds?.['10']?.members['3']?.nick).toBe('Caz');
    expect(named.users['3']?.username).toBe('carol');
    expect(after(named, member(null)).guilds?.['10']?.members['3']?.nick).toBeNull();
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

describe('reactions in events', () => {
  const open = (() => {
    const state = after(loggedOut, ready(house));
    return { ...state, ...openTimeline(state, 'c', (timeline) => newest(timeline, [message(1)])) };
  })();
  const emoji = { id: null, name: '🎉' };
  const reactions = (state: State) => state.timelines['c']?.messages[0]?.reactions;

  it('are one more or one less, and say which are of oneself', () => {
    const event = { channel_id: 'c', message_id: '1', emoji };
    const both = after(open, { t: 'MESSAGE_REACTION_ADD', d: { ...event, user_id: '2' } }, { t: 'MESSAGE_REACTION_ADD', d: { ...event, user_id: '1' } });
    expect(reactions(both)).toEqual([{ emoji, count: 2, me: true }]);
    expect(reactions(after(both, { t: 'MESSAGE_REACTION_REMOVE', d: { ...event, user_id: '1' } }))).toEqual([{ emoji, count: 1, me: false }]);
  });

  it('are not overwritten by an edit, which does not know whose they are', () => {
    const mine = after(open, { t: 'MESSAGE_REACTION_ADD', d: { channel_id: 'c', message_id: '1', emoji, user_id: '1' } });
    const edited = after(mine, { t: 'MESSAGE_UPDATE', d: { id: '1', channel_id: 'c', content: 'new', reactions: [{ emoji, count: 1, me: false }] } });
    expect(reactions(edited)).toEqual([{ emoji, count: 1, me: true }]);
  });
});

describe('threads', () => {
  const thread = channel('t', { type: 11, guild_id: '10', parent_id: 'c' });
  const state = after(loggedOut, ready(house), { t: 'THREAD_CREATE', d: thread });
  const known = (state: State) => state.guilds?.['10']?.threads;

  it('come and go beside the channels', () => {
    expect(known(state)).toEqual([thread]);
    expect(known(after(state, { t: 'THREAD_DELETE', d: { id: 't', guild_id: '10' } }))).toEqual([]);
    expect(known(after(state, { t: 'CHANNEL_DELETE', d: channel('c', { guild_id: '10' }) }))).toEqual([]);
  });

  it('stay joined through a change, until one is taken out', () => {
    const joined = after(state, { t: 'THREAD_MEMBER_UPDATE', d: { id: 't', guild_id: '10' } }, { t: 'THREAD_UPDATE', d: { ...thread, name: 'renamed' } });
    expect(known(joined)?.[0]).toMatchObject({ name: 'renamed', member: { id: 't' } });
    expect(known(after(joined, { t: 'THREAD_MEMBERS_UPDATE', d: { id: 't', guild_id: '10', removed_member_ids: ['1'] } }))?.[0]?.member).toBeUndefined();
  });

  it('count the messages that come', () => {
    const counted = after(state, { t: 'MESSAGE_CREATE', d: { ...message(5), channel_id: 't', guild_id: '10' } }, { t: 'MESSAGE_CREATE', d: { ...message(6), channel_id: 'c', guild_id: '10' } });
    expect(known(counted)?.[0]?.message_count).toBe(1);
  });

  it('of channels that one may see again are brought in one piece', () => {
    const other = channel('u', { type: 11, guild_id: '10', parent_id: 'd' });
    const synced = after(state, { t: 'THREAD_LIST_SYNC', d: { guild_id: '10', channel_ids: ['d'], threads: [other] } });
    expect(known(synced)?.map(({ id }) => id)).toEqual(['t', 'u']);
    expect(known(after(synced, { t: 'THREAD_LIST_SYNC', d: { guild_id: '10', threads: [] } }))).toEqual([]);
  });
});

describe('people', () => {
  const state = after(loggedOut, ready(house));
  const carol = { id: '3', username: 'carol' };

  it('become friends and stop being some', () => {
    const asked = after(state, { t: 'RELATIONSHIP_ADD', d: { id: '3', type: 3, user: carol } });
    expect(asked.relationships['3']?.type).toBe(3);
    expect(asked.users['3']).toEqual(carol);
    expect(after(asked, { t: 'RELATIONSHIP_REMOVE', d: { id: '3' } }).relationships).toEqual({});
  });

  it('are written to', () => {
    const direct = channel('9', { type: 1, recipients: [carol] });
    const open = after(state, { t: 'CHANNEL_CREATE', d: direct });
    expect(open.privates['9']?.recipients).toEqual([carol]);
    const group = after(open, { t: 'CHANNEL_RECIPIENT_ADD', d: { channel_id: '9', user: { id: '4', username: 'dan' } } });
    expect(group.privates['9']?.recipients?.map(({ id }) => id)).toEqual(['3', '4']);
    expect(after(open, { t: 'CHANNEL_DELETE', d: direct }).privates).toEqual({});
  });

  it('come, are there and go', () => {
    const here = after(state, { t: 'PRESENCE_UPDATE', d: { user: { id: '3' }, status: 'idle' } });
    expect(here.presences['3']?.status).toBe('idle');
    const added = after(here, { t: 'GUILD_MEMBER_ADD', d: { guild_id: '10', user: carol, roles: [] } });
    expect(added.guilds?.['10']?.members['3']).toBeDefined();
    expect(after(added, { t: 'GUILD_MEMBER_REMOVE', d: { guild_id: '10', user: carol } }).guilds?.['10']?.members['3']).toBeUndefined();
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
    channel('9', { type: 15, parent_id: '2', position: 2 }),
    channel('10', { type: 14 }),
  ];

  it('begins with what is in no category, text before voice, then goes by category and position', () => {
    expect(grouped(channels).map((group) => [group.category?.name, ...group.channels.map(({ id }) => id)])).toEqual([
      [undefined, '7', '8', '6'],
      ['Text', '5', '4', '9'],
      ['Voice', '3'],
    ]);
  });

  it('opens with its first text channel', () => {
    const guild = guildFrom({ id: '10', channels }, undefined);
    expect(firstText(guild)?.id).toBe('7');
    expect(firstText({ ...guild, channels: channels.slice(0, 3) })).toBeUndefined();
  });
});
