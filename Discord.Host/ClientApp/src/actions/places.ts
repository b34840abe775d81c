import { api } from '../api';
import { ApiError } from '../call';
import { Op } from '../gateway';
import { channelPath, inviteCode, navigate } from '../route';
import { reduce, useStore } from '../store';
import { own } from '../reads';
import { windowSize } from '../memberlist';
import type { Channel } from '../types';
import { ask, tell, watch } from './session';

const { getState: get, setState: set } = useStore;

export async function createGuild(name: string): Promise<void> {
  openGuild((await ask(api.createGuild(name))).id);
}

export async function joinGuild(pasted: string): Promise<void> {
  const code = inviteCode(pasted);
  if (code === '') throw new ApiError(400, 0, 'That is no invite link or code.');
  const invite = await ask(api.join(code));
  if (invite.guild !== undefined) openGuild(invite.guild.id);
}

/** Goes to a guild whose GUILD_CREATE may still be on its way. */
export function openGuild(guild: string): void {
  if (get().guilds?.[guild] === undefined) set({ entering: guild });
  navigate(channelPath(guild));
}

/** Goes to the conversation with one person, or begins a group with several. */
export async function openDirect(...users: string[]): Promise<void> {
  const [user] = users;
  const known = users.length === 1 ? Object.values(get().privates).find(({ type, recipients }) => type === 1 && recipients?.[0]?.id === user) : undefined;
  const channel = known ?? (await ask(api.openDirect(users)));
  keep(channel);
  navigate(channelPath(own, channel.id));
}

/** Closes a conversation, or leaves a group. */
export async function closeDirect(channel: Channel): Promise<void> {
  await ask(api.deleteChannel(channel.id));
  set((state) => reduce(state, { t: 'CHANNEL_DELETE', d: channel }));
}

/** What an answer says of a channel is what its event will say. */
export const keep = (channel: Channel) => set((state) => reduce(state, { t: 'CHANNEL_UPDATE', d: channel }));

/** Which rows of a channel's member list are on the screen: the server tells of these and no others. */
export function watchMembers(guild: string, channel: string, first: number, last: number): void {
  const from = Math.floor(first / windowSize) * windowSize;
  // The first window is always kept; of the others at most two, which is more than any screen shows.
  const starts = [...new Set([0, from, Math.floor(last / windowSize) * windowSize])];
  watch(guild, { [channel]: starts.map((start) => [start, start + windowSize - 1]) });
}

/** Asks for members by the beginning of their names; they come as events. */
export const findMembers = (guild: string, query: string) => tell(Op.RequestMembers, { guild_id: [guild], query, limit: 10 });

/** Asks for members by id, so that their names and roles are known. */
export const meetMembers = (guild: string, users: readonly string[]) => tell(Op.RequestMembers, { guild_id: [guild], user_ids: users.slice(0, 100) });
