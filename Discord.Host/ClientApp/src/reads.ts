import type { Guild } from './guilds';
import { compareIds } from './timeline';
import type { Channel, Listed, Message, MuteConfig, NotificationSettings, ReadState } from './types';

/** How far one has read a channel, and how often one was named since. */
export interface Reading {
  readonly last: string;
  readonly mentions: number;
}

/** What one is told of: by guild id, or by `@me` for direct messages. */
export type Notifying = Readonly<Record<string, NotificationSettings>>;

interface Reads {
  readonly reads: Readonly<Record<string, Reading>>;
  /** The newest message of each channel. */
  readonly latest: Readonly<Record<string, string>>;
  readonly notify: Notifying;
}

/** The guild under which direct messages are listed. */
export const own = '@me';

export const listed = <T>(list: Listed<T> | undefined): readonly T[] => (list === undefined ? [] : Array.isArray(list) ? list : list.entries);

export function readingsFrom(states: readonly ReadState[]): Record<string, Reading> {
  const channels = states.filter(({ read_state_type = 0 }) => read_state_type === 0);
  return Object.fromEntries(channels.map(({ id, last_message_id, mention_count = 0 }) => [id, { last: String(last_message_id ?? '0'), mentions: mention_count }]));
}

export const notifyingFrom = (settings: readonly NotificationSettings[]): Notifying => Object.fromEntries(settings.map((one) => [one.guild_id ?? own, one]));

export function latestIn(channels: readonly Channel[]): Record<string, string> {
  return Object.fromEntries(channels.flatMap(({ id, last_message_id }) => (last_message_id == null ? [] : [[id, last_message_id] as const])));
}

/** Up to where a channel counts as read: what was said before one joined is not new. */
export const readUpTo = (reads: Reads['reads'], guild: Guild | undefined, channel: string): string => reads[channel]?.last ?? guild?.joined ?? '0';

export function isUnread(state: Reads, guild: Guild | undefined, channel: string): boolean {
  const newest = state.latest[channel];
  return newest !== undefined && compareIds(newest, readUpTo(state.reads, guild, channel)) > 0;
}

/** Muted, and the time of it not over. */
const holds = (muted: boolean | undefined, config: MuteConfig | null | undefined, now: number) => muted === true && !(Date.parse(config?.end_time ?? '') <= now);

export function isMuted(notify: Notifying, guild: string, channel?: string, now = Date.now()): boolean {
  const settings = notify[guild];
  if (channel === undefined) return holds(settings?.muted, settings?.mute_config, now);
  const override = settings?.channel_overrides?.find(({ channel_id }) => channel_id === channel);
  return holds(override?.muted, override?.mute_config, now);
}

/** What a guild's icon says: whether there is something new, and how often one was named. */
export function signals(state: Reads, guild: Guild): { unread: boolean; mentions: number } {
  const quiet = isMuted(state.notify, guild.id);
  let unread = false;
  let mentions = 0;
  for (const { id, parent_id } of [...guild.channels, ...guild.threads.filter(({ member }) => member != null)]) {
    mentions += state.reads[id]?.mentions ?? 0;
    unread ||= !quiet && isUnread(state, guild, id) && !isMuted(state.notify, guild.id, id) && !(parent_id != null && isMuted(state.notify, guild.id, parent_id));
  }
  return { unread, mentions };
}

/** Whether a message names somebody, by name, by role or with all. The settings can make the last two count for nothing. */
export function names(message: Message, me: string, guild: Guild | undefined, notify: Notifying): boolean {
  if (message.mentions?.some(({ id }) => id === me) === true) return true;
  const settings = guild === undefined ? undefined : notify[guild.id];
  if (message.mention_everyone === true && settings?.suppress_everyone !== true) return true;
  const roles = guild?.members[me]?.roles ?? [];
  return settings?.suppress_roles !== true && message.mention_roles?.some((role) => roles.includes(role)) === true;
}

/** After a message that just came. Who writes has read what was there before. */
export function counted(state: Reads, message: Message, me: string | undefined, guild: Guild | undefined, blocked: boolean): Pick<Reads, 'reads' | 'latest'> {
  const { id, channel_id } = message;
  const newest = state.latest[channel_id];
  const latest = newest !== undefined && compareIds(newest, id) >= 0 ? state.latest : { ...state.latest, [channel_id]: id };
  if (message.author.id === me) return { latest, reads: { ...state.reads, [channel_id]: { last: id, mentions: 0 } } };
  const counts = me !== undefined && !blocked && (guild === undefined ? !isMuted(state.notify, own, channel_id) : names(message, me, guild, state.notify));
  if (!counts) return { latest, reads: state.reads };
  const known = state.reads[channel_id] ?? { last: readUpTo(state.reads, guild, channel_id), mentions: 0 };
  return { latest, reads: { ...state.reads, [channel_id]: { ...known, mentions: known.mentions + 1 } } };
}

export const acked = (reads: Reads['reads'], channel: string, last: string, mentions: number): Reads['reads'] => ({ ...reads, [channel]: { last, mentions } });
