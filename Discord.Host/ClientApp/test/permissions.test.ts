import { describe, expect, it } from 'vitest';
import { all, bits, byHeight, has, height, inChannel, inGuild, Permission } from '../src/permissions';

const { ViewChannel, SendMessages, ManageMessages, Administrator, ReadHistory } = Permission;
const role = (id: string, permissions: bigint, position = 1) => ({ id, name: id, permissions: String(permissions), position });
const house = { id: '1', ownerId: '9', roles: [role('1', ViewChannel | SendMessages, 0), role('2', ManageMessages, 1), role('3', Administrator, 2)] };
const over = (id: string, type: number, allow: bigint, deny: bigint) => ({ id, type, allow: String(allow), deny: String(deny) });

describe('in a guild', () => {
  it('a member may what everybody may and what any of the roles allows', () => {
    expect(inGuild(house, '5', { roles: ['2'] })).toBe(ViewChannel | SendMessages | ManageMessages);
    expect(inGuild(house, '5', undefined)).toBe(ViewChannel | SendMessages);
  });

  it('owner and administrators may everything', () => {
    expect(inGuild(house, '9', undefined)).toBe(all);
    expect(inGuild(house, '5', { roles: ['3'] })).toBe(all);
  });

  it('somebody timed out may look', () => {
    const until = (ms: number) => ({ roles: [], communication_disabled_until: new Date(Date.now() + ms).toISOString() });
    expect(inGuild(house, '5', until(60_000))).toBe(ViewChannel);
    expect(inGuild(house, '5', until(-60_000))).toBe(ViewChannel | SendMessages);
  });
});

describe('in a channel', () => {
  it('everybody, then the roles together, then the member decide', () => {
    const overwrites = [over('1', 0, 0n, SendMessages), over('2', 0, SendMessages, 0n), over('5', 1, 0n, SendMessages)];
    expect(has(inChannel(house, '4', { roles: [] }, overwrites), SendMessages)).toBe(false);
    expect(has(inChannel(house, '4', { roles: ['2'] }, overwrites), SendMessages)).toBe(true);
    expect(has(inChannel(house, '5', { roles: ['2'] }, overwrites), SendMessages)).toBe(false);
  });

  it('of two roles the one that allows wins, whatever their heights', () => {
    const roles = [...house.roles, role('4', 0n, 9)];
    const overwrites = [over('4', 0, 0n, SendMessages), over('2', 0, SendMessages, 0n)];
    expect(has(inChannel({ ...house, roles }, '5', { roles: ['2', '4'] }, overwrites), SendMessages)).toBe(true);
  });

  it('what cannot be seen allows nothing', () => {
    expect(inChannel(house, '5', { roles: ['2'] }, [over('1', 0, 0n, ViewChannel)])).toBe(0n);
    expect(inChannel(house, '9', undefined, [over('1', 0, 0n, ViewChannel | ReadHistory)])).toBe(all);
  });
});

it('heights: the owner above all, the older of two above the younger', () => {
  expect(height(house, '9', undefined)).toBe(Number.MAX_SAFE_INTEGER);
  expect(height(house, '5', { roles: ['2', '3'] })).toBe(2);
  expect(height(house, '5', undefined)).toBe(0);
  expect([role('12', 0n), role('9', 0n), role('7', 0n, 3)].sort(byHeight).map(({ id }) => id)).toEqual(['7', '9', '12']);
});

it.each([undefined, '', '-5', 'x', '1e3', '123456789012345678901'])('%o is no set of bits', (text) => {
  expect(bits(text)).toBe(0n);
});
