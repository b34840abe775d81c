import { create } from 'zustand';
import type { Link } from './gateway';
import { guildFrom, membersById, without, type Guild } from './guilds';
import { broughtBy, updated, type MemberList } from './memberlist';
import { acked, counted, latestIn, listed, notifyingFrom, own, readingsFrom, type Notifying, type Reading } from './reads';
import * as timelines from './timeline';
import { emptyTimeline, type Timeline } from './timeline';
import { nobodySpeaks, reduceVoice, voicesWith, type VoiceHouse } from './voices';
import { RelationshipType, type Account, type Channel, type Dispatch, type Member, type Message, type Presence, type Relationship, type User, type UserSettings } from './types';

export interface State extends VoiceHouse {
  /** Null: nobody is logged in. */
  readonly token: string | null;
  readonly link: Link;
  /** Of the gateway; null before READY. */
  readonly session: string | null;
  readonly me: Account | null;
  readonly settings: UserSettings;
  /** By id; null before READY. */
  readonly guilds: Readonly<Record<string, Guild>> | null;
  /** Direct messages and groups, by id. */
  readonly privates: Readonly<Record<string, Channel>>;
  /** By the other's id. */
  readonly relationships: Readonly<Record<string, Relationship>>;
  /** Whoever was seen, by id. */
  readonly users: Readonly<Record<string, User>>;
  /** By user id. */
  readonly presences: Readonly<Record<string, Presence>>;
  /** What one wrote down about others, by user id. */
  readonly notes: Readonly<Record<string, string>>;
  readonly reads: Readonly<Record<string, Reading>>;
  /** The newest message of each channel. */
  readonly latest: Readonly<Record<string, string>>;
  readonly notify: Notifying;
  /** Member lists by guild and by the name that the server gives them. */
  readonly lists: Readonly<Record<string, Readonly<Record<string, MemberList>>>>;
  /** Who is writing: until when, in milliseconds since 1970, by channel and user. */
  readonly typing: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The code of the invite that the account was just made with: the server has let it in already. */
  readonly registeredWith: string | null;
  /** A guild that was just made or joined and whose GUILD_CREATE has not come yet. */
  readonly entering: string | null;
  /** By channel id; only of channels that were opened. */
  readonly timelines: Readonly<Record<string, Timeline>>;
  /** What stands unsent in the box of each channel. */
  readonly drafts: Readonly<Record<string, string>>;
  /** The channel whose reader is not at its end, so that nothing is cut off under their eyes. */
  readonly scrolledUp: string | null;
  /** The channel that was marked unread by hand: it stays so while it is open, though its end is on the screen. */
  readonly keptUnread: string | null;
  /** Why something that was done with one press did not work; shown for a moment. */
  readonly notice: string | null;
  /** The codes of a second factor that was just turned on, until they were written down: they are shown once. */
  readonly backupCodes: readonly string[] | null;
}

export const loggedOut: State = {
  token: null,
  ...nobodySpeaks,
  link: 'connecting',
  session: null,
  me: null,
  settings: {},
  guilds: null,
  privates: {},
  relationships: {},
  users: {},
  presences: {},
  notes: {},
  reads: {},
  latest: {},
  notify: {},
  lists: {},
  typing: {},
  registeredWith: null,
  entering: null,
  timelines: {},
  drafts: {},
  scrolledUp: null,
  keptUnread: null,
  notice: null,
  backupCodes: null,
};

export const useStore = create<State>(() => loggedOut);

export const displayName = (user: User) => user.global_name ?? user.username;

/** How long somebody counts as writing after they said so, in milliseconds. */
const typingFor = 10_000;

