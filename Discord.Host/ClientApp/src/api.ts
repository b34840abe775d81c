import type { Route } from './call';
import type { Account, Ban, Channel, Emoji, GuildDetails, Invite, Member, Message, NotificationSettings, Overwrite, Profile, Role, StageInstance, Tag, User, UserSettings } from './types';

export interface Credentials {
  email: string;
  password: string;
}

/** What is asked for at a login: the token, or a code first. */
export type LoggedIn = { token?: string | null; ticket?: string };

export type Page = { limit: number; before?: string };

export interface Threads {
  threads: Channel[];
  has_more: boolean;
}

export interface PostedMessage {
  content: string;
  nonce: string;
  files?: readonly File[];
  /** The id of the message that it answers. */
  answers?: string | undefined;
  /** False: whom it answers is not told. */
  ping?: boolean;
}

export type ChannelForm = Partial<{
  name: string;
  type: number;
  topic: string;
  parent_id: string | null;
  rate_limit_per_user: number;
  nsfw: boolean;
  available_tags: Partial<Tag>[];
  position: number;
  archived: boolean;
  locked: boolean;
  user_limit: number;
}>;

/** Of somebody on a stage. */
export type VoiceForm = { channel_id: string; suppress?: boolean; request_to_speak_timestamp?: string | null };

export type RoleForm = Partial<{ name: string; permissions: string; color: number; hoist: boolean; mentionable: boolean }>;

export type InviteForm = { max_age: number; max_uses: number; temporary?: boolean };

export type NotificationForm = Partial<Omit<NotificationSettings, 'guild_id' | 'channel_overrides'>> & { channel_overrides?: Record<string, object> };

/** Path with every part escaped: what a person typed leads to no other route. */
const to = (parts: TemplateStringsArray, ...values: string[]) => String.raw({ raw: parts }, ...values.map(encodeURIComponent));

const query = (values: Record<string, string | number | boolean | undefined>) => {
  const known = Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
  return known.length === 0 ? '' : `?${new URLSearchParams(known)}`;
};

const get = <T>(path: string): Route<T> => ({ method: 'GET', path });
const post = <T>(path: string, body: object = {}): Route<T> => ({ method: 'POST', path, body });
const put = <T>(path: string, body?: object): Route<T> => ({ method: 'PUT', path, ...(body === undefined ? {} : { body }) });
const patch = <T>(path: string, body: object): Route<T> => ({ method: 'PATCH', path, body });
const remove = <T = void>(path: string): Route<T> => ({ method: 'DELETE', path });

/** For a person who waits at a form: told at once when there were too many tries. */
const atOnce = <T>(route: Route<T>): Route<T> => ({ ...route, patient: false });

/** An emoji in a path: the characters, or name and id. */
export const emojiKey = ({ id, name }: Emoji) => (id === null ? (name ?? '') : `${name}:${id}`);

