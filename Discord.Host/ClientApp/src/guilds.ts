import { has, inChannel, inGuild, isThread, Permission } from './permissions';
import { compareIds } from './timeline';
import { ChannelType, type Channel, type Emoji, type GuildPayload, type Member, type Role, type StageInstance } from './types';

/** A guild, as the client keeps it. */
export interface Guild {
  readonly id: string;
  readonly name: string;
  readonly icon: string | null;
  readonly ownerId: string | undefined;
  /** False while the server has it switched off, or its GUILD_CREATE has not come yet. */
  readonly available: boolean;
  /** Messages from before one came are not new: the first id that could be. */
  readonly joined: string;
  /** Without the threads. */
  readonly channels: readonly Channel[];
  /** The active ones that one may see, and archived ones that were opened. */
  readonly threads: readonly Channel[];
  readonly roles: readonly Role[];
  readonly emojis: readonly Emoji[];
  /** Those that were seen, by user id; oneself among them. */
  readonly members: Readonly<Record<string, Member>>;
  /** What goes on on its stages. */
  readonly stages: readonly StageInstance[];
}

export function guildFrom(payload: GuildPayload, known: Guild | undefined): Guild {
  const { properties } = payload;
  return {
    id: payload.id,
    name: payload.name ?? properties?.name ?? known?.name ?? '',
    icon: payload.icon ?? properties?.icon ?? (payload.icon === undefined && properties?.icon === undefined ? (known?.icon ?? null) : null),
    ownerId: payload.owner_id ?? properties?.owner_id ?? known?.ownerId,
    available: payload.unavailable !== true,
    joined: payload.joined_at == null ? (known?.joined ?? '0') : idAt(payload.joined_at),
    channels: payload.channels ?? known?.channels ?? [],
    threads: payload.threads ?? known?.threads ?? [],
    roles: payload.roles ?? known?.roles ?? [],
    emojis: payload.emojis ?? known?.emojis ?? [],
    members: { ...known?.members, ...membersById(payload.members ?? []) },
    stages: payload.stage_instances ?? known?.stages ?? [],
  };
}

export function membersById(members: readonly Member[]): Record<string, Member> {
  return Object.fromEntries(members.flatMap((member) => (member.user === undefined ? [] : [[member.user.id, member] as const])));
}

/** The lowest id that something made at this time can have. */
export function idAt(timestamp: string): string {
  const ms = Date.parse(timestamp);
  return Number.isNaN(ms) ? '0' : String((BigInt(ms) - 1_420_070_400_000n) << 22n);
}

export const isText = ({ type }: Channel) => type === ChannelType.Text || type === ChannelType.Announcement;
export const isVoice = ({ type }: Channel) => type === ChannelType.Voice || type === ChannelType.Stage;
export const isForum = ({ type }: Channel) => type === ChannelType.Forum || type === ChannelType.Media;
export const isPrivate = ({ type }: Channel) => type === ChannelType.Direct || type === ChannelType.Group;
/** Whether this page has something to show for it. */
export const opens = (channel: Channel) => isText(channel) || isForum(channel) || isVoice(channel) || isThread(channel);

export interface ChannelGroup {
  category: Channel | null;
  channels: Channel[];
}

/** Channels as they stand in the list: those without a category first, then the categories; in each, text before voice. */
export function grouped(channels: readonly Channel[]): ChannelGroup[] {
  const categories = channels.filter((channel) => channel.type === ChannelType.Category).sort(byPosition);
  const groups: ChannelGroup[] = [{ category: null, channels: [] }, ...categories.map((category) => ({ category, channels: [] as Channel[] }))];
  for (const channel of [...channels].sort((a, b) => Number(isVoice(a)) - Number(isVoice(b)) || byPosition(a, b))) {
    if (!opens(channel)) continue;
    const group = groups.find(({ category }) => category !== null && category.id === channel.parent_id) ?? groups[0];
    group?.channels.push(channel);
  }
  return groups.filter((group) => group.channels.length > 0);
}

/** The channel that opens when a guild is chosen. */
export function firstText(guild: Guild): Channel | undefined {
  return grouped(guild.channels).flatMap((group) => group.channels).find(isText);
}

export const channelIn = (guild: Guild | undefined, id: string | undefined) => guild?.channels.find((channel) => channel.id === id) ?? guild?.threads.find((thread) => thread.id === id);

/** The channel whose overwrites count: a thread's are its parent's. */
export const ruling = (guild: Guild, channel: Channel) => (isThread(channel) ? (guild.channels.find(({ id }) => id === channel.parent_id) ?? channel) : channel);

/** What one may do, in a channel or in the guild at large. */
export function mayIn(guild: Guild, me: string | undefined, channel?: Channel): (wanted: bigint) => boolean {
  if (me === undefined) return () => false;
  const member = guild.members[me];
  const held = channel === undefined ? inGuild(guild, me, member) : inChannel(guild, me, member, ruling(guild, channel).permission_overwrites ?? []);
  return (wanted) => has(held, wanted);
}

/** Whether `member` may see `channel`. */
export const sees = (guild: Guild, userId: string, channel: Channel) => has(inChannel(guild, userId, guild.members[userId], ruling(guild, channel).permission_overwrites ?? []), Permission.ViewChannel);

export function byPosition(a: Channel, b: Channel): number {
  return (a.position ?? 0) - (b.position ?? 0) || compareIds(a.id, b.id);
}

/** The colour of the highest role that has one; 0: none. */
export function colorOf(guild: Guild, member: Member | undefined): number {
  let best: Role | undefined;
  for (const role of guild.roles) {
    if ((role.color ?? 0) !== 0 && member?.roles?.includes(role.id) === true && (best === undefined || (role.position ?? 0) > (best.position ?? 0))) best = role;
  }
  return best?.color ?? 0;
}

export function without<T extends { id: string }>(list: readonly T[], id: string): T[] {
  return list.filter((item) => item.id !== id);
}
