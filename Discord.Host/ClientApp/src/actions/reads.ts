import { api, type NotificationForm } from '../api';
import type { Guild } from '../guilds';
import { acked, isUnread, names } from '../reads';
import { reduce, useStore } from '../store';
import { compareIds } from '../timeline';
import type { Message } from '../types';
import { ask, atEnd } from './session';

const { getState: get, setState: set } = useStore;

/** Reading is reported after this long, so that ten messages in a second are one report. In milliseconds. */
const pause = 400;

const waiting = new Map<string, ReturnType<typeof setTimeout>>();

atEnd(() => {
  waiting.forEach((timer) => clearTimeout(timer));
  waiting.clear();
});

/** The newest message of a channel is under somebody's eyes, or they say that it is. */
export function markRead(channel: string): void {
  const { latest, reads } = get();
  letRead(channel);
  const last = latest[channel];
  if (last === undefined) return;
  const known = reads[channel];
  if (known !== undefined && known.mentions === 0 && compareIds(known.last, last) >= 0) return;
  set({ reads: acked(reads, channel, last, 0) });
  clearTimeout(waiting.get(channel));
  waiting.set(
    channel,
    setTimeout(() => {
      waiting.delete(channel);
      const newest = get().reads[channel]?.last ?? last;
      // It is said again with the next message; until then other devices show it as new.
      ask(api.ack(channel, newest)).catch(() => undefined);
    }, pause),
  );
}

/** Everything from this message on counts as new again. */
export async function markUnread(channel: string, messages: readonly Message[], from: string, guild: Guild | undefined): Promise<void> {
  const { me, notify } = get();
  const before = messages.findLast(({ id }) => compareIds(id, from) < 0)?.id ?? String(BigInt(from) - 1n);
  const after = messages.filter(({ id, author }) => compareIds(id, before) > 0 && author.id !== me?.id);
  const mentions = me === null ? 0 : after.filter((message) => guild === undefined || names(message, me.id, guild, notify)).length;
  clearTimeout(waiting.get(channel));
  set((state) => ({ reads: acked(state.reads, channel, before, mentions), keptUnread: channel }));
  await ask(api.ack(channel, before, { mention_count: mentions }));
}

/** What was marked unread by hand may be read again. */
export function letRead(channel: string): void {
  if (get().keptUnread === channel) set({ keptUnread: null });
}

export async function markGuildRead(guild: Guild): Promise<void> {
  const state = get();
  const unread = [...guild.channels, ...guild.threads].filter(({ id }) => isUnread(state, guild, id) || (state.reads[id]?.mentions ?? 0) > 0);
  const states = unread.flatMap(({ id }) => (state.latest[id] === undefined ? [] : [{ channel_id: id, message_id: state.latest[id] }]));
  set({ reads: states.reduce((reads, { channel_id, message_id }) => acked(reads, channel_id, message_id, 0), state.reads) });
  // As many at a time as one call takes.
  for (let at = 0; at < states.length; at += 100) await ask(api.ackAll(states.slice(at, at + 100)));
}

export async function setNotifications(guild: string, form: NotificationForm): Promise<void> {
  const settings = await ask(api.updateNotifications(guild, form));
  set((state) => reduce(state, { t: 'USER_GUILD_SETTINGS_UPDATE', d: settings }));
}

/** Mutes a channel or a whole guild: for some minutes, or with null until it is lifted. */
export function mute(guild: string, channel: string | undefined, on: boolean, minutes: number | null = null): Promise<void> {
  const until = minutes === null ? null : new Date(Date.now() + minutes * 60_000).toISOString();
  const form = { muted: on, mute_config: on ? { selected_time_window: minutes === null ? -1 : minutes * 60, end_time: until } : null };
  return setNotifications(guild, channel === undefined ? form : { channel_overrides: { [channel]: form } });
}