/** The routes that this client calls. */
export const api = {
  register: (form: Credentials & { username: string; invite?: string }) => atOnce(post<{ token: string }>('/auth/register', form)),
  login: ({ email, password }: Credentials) => atOnce(post<LoggedIn>('/auth/login', { login: email, password })),
  loginWithCode: (ticket: string, code: string) => atOnce(post<{ token: string }>('/auth/mfa/totp', { ticket, code })),
  logout: (): Route<void> => ({ ...post<void>('/auth/logout'), outlives: true }),
  claimOwner: (claim: string) => atOnce(post<void>('/auth/claim-owner', { token: claim })),

  updateMe: (form: object) => atOnce(patch<Account & { token?: string | null }>('/users/@me', form)),
  updateProfile: (form: { bio: string; pronouns: string }) => atOnce(patch<object>('/users/@me/profile', form)),
  updateSettings: (form: UserSettings) => patch<UserSettings>('/users/@me/settings', form),
  enableTotp: (form: { password: string; secret: string; code: string }) => atOnce(post<{ token: string; backup_codes: { code: string }[] }>('/users/@me/mfa/totp/enable', form)),
  disableTotp: (code: string) => atOnce(post<{ token: string }>('/users/@me/mfa/totp/disable', { code })),
  profile: (user: string, guild?: string) => get<Profile>(to`/users/${user}/profile` + query({ with_mutual_guilds: true, with_mutual_friends_count: true, guild_id: guild })),
  note: (user: string, note: string) => put<void>(to`/users/@me/notes/${user}`, { note }),

  addFriend: (username: string) => atOnce(post<void>('/users/@me/relationships', { username })),
  relate: (user: string, type?: number) => put<void>(to`/users/@me/relationships/${user}`, type === undefined ? {} : { type }),
  unrelate: (user: string) => remove(to`/users/@me/relationships/${user}`),
  openDirect: (recipients: readonly string[]) => post<Channel>('/users/@me/channels', { recipients }),
  addRecipient: (channel: string, user: string) => put<unknown>(to`/channels/${channel}/recipients/${user}`),
  removeRecipient: (channel: string, user: string) => remove(to`/channels/${channel}/recipients/${user}`),

  createGuild: (name: string) => atOnce(post<{ id: string }>('/guilds', { name })),
  guild: (guild: string) => get<GuildDetails>(to`/guilds/${guild}`),
  updateGuild: (guild: string, form: object) => atOnce(patch<GuildDetails>(to`/guilds/${guild}`, form)),
  deleteGuild: (guild: string) => remove(to`/guilds/${guild}`),
  leaveGuild: (guild: string) => remove(to`/users/@me/guilds/${guild}`),
  bans: (guild: string, before?: string) => get<Ban[]>(to`/guilds/${guild}/bans` + query({ limit: 100, before })),
  ban: (guild: string, user: string, seconds: number) => put<void>(to`/guilds/${guild}/bans/${user}`, { delete_message_seconds: seconds }),
  unban: (guild: string, user: string) => remove(to`/guilds/${guild}/bans/${user}`),
  kick: (guild: string, user: string) => remove(to`/guilds/${guild}/members/${user}`),
  updateMember: (guild: string, user: string, form: object) => patch<Member>(to`/guilds/${guild}/members/${user}`, form),
  updateOwnMember: (guild: string, nick: string | null) => patch<Member>(to`/guilds/${guild}/members/@me`, { nick }),
  findMembers: (guild: string, name: string) => get<Member[]>(to`/guilds/${guild}/members/search` + query({ query: name, limit: 20 })),
  giveRole: (guild: string, user: string, role: string) => put<void>(to`/guilds/${guild}/members/${user}/roles/${role}`),
  takeRole: (guild: string, user: string, role: string) => remove(to`/guilds/${guild}/members/${user}/roles/${role}`),
  createRole: (guild: string, form: RoleForm) => post<Role>(to`/guilds/${guild}/roles`, form),
  updateRole: (guild: string, role: string, form: RoleForm) => atOnce(patch<Role>(to`/guilds/${guild}/roles/${role}`, form)),
  moveRoles: (guild: string, roles: readonly { id: string; position: number }[]) => patch<Role[]>(to`/guilds/${guild}/roles`, roles),
  deleteRole: (guild: string, role: string) => remove(to`/guilds/${guild}/roles/${role}`),
  createEmoji: (guild: string, name: string, image: string) => atOnce(post<Emoji>(to`/guilds/${guild}/emojis`, { name, image })),
  renameEmoji: (guild: string, emoji: string, name: string) => atOnce(patch<Emoji>(to`/guilds/${guild}/emojis/${emoji}`, { name })),
  deleteEmoji: (guild: string, emoji: string) => remove(to`/guilds/${guild}/emojis/${emoji}`),
  guildInvites: (guild: string) => get<Invite[]>(to`/guilds/${guild}/invites`),
  updateNotifications: (guild: string, form: NotificationForm) => patch<NotificationSettings>(to`/users/@me/guilds/${guild}/settings`, form),

  createChannel: (guild: string, form: ChannelForm) => atOnce(post<Channel>(to`/guilds/${guild}/channels`, form)),
  moveChannels: (guild: string, channels: readonly { id: string; position: number }[]) => patch<void>(to`/guilds/${guild}/channels`, channels),
  updateChannel: (channel: string, form: ChannelForm) => atOnce(patch<Channel>(to`/channels/${channel}`, form)),
  deleteChannel: (channel: string) => remove<unknown>(to`/channels/${channel}`),
  setOverwrite: (channel: string, { id, ...overwrite }: Overwrite) => put<void>(to`/channels/${channel}/permissions/${id}`, overwrite),
  deleteOverwrite: (channel: string, id: string) => remove(to`/channels/${channel}/permissions/${id}`),

  invite: (code: string) => get<Invite>(to`/invites/${code}` + query({ with_counts: true })),
  createInvite: (channel: string, form: InviteForm = { max_age: 604_800, max_uses: 0 }) => post<Invite>(to`/channels/${channel}/invites`, form),
  revokeInvite: (code: string) => remove<unknown>(to`/invites/${code}`),
  join: (code: string) => atOnce(post<Invite>(to`/invites/${code}`)),

  messages: (channel: string, page: Page) => get<Message[]>(to`/channels/${channel}/messages` + query({ ...page })),
  /** `nonce` with `enforce_nonce`: a message sent twice by a retry is stored once. */
  send: (channel: string, { content, nonce, files = [], answers, ping }: PostedMessage): Route<Message> => ({
    ...post<Message>(to`/channels/${channel}/messages`, {
      content,
      nonce,
      enforce_nonce: true,
      ...(answers === undefined ? {} : { message_reference: { message_id: answers, fail_if_not_exists: false }, allowed_mentions: { parse: ['users', 'roles', 'everyone'], replied_user: ping === true } }),
      ...(files.length === 0 ? {} : { attachments: files.map(({ name }, id) => ({ id, filename: name })) }),
    }),
    files,
  }),
  edit: (channel: string, message: string, content: string) => patch<Message>(to`/channels/${channel}/messages/${message}`, { content }),
  remove: (channel: string, message: string) => remove(to`/channels/${channel}/messages/${message}`),
  react: (channel: string, message: string, emoji: Emoji) => put<void>(to`/channels/${channel}/messages/${message}/reactions/${emojiKey(emoji)}/@me`),
  unreact: (channel: string, message: string, emoji: Emoji) => remove(to`/channels/${channel}/messages/${message}/reactions/${emojiKey(emoji)}/@me`),
  reactors: (channel: string, message: string, emoji: Emoji) => get<User[]>(to`/channels/${channel}/messages/${message}/reactions/${emojiKey(emoji)}` + query({ limit: 50 })),
  pins: (channel: string) => get<{ items: { pinned_at: string; message: Message }[]; has_more: boolean }>(to`/channels/${channel}/messages/pins` + query({ limit: 50 })),
  pin: (channel: string, message: string) => put<void>(to`/channels/${channel}/messages/pins/${message}`),
  unpin: (channel: string, message: string) => remove(to`/channels/${channel}/messages/pins/${message}`),
  typing: (channel: string) => post<unknown>(to`/channels/${channel}/typing`),
  ack: (channel: string, message: string, manual?: { mention_count: number }) => post<unknown>(to`/channels/${channel}/messages/${message}/ack`, manual === undefined ? { token: null } : { token: null, manual: true, ...manual }),
  ackAll: (states: readonly { channel_id: string; message_id: string }[]) => post<void>('/read-states/ack-bulk', { read_states: states.map((state) => ({ ...state, read_state_type: 0 })) }),
  refreshUrls: (urls: readonly string[]) => post<{ refreshed_urls: { original: string; refreshed: string }[] }>('/attachments/refresh-urls', { attachment_urls: urls }),

  startThread: (channel: string, message: string, name: string) => atOnce(post<Channel>(to`/channels/${channel}/messages/${message}/threads`, { name })),
  createThread: (channel: string, form: object, files: readonly File[] = []): Route<Channel> => ({ ...post<Channel>(to`/channels/${channel}/threads`, form), files, patient: false }),
  archivedThreads: (channel: string, before?: string) => get<Threads>(to`/channels/${channel}/threads/archived/public` + query({ limit: 50, before })),
  channel: (channel: string) => get<Channel>(to`/channels/${channel}`),
  ring: (channel: string) => post<void>(to`/channels/${channel}/call/ring`, { recipients: null }),
  stopRinging: (channel: string) => post<void>(to`/channels/${channel}/call/stop-ringing`),
  updateVoice: (guild: string, user: string, form: VoiceForm) => patch<void>(to`/guilds/${guild}/voice-states/${user}`, form),
  updateOwnVoice: (guild: string, form: VoiceForm) => patch<void>(to`/guilds/${guild}/voice-states/@me`, form),
  startStage: (channel: string, topic: string) => atOnce(post<StageInstance>('/stage-instances', { channel_id: channel, topic })),
  updateStage: (channel: string, topic: string) => atOnce(patch<StageInstance>(to`/stage-instances/${channel}`, { topic })),
  endStage: (channel: string) => remove(to`/stage-instances/${channel}`),

  joinThread: (thread: string) => put<void>(to`/channels/${thread}/thread-members/@me`),
  leaveThread: (thread: string) => remove(to`/channels/${thread}/thread-members/@me`),
};

export interface Instance {
  /** Shown wherever a product would show its brand. */
  name: string;
  /** The largest file that one may send, in bytes, ordinarily and with premium; null: the server does not say. */
  uploads: { plain: number; premium: number } | null;
  /** Where the page is served over https, which microphones need; null: the server does not say. */
  secure: string | null;
}

/** What the instance says of itself. */
export async function instance(): Promise<Instance> {
  const known: Instance = { name: 'Community Chat', uploads: null, secure: null };
  try {
    const response = await fetch('/instance.json', { credentials: 'omit' });
    const body = (response.ok ? await response.json() : null) as { name?: unknown; secure_url?: unknown; uploads?: { max_file_bytes?: unknown; max_premium_file_bytes?: unknown } } | null;
    if (typeof body?.name === 'string' && body.name.trim() !== '') known.name = body.name.trim();
    if (typeof body?.secure_url === 'string' && body.secure_url.startsWith('https://')) known.secure = body.secure_url;
    const { max_file_bytes: plain, max_premium_file_bytes: premium } = body?.uploads ?? {};
    if (typeof plain === 'number' && typeof premium === 'number') known.uploads = { plain, premium };
  } catch {
    // It is decoration: without it the page says the fallback.
  }
  return known;
}
