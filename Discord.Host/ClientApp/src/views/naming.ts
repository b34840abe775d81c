import { useMemo } from 'react';
import { channelIn, isPrivate, type Guild } from '../guilds';
import { displayName, useStore, type State } from '../store';
import { ChannelType, type Channel, type User } from '../types';
import type { Names } from './Markdown';

const nobody: readonly User[] = [];

/** What a direct conversation is called: by the other, or by all of a group. */
export function privateName(channel: Channel, users: State['users'], relationships: State['relationships']): string {
  if (channel.name != null && channel.name !== '') return channel.name;
  const nameOf = (user: User) => relationships[user.id]?.nickname ?? displayName(users[user.id] ?? user);
  const names = (channel.recipients ?? nobody).map(nameOf).join(', ');
  return names === '' ? 'Nobody else' : names;
}

export function useChannelName(channel: Channel | undefined): string {
  return useStore((state) => (channel === undefined ? '' : isPrivate(channel) ? privateName(channel, state.users, state.relationships) : (channel.name ?? '')));
}

/** What is written before a channel's name. */
export const signOf = (channel: Channel) => (channel.type === ChannelType.Direct ? '@' : '#');

/** What ids stand for here: nicknames of the guild first. */
export function useNames(guild: Guild | undefined): Names {
  const users = useStore((state) => state.users);
  return useMemo(
    () => ({
      user: (id) => guild?.members[id]?.nick ?? (users[id] === undefined ? undefined : displayName(users[id])),
      role: (id) => guild?.roles.find((role) => role.id === id)?.name,
      channel: (id) => channelIn(guild, id)?.name ?? undefined,
    }),
    [guild, users],
  );
}

/** RGB as the style sheet takes it; undefined: none. */
export const cssColor = (color: number | undefined) => (color === undefined || color === 0 ? undefined : `#${color.toString(16).padStart(6, '0')}`);
