import { useMemo } from 'react';
import { isText, type Guild } from '../guilds';
import { useStore } from '../store';
import type { User } from '../types';
import type { Nameable } from '../wire';

/** Everybody and everything that a text written here can name. `more`: people that are known from the text itself. */
export function useNameables(guild: Guild | undefined, more?: readonly User[]): Nameable[] {
  const users = useStore((state) => state.users);
  return useMemo(() => {
    const people = new Map([...Object.keys(guild?.members ?? {}), ...(guild === undefined ? Object.keys(users) : [])].flatMap((id) => (users[id] === undefined ? [] : [[id, users[id].username] as const])));
    for (const user of more ?? []) people.set(user.id, user.username);
    return [
      ...[...people].map(([id, name]) => ({ sign: '@', name, wire: `<@${id}>` }) as const),
      ...(guild?.roles ?? []).filter(({ id }) => id !== guild?.id).map(({ id, name }) => ({ sign: '@', name, wire: `<@&${id}>` }) as const),
      ...(guild?.channels ?? []).filter(isText).map(({ id, name }) => ({ sign: '#', name: name ?? '', wire: `<#${id}>` }) as const),
      ...(guild?.emojis ?? []).map(({ id, name, animated }) => ({ sign: ':', name: name ?? '', wire: `<${animated === true ? 'a' : ''}:${name}:${id}>` }) as const),
    ].filter(({ name }) => name !== '');
  }, [guild, users, more]);
}
