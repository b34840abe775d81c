import { create } from 'zustand';
import type { Link } from './gateway';
import * as timelines from './timeline';
import { emptyTimeline, type Timeline } from './timeline';
import { ChannelType, type Channel, type Dispatch, type GuildPayload, type Member, type Message, type Role, type User } from './types';

/** A guild, as the client keeps it. */
export interface Guild {
  readonly id: string;
  readonly name: string;
  /** False while the server has it switched off, or its GUILD_CREATE has not come yet. */
  readonly available: boolean;
  readonly channels: readonly Channel[];
  readonly roles: readonly Role[];
  /** Nicknames by user id, of the members that were seen. */
  readonly nicks: Readonly<Record<string, string>>;
}

export interface State {
  /** Null: nobody is logged in. */
  readonly token: string | null;
  readonly link: Link;
  readonly me: User | null;
  /** By id; null before READY. */
  readonly guilds: Readonly<Record<string, Guild>> | null;
  /** The code of the invite that the account was just made with: the server has let it in already. */
  readonly registeredWith: string | null;
  /** A guild that was just made or joined and whose GUILD_CREATE has not come yet. */
  readonly entering: string | null;
  /** By channel id; only of channels that were opened. */
  readonly timelines: Readonly<Record<string, Timeline>>;
  /** What stands unsent in the box of each channel. */
  readonly drafts: Readonly<Record<string, string>>;
  /** Names of users that were seen, by id, for mentions. */
  readonly names: Readonly<Record<string, string>>;
  /** The channel whose reader is not at its end, so that nothing is cut off under their eyes. */
  readonly scrolledUp: string | null;
}

export const loggedOut: State = {
  token: null,
  link: 'connecting',
  me: null,
  guilds: null,
  registeredWith: null,
  entering: null,
  timelines: {},
  drafts: {},
  names: {},
  scrolledUp: null,
};

export const useStore = create<State>(() => loggedOut);

export const displayName = (user: User) => user.global_name ?? user.username;

/** The state after one dispatch. */
export function reduce(state: State, { t, d }: Dispatch): Partial<State> {
  switch (t) {
    case 'READY':
      return {
        me: d.user,
        names: { ...state.names, ...namesIn(d.guilds.flatMap(({ members }) => members ?? [])), [d.user.id]: displayName(d.user) },
        entering: d.guilds.some(({ id, unavailable }) => id === state.entering && unavailable !== true) ? null : state.entering,
        // Whole, or stubs that a GUILD_CREATE fills.
        guilds: Object.fromEntries(d.guilds.map((guild) => [guild.id, guildFrom(guild, state.guilds?.[guild.id])])),
        timelines: Object.fromEntries(Object.entries(state.timelines).map(([id, timeline]) => [id, timelines.gap(timeline)])),
      };
    case 'GUILD_CREATE':
    case 'GUILD_UPDATE':
      return {
        guilds: { ...state.guilds, [d.id]: guildFrom(d, state.guilds?.[d.id]) },
        names: { ...state.names, ...namesIn(d.members ?? []) },
        entering: state.entering === d.id ? null : state.entering,
      };
    case 'GUILD_DELETE': {
      if (d.unavailable === true) return inGuild(state, d.id, (guild) => ({ ...guild, available: false }));
      const { [d.id]: _, ...guilds } = state.guilds ?? {};
      return { guilds, entering: state.entering === d.id ? null : state.entering };
    }
    case 'GUILD_ROLE_CREATE':
    case 'GUILD_ROLE_UPDATE':
      return inGuild(state, d.guild_id, (guild) => ({ ...guild, roles: [...without(guild.roles, d.role.id), d.role] }));
    case 'GUILD_ROLE_DELETE':
      return inGuild(state, d.guild_id, (guild) => ({ ...guild, roles: without(guild.roles, d.role_id) }));
    case 'GUILD_MEMBER_UPDATE':
      return { ...seen(state, d.guild_id, d.user, d) };
    case 'CHANNEL_CREATE':
    case 'CHANNEL_UPDATE':
      return inGuild(state, d.guild_id, (guild) => ({ ...guild, channels: [...without(guild.channels, d.id), d] }));
    case 'CHANNEL_DELETE': {
      const { [d.id]: _, ...rest } = state.timelines;
      return { ...inGuild(state, d.guild_id, (guild) => ({ ...guild, channels: without(guild.channels, d.id) })), timelines: rest };
    }
    case 'MESSAGE_CREATE':
      return { ...seen(state, d.guild_id, d.author, d.member), ...message(state, d) };
    case 'MESSAGE_UPDATE':
      return inTimeline(state, d.channel_id, (timeline) => timelines.changed(timeline, d));
    case 'MESSAGE_DELETE':
      return inTimeline(state, d.channel_id, (timeline) => timelines.deleted(timeline, [d.id]));
    case 'MESSAGE_DELETE_BULK':
      return inTimeline(state, d.channel_id, (timeline) => timelines.deleted(timeline, d.ids));
    case 'USER_UPDATE':
      return d.id === state.me?.id ? { me: d, names: { ...state.names, [d.id]: displayName(d) } } : {};
    default:
      return {};
  }
}

