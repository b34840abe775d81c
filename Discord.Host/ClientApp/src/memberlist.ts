import type { Guild } from './guilds';
import { bits, has, inChannel, Permission } from './permissions';
import type { Channel, ListItem, MemberListUpdate } from './types';

/** Rows that are asked for at a time. */
export const windowSize = 100;

export type ListRow = { kind: 'group'; id: string; count: number } | { kind: 'member'; user: string };

/** The list beside a channel: groups and their members in one row after the other; `undefined` where it is not known yet. */
export interface MemberList {
  readonly count: number;
  readonly rows: readonly (ListRow | undefined)[];
}

export function updated(list: MemberList | undefined, update: MemberListUpdate): MemberList {
  const counts = new Map(update.groups.map(({ id, count }) => [id, count]));
  const rowOf = (item: ListItem): ListRow =>
    'group' in item ? { kind: 'group', id: item.group.id, count: counts.get(item.group.id) ?? item.group.count ?? 0 } : { kind: 'member', user: item.member.user.id };
  // Holes stay holes: a list of a hundred thousand of which one window is known costs one window.
  const rows = list?.rows.slice() ?? [];
  for (const op of update.ops) {
    switch (op.op) {
      case 'SYNC':
        op.items.forEach((item, index) => (rows[op.range[0] + index] = rowOf(item)));
        break;
      case 'INSERT':
        rows.splice(op.index, 0, rowOf(op.item));
        break;
      case 'UPDATE':
        rows[op.index] = rowOf(op.item);
        break;
      case 'DELETE':
        rows.splice(op.index, 1);
        break;
      case 'INVALIDATE':
        for (let at = op.range[0]; at <= op.range[1] && at < rows.length; at++) rows[at] = undefined;
        break;
    }
  }
  // Each group has a row of its own above its members.
  rows.length = update.groups.reduce((total, { count }) => total + count + 1, 0);
  // The list of a hidden channel holds those who see it; only the list of everybody may leave out who is offline.
  const count = update.id === 'everyone' ? update.member_count : rows.length - update.groups.length;
  return { count, rows: rows.map((row) => (row?.kind === 'group' ? { ...row, count: counts.get(row.id) ?? row.count } : row)) };
}

/** Members that an update brings, with their presence. */
export const broughtBy = (update: MemberListUpdate) =>
  update.ops.flatMap((op) => ('items' in op ? op.items : 'item' in op ? [op.item] : [])).flatMap((item) => ('member' in item ? [item.member] : []));

/** Channels that the same people may see share one list. Its name, as the server builds it. */
export function listId(guild: Guild, channel: Channel): string {
  const overwrites = channel.permission_overwrites ?? [];
  const denied = overwrites.some(({ deny }) => has(bits(deny), Permission.ViewChannel));
  if (!denied && has(inChannel(guild, '', undefined, overwrites), Permission.ViewChannel)) return 'everyone';
  const rules = overwrites.flatMap(({ id, allow, deny }) => [
    ...(has(bits(allow), Permission.ViewChannel) ? [`allow:${id}`] : []),
    ...(has(bits(deny), Permission.ViewChannel) ? [`deny:${id}`] : []),
  ]);
  return String(murmur3(rules.sort().join(',')));
}

/** MurmurHash3, 32 bits, seed 0, of ASCII text. */
export function murmur3(text: string): number {
  const block = (at: number) => text.charCodeAt(at) | (text.charCodeAt(at + 1) << 8) | (text.charCodeAt(at + 2) << 16) | (text.charCodeAt(at + 3) << 24);
  const mixed = (value: number) => {
    const k = Math.imul(value, 0xcc9e2d51);
    return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  };
  const whole = text.length & ~3;
  let hash = 0;
  for (let at = 0; at < whole; at += 4) {
    hash ^= mixed(block(at));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = text.length - 1; at >= whole; at--) tail = (tail << 8) | text.charCodeAt(at);
  if (tail !== 0) hash ^= mixed(tail);
  hash ^= text.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
