import { describe, expect, it } from 'vitest';
import { guildFrom } from '../src/guilds';
import { broughtBy, listId, murmur3, updated, type MemberList } from '../src/memberlist';
import { Permission } from '../src/permissions';
import type { ListItem, ListOp } from '../src/types';

const person = (id: string): ListItem => ({ member: { user: { id, username: id }, roles: [] } });
const head = (id: string): ListItem => ({ group: { id } });
const update = (groups: Record<string, number>, ...ops: ListOp[]) => ({ guild_id: '10', id: 'everyone', member_count: 9, online_count: 2, groups: Object.entries(groups).map(([id, count]) => ({ id, count })), ops });
const shape = (list: MemberList) => Array.from(list.rows, (row) => (row === undefined ? '?' : row.kind === 'group' ? `${row.id}:${row.count}` : row.user));

const first = updated(undefined, update({ online: 2, offline: 1 }, { op: 'SYNC', range: [0, 99], items: [head('online'), person('1'), person('2'), head('offline'), person('3')] }));

describe('a member list', () => {
  it('begins with a window of it', () => {
    expect(shape(first)).toEqual(['online:2', '1', '2', 'offline:1', '3']);
    expect(first.count).toBe(9);
  });

  it('of a hidden channel counts those who see it', () => {
    const hidden = updated(undefined, { ...update({ online: 2 }, { op: 'SYNC', range: [0, 2], items: [head('online'), person('1'), person('2')] }), id: '4711' });
    expect(hidden.count).toBe(2);
  });

  it('is as long as its groups say, wherever it is known', () => {
    const long = updated(undefined, update({ online: 3 }, { op: 'SYNC', range: [0, 1], items: [head('online'), person('1')] }));
    expect(shape(long)).toEqual(['online:3', '1', '?', '?']);
  });

  it('moves somebody who goes offline', () => {
    const moved = updated(first, update({ online: 1, offline: 2 }, { op: 'DELETE', index: 1 }, { op: 'INSERT', index: 3, item: person('1') }));
    expect(shape(moved)).toEqual(['online:1', '2', 'offline:2', '1', '3']);
  });

  it('gains and loses groups', () => {
    const role = updated(first, update({ '7': 1, online: 1, offline: 1 }, { op: 'DELETE', index: 1 }, { op: 'INSERT', index: 0, item: head('7') }, { op: 'INSERT', index: 1, item: person('1') }));
    expect(shape(role)).toEqual(['7:1', '1', 'online:1', '2', 'offline:1', '3']);
  });

  it('forgets what the server no longer tells of', () => {
    expect(shape(updated(first, update({ online: 2, offline: 1 }, { op: 'INVALIDATE', range: [3, 102] })))).toEqual(['online:2', '1', '2', '?', '?']);
  });

  it('brings the members with it', () => {
    expect(broughtBy(update({}, { op: 'UPDATE', index: 1, item: person('5') }, { op: 'SYNC', range: [0, 99], items: [head('online'), person('6')] })).map(({ user }) => user.id)).toEqual(['5', '6']);
  });

  it('of a hundred thousand costs a window', () => {
    const items = [head('online'), ...Array.from({ length: 99 }, (_, index) => person(String(index)))];
    const huge = updated(undefined, update({ online: 100_000 }, { op: 'SYNC', range: [0, 99], items }));
    expect(huge.rows.length).toBe(100_001);
    expect(Object.keys(huge.rows)).toHaveLength(100);
  });
});

describe('its name', () => {
  const guild = guildFrom({ id: '10', roles: [{ id: '10', name: '@everyone', permissions: String(Permission.ViewChannel) }] }, undefined);
  const view = String(Permission.ViewChannel);

  it('is one for all channels that everybody sees', () => {
    expect(listId(guild, { id: 'c', type: 0 })).toBe('everyone');
    expect(listId(guild, { id: 'c', type: 0, permission_overwrites: [{ id: '7', type: 0, allow: '2048', deny: '0' }] })).toBe('everyone');
  });

  it('is made of who may see the others', () => {
    const overwrites = [{ id: '10', type: 0, allow: '0', deny: view }, { id: '7', type: 0, allow: view, deny: '0' }];
    const id = listId(guild, { id: 'c', type: 0, permission_overwrites: overwrites });
    expect(id).toBe(String(murmur3('allow:7,deny:10')));
    expect(listId(guild, { id: 'd', type: 0, permission_overwrites: overwrites.toReversed() })).toBe(id);
  });

  // The published vectors of MurmurHash3_x86_32.
  it.each([
    ['', 0],
    ['a', 0x3c2569b2],
    ['hello', 0x248bfa47],
    ['hello, world', 0x149bbb7f],
    ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
  ])('hashes %o', (text, hash) => {
    expect(murmur3(text)).toBe(hash);
  });
});
