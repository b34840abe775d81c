import { describe, expect, it } from 'vitest';
import { loggedOut, reduce, type State } from '../src/store';
import type { Dispatch, GuildPayload, VoiceState } from '../src/types';
import { inRoom, streamKey, streamOwner, voicesOf } from '../src/voices';

const alice = { id: '1', username: 'alice' };
const voice = (user: string, channel: string | null, more: Partial<VoiceState> = {}): VoiceState => ({ user_id: user, channel_id: channel, session_id: `s${user}`, ...more });
const house: GuildPayload = { id: '10', name: 'House', channels: [], voice_states: [voice('2', 'v')] };
const after = (state: State, ...dispatches: Dispatch[]): State => dispatches.reduce((known, dispatch) => ({ ...known, ...reduce(known, dispatch) }), state);
const ready = (...guilds: GuildPayload[]): Dispatch => ({ t: 'READY', d: { v: 10, user: alice, session_id: 's1', resume_gateway_url: '', guilds } });
const users = (state: State, guild: string | null, channel: string) => inRoom(voicesOf(state.voices, guild), channel).map(({ user_id }) => user_id);
const update = (state: VoiceState): Dispatch => ({ t: 'VOICE_STATE_UPDATE', d: state });

describe('who is in voice', () => {
  const state = after(loggedOut, ready(house));

  it('comes with the guilds', () => {
    expect(users(state, '10', 'v')).toEqual(['2']);
    expect(state.session).toBe('s1');
    const created = after(loggedOut, ready({ id: '10', unavailable: true }), { t: 'GUILD_CREATE', d: house });
    expect(users(created, '10', 'v')).toEqual(['2']);
  });

  it('follows who joins, moves and leaves', () => {
    const joined = after(state, update(voice('3', 'v', { guild_id: '10', self_mute: true })));
    expect(users(joined, '10', 'v')).toEqual(['2', '3']);
    const moved = after(joined, update(voice('2', 'w', { guild_id: '10' })));
    expect([users(moved, '10', 'v'), users(moved, '10', 'w')]).toEqual([['3'], ['2']]);
    const left = after(moved, update(voice('3', null, { guild_id: '10' })));
    expect(users(left, '10', 'v')).toEqual([]);
  });

  it('keeps the people of a place as the same object while nobody there changes', () => {
    const other = after(state, update(voice('5', 'x', { guild_id: '11' })));
    expect(voicesOf(other.voices, '10')).toBe(voicesOf(state.voices, '10'));
    expect(after(state, update(voice('9', null, { guild_id: '10' }))).voices).toBe(state.voices);
  });

  it('says who they are', () => {
    const member = { user: { id: '3', username: 'carol' }, nick: 'Caro', roles: [] };
    const joined = after(state, update(voice('3', 'v', { guild_id: '10', member })));
    expect(joined.users['3']?.username).toBe('carol');
    expect(joined.guilds?.['10']?.members['3']?.nick).toBe('Caro');
    expect(voicesOf(joined.voices, '10')['3']).not.toHaveProperty('member');
  });

  it('is not changed by an update of the guild, and ends with it', () => {
    expect(after(state, { t: 'GUILD_UPDATE', d: { id: '10', name: 'Home' } }).voices).toBe(state.voices);
    expect(after(state, { t: 'GUILD_DELETE', d: { id: '10' } }).voices).toEqual({});
  });
});

describe('a call', () => {
  const call = { channel_id: 'd', ringing: ['1'], voice_states: [voice('2', 'd')] };
  const state = after(loggedOut, ready(), { t: 'CALL_CREATE', d: call });

  it('begins with who called', () => {
    expect(state.calls['d']?.ringing).toEqual(['1']);
    expect(users(state, null, 'd')).toEqual(['2']);
  });

  it('stops ringing, is joined, and ends', () => {
    const answered = after(state, { t: 'CALL_UPDATE', d: { channel_id: 'd', ringing: [] } }, update(voice('1', 'd', { guild_id: null })));
    expect(answered.calls['d']?.ringing).toEqual([]);
    expect(users(answered, null, 'd')).toEqual(['1', '2']);
    expect(after(answered, { t: 'CALL_DELETE', d: { channel_id: 'd' } }).calls).toEqual({});
  });
});

describe('a stage', () => {
  it('begins, changes its topic and ends', () => {
    const instance = { id: '7', guild_id: '10', channel_id: 's', topic: 'Bees' };
    const begun = after(loggedOut, ready(house), { t: 'STAGE_INSTANCE_CREATE', d: instance });
    expect(begun.guilds?.['10']?.stages).toEqual([instance]);
    const changed = after(begun, { t: 'STAGE_INSTANCE_UPDATE', d: { ...instance, topic: 'Honey' } });
    expect(changed.guilds?.['10']?.stages.map(({ topic }) => topic)).toEqual(['Honey']);
    expect(after(changed, { t: 'STAGE_INSTANCE_DELETE', d: instance }).guilds?.['10']?.stages).toEqual([]);
    expect(after(loggedOut, ready({ ...house, stage_instances: [instance] })).guilds?.['10']?.stages).toEqual([instance]);
  });
});

describe('a shared screen', () => {
  it('is known by its key while one shows or watches it', () => {
    const key = streamKey('10', 'v', '2');
    expect([key, streamKey(null, 'd', '2'), streamOwner(key)]).toEqual(['guild:10:v:2', 'call:d:2', '2']);
    const begun = after(loggedOut, { t: 'STREAM_CREATE', d: { stream_key: key, rtc_server_id: '99', viewer_ids: ['1'] } });
    expect(begun.streams[key]?.viewer_ids).toEqual(['1']);
    const more = after(begun, { t: 'STREAM_UPDATE', d: { stream_key: key, viewer_ids: ['1', '3'] } });
    expect(more.streams[key]?.viewer_ids).toEqual(['1', '3']);
    expect(after(more, { t: 'STREAM_DELETE', d: { stream_key: key } }).streams).toEqual({});
  });
});