/** A change to one channel's timeline, if that channel was opened. */
export function inTimeline(state: State, channel: string, change: (timeline: Timeline) => Timeline): Partial<State> {
  const timeline = state.timelines[channel];
  return timeline === undefined ? {} : { timelines: { ...state.timelines, [channel]: change(timeline) } };
}

/** The same, opening it. */
export function openTimeline(state: State, channel: string, change: (timeline: Timeline) => Timeline): Partial<State> {
  return { timelines: { ...state.timelines, [channel]: change(state.timelines[channel] ?? emptyTimeline) } };
}

/** A stored message, from an event or as the answer to sending it. */
export function message(state: State, stored: Message): Partial<State> {
  const mine = stored.author.id === state.me?.id;
  return inTimeline(state, stored.channel_id, (timeline) => {
    const next = timelines.stored(timeline, stored, mine);
    return state.scrolledUp === stored.channel_id ? next : timelines.trimmed(next);
  });
}

export const isText = (channel: Channel) => channel.type === ChannelType.Text || channel.type === ChannelType.Announcement;
export const isVoice = (channel: Channel) => channel.type === ChannelType.Voice || channel.type === ChannelType.Stage;

export interface ChannelGroup {
  category: Channel | null;
  channels: Channel[];
}

/** Channels as they stand in the list: those without a category first, then the categories; in each, text before voice. */
export function grouped(channels: readonly Channel[]): ChannelGroup[] {
  const categories = channels.filter((channel) => channel.type === ChannelType.Category).sort(byPosition);
  const groups: ChannelGroup[] = [{ category: null, channels: [] }, ...categories.map((category) => ({ category, channels: [] as Channel[] }))];
  for (const channel of [...channels].sort((a, b) => Number(isVoice(a)) - Number(isVoice(b)) || byPosition(a, b))) {
    if (!isText(channel) && !isVoice(channel)) continue;
    const group = groups.find(({ category }) => category !== null && category.id === channel.parent_id) ?? groups[0];
    group?.channels.push(channel);
  }
  return groups.filter((group) => group.channels.length > 0);
}

/** The channel that opens when a guild is chosen. */
export function firstText(guild: Guild): Channel | undefined {
  return grouped(guild.channels).flatMap((group) => group.channels).find(isText);
}

function byPosition(a: Channel, b: Channel): number {
  return (a.position ?? 0) - (b.position ?? 0) || timelines.compareIds(a.id, b.id);
}

function guildFrom(payload: GuildPayload, known: Guild | undefined): Guild {
  const nicks = payload.members?.flatMap(({ user, nick }) => (user !== undefined && nick != null ? [[user.id, nick] as const] : []));
  return {
    id: payload.id,
    name: payload.name ?? payload.properties?.name ?? known?.name ?? '',
    available: payload.unavailable !== true,
    channels: payload.channels ?? known?.channels ?? [],
    roles: payload.roles ?? known?.roles ?? [],
    nicks: { ...known?.nicks, ...(nicks === undefined ? {} : Object.fromEntries(nicks)) },
  };
}

function inGuild(state: State, id: string | undefined, change: (guild: Guild) => Guild): Partial<State> {
  const guild = id === undefined ? undefined : state.guilds?.[id];
  return guild === undefined ? {} : { guilds: { ...state.guilds, [guild.id]: change(guild) } };
}

/** Takes note of what somebody is called, in general and in one guild. */
function seen(state: State, guildId: string | undefined, user: User | undefined, member: Member | undefined): Partial<State> {
  if (user === undefined) return {};
  const names = state.names[user.id] === displayName(user) ? {} : { names: { ...state.names, [user.id]: displayName(user) } };
  const known = guildId === undefined ? undefined : state.guilds?.[guildId]?.nicks[user.id];
  if (member === undefined || (member.nick ?? undefined) === known) return names;
  const change = (guild: Guild) => {
    const { [user.id]: _, ...others } = guild.nicks;
    return { ...guild, nicks: member.nick == null ? others : { ...others, [user.id]: member.nick } };
  };
  return { ...names, ...inGuild(state, guildId, change) };
}

function namesIn(members: readonly Member[]): Record<string, string> {
  return Object.fromEntries(members.flatMap(({ user }) => (user === undefined ? [] : [[user.id, displayName(user)] as const])));
}

function without<T extends { id: string }>(list: readonly T[], id: string): T[] {
  return list.filter((item) => item.id !== id);
}