/** The state after one dispatch. */
export function reduce(state: State, dispatch: Dispatch): Partial<State> {
  const { t, d } = dispatch;
  switch (t) {
    case 'READY': {
      const privates = d.private_channels ?? [];
      const relationships = d.relationships ?? [];
      return {
        ...nobodySpeaks,
        session: d.session_id,
        voices: voicesWith({}, d.guilds),
        me: d.user,
        settings: d.user_settings ?? {},
        users: usersIn(state, d.user, ...privates.flatMap(({ recipients = [] }) => recipients), ...relationships.map(({ user }) => user), ...d.guilds.flatMap(({ members = [] }) => members.map(({ user }) => user))),
        guilds: byId(d.guilds.map((guild) => guildFrom(guild, state.guilds?.[guild.id]))),
        privates: byId(privates),
        relationships: byId(relationships),
        presences: presencesIn({}, ...(d.presences ?? []), ...d.guilds.flatMap(({ presences = [] }) => presences)),
        notes: d.notes ?? {},
        reads: readingsFrom(listed(d.read_state)),
        latest: latestIn([...privates, ...d.guilds.flatMap(({ channels = [], threads = [] }) => [...channels, ...threads])]),
        notify: notifyingFrom(listed(d.user_guild_settings)),
        lists: {},
        entering: d.guilds.some(({ id, unavailable }) => id === state.entering && unavailable !== true) ? null : state.entering,
        timelines: Object.fromEntries(Object.entries(state.timelines).map(([id, timeline]) => [id, timelines.gap(timeline)])),
      };
    }
    case 'GUILD_CREATE':
    case 'GUILD_UPDATE':
      return {
        guilds: { ...state.guilds, [d.id]: guildFrom(d, state.guilds?.[d.id]) },
        users: usersIn(state, ...(d.members ?? []).map(({ user }) => user)),
        voices: voicesWith(state.voices, [d]),
        presences: presencesIn(state.presences, ...(d.presences ?? [])),
        latest: { ...state.latest, ...latestIn([...(d.channels ?? []), ...(d.threads ?? [])]) },
        entering: state.entering === d.id ? null : state.entering,
      };
    case 'GUILD_DELETE': {
      if (d.unavailable === true) return inGuild(state, d.id, (guild) => ({ ...guild, available: false }));
      const { [d.id]: _, ...guilds } = state.guilds ?? {};
      const { [d.id]: _voices, ...voices } = state.voices;
      return { guilds, voices, entering: state.entering === d.id ? null : state.entering };
    }
    case 'GUILD_ROLE_CREATE':
    case 'GUILD_ROLE_UPDATE':
      return inGuild(state, d.guild_id, (guild) => ({ ...guild, roles: [...without(guild.roles, d.role.id), d.role] }));
    case 'GUILD_ROLE_DELETE':
      return inGuild(state, d.guild_id, (guild) => ({ ...guild, roles: without(guild.roles, d.role_id) }));
    case 'GUILD_EMOJIS_UPDATE':
      return inGuild(state, d.guild_id, (guild) => ({ ...guild, emojis: d.emojis }));
    case 'GUILD_MEMBER_ADD':
    case 'GUILD_MEMBER_UPDATE':
      return seen(state, d.guild_id, [d]);
    case 'GUILD_MEMBER_REMOVE':
      return inGuild(state, d.guild_id, (guild) => {
        const { [d.user.id]: _, ...members } = guild.members;
        return { ...guild, members };
      });
    case 'GUILD_MEMBERS_CHUNK':
      return { ...seen(state, d.guild_id, d.members), presences: presencesIn(state.presences, ...(d.presences ?? [])) };
    case 'GUILD_MEMBER_LIST_UPDATE': {
      const members = broughtBy(d);
      const lists = state.lists[d.guild_id];
      return {
        ...seen(state, d.guild_id, members),
        presences: presencesIn(state.presences, ...members.flatMap(({ user, presence }) => [{ status: 'offline' as const, ...presence, user }])),
        lists: { ...state.lists, [d.guild_id]: { ...lists, [d.id]: updated(lists?.[d.id], d) } },
      };
    }
    case 'CHANNEL_CREATE':
    case 'CHANNEL_UPDATE':
      if (d.guild_id === undefined) return { privates: { ...state.privates, [d.id]: { ...state.privates[d.id], ...d } }, users: usersIn(state, ...(d.recipients ?? [])), ...newest(state, [d]) };
      return { ...inGuild(state, d.guild_id, (guild) => ({ ...guild, channels: [...without(guild.channels, d.id), d] })), ...newest(state, [d]) };
    case 'CHANNEL_DELETE': {
      const { [d.id]: _timeline, ...rest } = state.timelines;
      const { [d.id]: _private, ...privates } = state.privates;
      const gone = (guild: Guild) => ({ ...guild, channels: without(guild.channels, d.id), threads: guild.threads.filter(({ parent_id }) => parent_id !== d.id) });
      return { ...inGuild(state, d.guild_id, gone), privates, timelines: rest };
    }
    case 'CHANNEL_RECIPIENT_ADD':
      return { ...inPrivate(state, d.channel_id, (recipients) => [...without(recipients, d.user.id), d.user]), users: usersIn(state, d.user) };
    case 'CHANNEL_RECIPIENT_REMOVE':
      return inPrivate(state, d.channel_id, (recipients) => without(recipients, d.user.id));
    case 'CHANNEL_UNREAD_UPDATE':
      return newest(state, d.channel_unread_updates);
    case 'THREAD_CREATE':
    case 'THREAD_UPDATE':
      return { ...inGuild(state, d.guild_id, (guild) => withThread(guild, d)), ...newest(state, [d]) };
    case 'THREAD_DELETE': {
      const { [d.id]: _, ...rest } = state.timelines;
      return { ...inGuild(state, d.guild_id, (guild) => ({ ...guild, threads: without(guild.threads, d.id) })), timelines: rest };
    }
    case 'THREAD_LIST_SYNC':
      return {
        ...inGuild(state, d.guild_id, (guild) => {
          const others = guild.threads.filter(({ parent_id }) => d.channel_ids !== undefined && !d.channel_ids.includes(parent_id ?? ''));
          return { ...guild, threads: [...others, ...d.threads] };
        }),
        ...newest(state, d.threads),
      };
    case 'THREAD_MEMBER_UPDATE':
      return inThread(state, d.guild_id, d.id, (thread) => ({ ...thread, member: d }));
    case 'THREAD_MEMBERS_UPDATE': {
      const me = state.me?.id ?? '';
      if (d.removed_member_ids?.includes(me) === true) return inThread(state, d.guild_id, d.id, ({ member: _, ...thread }) => thread);
      const mine = d.added_members?.find(({ user_id }) => user_id === me);
      return mine === undefined ? {} : inThread(state, d.guild_id, d.id, (thread) => ({ ...thread, member: mine }));
    }
    case 'MESSAGE_CREATE':
      return received(state, d);
    case 'MESSAGE_UPDATE':
      return inTimeline(state, d.channel_id, (timeline) => timelines.changed(timeline, edited(d)));
    case 'MESSAGE_DELETE':
      return inTimeline(state, d.channel_id, (timeline) => timelines.deleted(timeline, [d.id]));
    case 'MESSAGE_DELETE_BULK':
      return inTimeline(state, d.channel_id, (timeline) => timelines.deleted(timeline, d.ids));
    case 'MESSAGE_REACTION_ADD':
      return inTimeline(state, d.channel_id, (timeline) => timelines.reacted(timeline, d.message_id, d.emoji, 1, d.user_id === state.me?.id));
    case 'MESSAGE_REACTION_REMOVE':
      return inTimeline(state, d.channel_id, (timeline) => timelines.reacted(timeline, d.message_id, d.emoji, -1, d.user_id === state.me?.id));
    case 'MESSAGE_REACTION_REMOVE_ALL':
      return inTimeline(state, d.channel_id, (timeline) => timelines.changed(timeline, { id: d.message_id, reactions: [] }));
    case 'MESSAGE_REACTION_REMOVE_EMOJI':
      return inTimeline(state, d.channel_id, (timeline) => timelines.withoutReaction(timeline, d.message_id, d.emoji));
    case 'MESSAGE_ACK':
      if ((d.ack_type ?? 0) !== 0) return {};
      return { reads: acked(state.reads, d.channel_id, d.message_id, d.mention_count ?? 0), ...(d.manual === true ? { keptUnread: d.channel_id } : {}) };
    case 'TYPING_START':
      return { ...(d.member === undefined ? {} : seen(state, d.guild_id, [d.member])), typing: writing(state, d.channel_id, d.user_id, Date.now() + typingFor) };
    case 'PRESENCE_UPDATE':
      return { presences: presencesIn(state.presences, d) };
    case 'RELATIONSHIP_ADD':
      return { relationships: { ...state.relationships, [d.id]: d }, users: usersIn(state, d.user) };
    case 'RELATIONSHIP_UPDATE': {
      const known = state.relationships[d.id];
      return known === undefined ? {} : { relationships: { ...state.relationships, [d.id]: { ...known, ...d } } };
    }
    case 'RELATIONSHIP_REMOVE': {
      const { [d.id]: _, ...relationships } = state.relationships;
      return { relationships };
    }
    case 'USER_UPDATE':
      return { ...(d.id === state.me?.id ? { me: { ...state.me, ...d } } : {}), users: usersIn(state, d) };
    case 'USER_SETTINGS_UPDATE':
      return { settings: { ...state.settings, ...d } };
    case 'USER_GUILD_SETTINGS_UPDATE':
      return { notify: { ...state.notify, [d.guild_id ?? own]: d } };
    case 'USER_NOTE_UPDATE':
      return { notes: { ...state.notes, [d.id]: d.note } };
    case 'STAGE_INSTANCE_CREATE':
    case 'STAGE_INSTANCE_UPDATE':
      return inGuild(state, d.guild_id, (guild) => ({ ...guild, stages: [...without(guild.stages, d.id), d] }));
    case 'STAGE_INSTANCE_DELETE':
      return inGuild(state, d.guild_id, (guild) => ({ ...guild, stages: without(guild.stages, d.id) }));
    case 'VOICE_STATE_UPDATE':
      return { ...(d.member === undefined ? {} : seen(state, d.guild_id ?? undefined, [d.member])), ...reduceVoice(state, dispatch) };
    default:
      return reduceVoice(state, dispatch);
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

/** Guild, thread or direct message: wherever a channel is known. */
export function findChannel(state: State, id: string): { guild: Guild | undefined; channel: Channel } | undefined {
  const direct = state.privates[id];
  if (direct !== undefined) return { guild: undefined, channel: direct };
  for (const guild of Object.values(state.guilds ?? {})) {
    const channel = guild.channels.find((one) => one.id === id) ?? guild.threads.find((one) => one.id === id);
    if (channel !== undefined) return { guild, channel };
  }
  return undefined;
}

/** Takes in people that came with an answer, so that their names and pictures are known. */
export const met = (state: State, guildId: string | undefined, members: readonly Member[]) => seen(state, guildId, members);

export function withThread(guild: Guild, thread: Channel): Guild {
  // Events about a thread do not repeat whether one is in it.
  const known = guild.threads.find(({ id }) => id === thread.id);
  const merged = thread.member === undefined && known?.member !== undefined ? { ...thread, member: known.member } : thread;
  return { ...guild, threads: [...without(guild.threads, thread.id), merged] };
}

function received(state: State, stored: Message): Partial<State> {
  const { author, member, guild_id, channel_id } = stored;
  const guild = guild_id === undefined ? undefined : state.guilds?.[guild_id];
  const people = seen(state, guild_id, [{ ...member, user: author }, ...(stored.mentions ?? []).map(({ member: inGuild, ...user }) => ({ ...inGuild, user }))]);
  const known = stored.webhook_id === undefined ? people : {};
  return {
    ...known,
    // The server tells of no thread that it has one more message: the message itself does.
    ...(guild?.threads.some(({ id }) => id === channel_id) === true
      ? inThread({ ...state, ...known }, guild.id, channel_id, (thread) => ({ ...thread, message_count: (thread.message_count ?? 0) + 1 }))
      : {}),
    ...counted(state, stored, state.me?.id, guild, state.relationships[author.id]?.type === RelationshipType.Blocked),
    ...(state.typing[channel_id]?.[author.id] === undefined ? {} : { typing: writing(state, channel_id, author.id, 0) }),
    ...message(state, stored),
  };
}

/** An event is the same for everybody: which of the reactions are one's own it does not know. */
function edited<T extends Partial<Message>>({ reactions: _, ...change }: T): Omit<T, 'reactions'> {
  return change;
}

export function inGuild(state: State, id: string | undefined, change: (guild: Guild) => Guild): Partial<State> {
  const guild = id === undefined ? undefined : state.guilds?.[id];
  return guild === undefined ? {} : { guilds: { ...state.guilds, [guild.id]: change(guild) } };
}

function inThread(state: State, guildId: string, id: string, change: (thread: Channel) => Channel): Partial<State> {
  return inGuild(state, guildId, (guild) => ({ ...guild, threads: guild.threads.map((thread) => (thread.id === id ? change(thread) : thread)) }));
}

function inPrivate(state: State, id: string, change: (recipients: readonly User[]) => User[]): Partial<State> {
  const known = state.privates[id];
  return known === undefined ? {} : { privates: { ...state.privates, [id]: { ...known, recipients: change(known.recipients ?? []) } } };
}

/** Takes note of people, in general and, where more than a name is known, in one guild. */
function seen(state: State, guildId: string | undefined, members: readonly Member[]): Partial<State> {
  const users = usersIn(state, ...members.map(({ user }) => user));
  const inHouse = membersById(members.filter(({ roles, nick }) => roles !== undefined || nick !== undefined));
  if (Object.keys(inHouse).length === 0) return { users };
  return { users, ...inGuild(state, guildId, (guild) => (Object.entries(inHouse).every(([id, member]) => isKnown(guild.members[id], member)) ? guild : { ...guild, members: merged(guild.members, inHouse) })) };
}

const merged = (known: Readonly<Record<string, Member>>, fresh: Record<string, Member>) => ({ ...known, ...Object.fromEntries(Object.entries(fresh).map(([id, member]) => [id, { ...known[id], ...member }])) });

/** Nothing that is shown differs: then nothing has to be drawn again. */
const isKnown = (known: Member | undefined, fresh: Member) =>
  known !== undefined && known.nick === fresh.nick && known.avatar === fresh.avatar && known.communication_disabled_until === fresh.communication_disabled_until && String(known.roles) === String(fresh.roles);

function usersIn(state: State, ...users: readonly (User | undefined)[]): State['users'] {
  const fresh = users.filter((user): user is User => {
    const known = user === undefined ? undefined : state.users[user.id];
    return user !== undefined && (known === undefined || known.username !== user.username || known.global_name !== user.global_name || known.avatar !== user.avatar);
  });
  return fresh.length === 0 ? state.users : { ...state.users, ...byId(fresh) };
}

function presencesIn(known: State['presences'], ...presences: readonly Presence[]): State['presences'] {
  return presences.length === 0 ? known : { ...known, ...Object.fromEntries(presences.map((presence) => [presence.user.id, presence])) };
}

function newest(state: State, channels: readonly Pick<Channel, 'id' | 'last_message_id'>[]): Partial<State> {
  const later = channels.filter(({ id, last_message_id }) => last_message_id != null && timelines.compareIds(last_message_id, state.latest[id] ?? '0') > 0);
  return later.length === 0 ? {} : { latest: { ...state.latest, ...Object.fromEntries(later.map(({ id, last_message_id }) => [id, String(last_message_id)])) } };
}

const writing = (state: State, channel: string, user: string, until: number): State['typing'] => ({ ...state.typing, [channel]: { ...state.typing[channel], [user]: until } });

const byId = <T extends { id: string }>(list: readonly T[]): Record<string, T> => Object.fromEntries(list.map((item) => [item.id, item]));
