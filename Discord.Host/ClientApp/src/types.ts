// The parts of the wire objects that this client reads. Ids are snowflakes: decimal strings, ordered by age.

export interface User {
  id: string;
  username: string;
  global_name?: string | null;
  bot?: boolean;
}

export interface Member {
  user?: User;
  nick?: string | null;
}

export interface Role {
  id: string;
  name: string;
}

export const ChannelType = { Text: 0, Voice: 2, Category: 4, Announcement: 5, Stage: 13 } as const;

export interface Channel {
  id: string;
  type: number;
  guild_id?: string;
  name?: string | null;
  topic?: string | null;
  position?: number;
  parent_id?: string | null;
}

/** A guild as READY and GUILD_CREATE carry it; a stub of one has `unavailable` and an id alone. */
export interface GuildPayload {
  id: string;
  unavailable?: boolean;
  name?: string;
  owner_id?: string;
  channels?: Channel[];
  roles?: Role[];
  members?: Member[];
  /** With the "client state v2" capability the scalars move in here; read both, so that either server form works. */
  properties?: { name?: string; owner_id?: string };
}

export const MessageType = { Default: 0, PinnedMessage: 6, MemberJoin: 7, ThreadCreated: 18, Reply: 19, ChatInputCommand: 20, ContextCommand: 23 } as const;

export interface Attachment {
  id: string;
  filename: string;
  size: number;
  url: string;
}

export interface Embed {
  title?: string;
  description?: string;
  url?: string;
  author?: { name?: string };
  fields?: { name: string; value: string }[];
  footer?: { text?: string };
}

export interface Message {
  id: string;
  channel_id: string;
  guild_id?: string;
  author: User;
  member?: Member;
  content: string;
  timestamp: string;
  edited_timestamp: string | null;
  type: number;
  nonce?: string | number;
  webhook_id?: string;
  mention_everyone?: boolean;
  mentions?: (User & { member?: Member })[];
  mention_roles?: string[];
  attachments?: Attachment[];
  embeds?: Embed[];
  /** Null when the message that this one answers was deleted; absent when the server did not look. */
  referenced_message?: Message | null;
}

export interface Ready {
  v: number;
  user: User;
  session_id: string;
  resume_gateway_url: string;
  guilds: GuildPayload[];
}

export interface Invite {
  code: string;
  guild?: { id: string; name: string; description?: string | null };
  channel?: { id: string; name?: string | null };
  inviter?: User;
  approximate_member_count?: number;
  expires_at?: string | null;
}

/** The dispatches that this client acts upon, by name. */
export interface Dispatches {
  READY: Ready;
  RESUMED: object;
  GUILD_CREATE: GuildPayload;
  GUILD_UPDATE: GuildPayload;
  GUILD_DELETE: { id: string; unavailable?: boolean };
  GUILD_ROLE_CREATE: { guild_id: string; role: Role };
  GUILD_ROLE_UPDATE: { guild_id: string; role: Role };
  GUILD_ROLE_DELETE: { guild_id: string; role_id: string };
  GUILD_MEMBER_UPDATE: Member & { guild_id: string };
  CHANNEL_CREATE: Channel;
  CHANNEL_UPDATE: Channel;
  CHANNEL_DELETE: Channel;
  MESSAGE_CREATE: Message;
  MESSAGE_UPDATE: Partial<Message> & { id: string; channel_id: string };
  MESSAGE_DELETE: { id: string; channel_id: string };
  MESSAGE_DELETE_BULK: { ids: string[]; channel_id: string };
  USER_UPDATE: User;
}

/** One dispatch, narrowed by its name. Names that are not in {@link Dispatches} exist on the wire and are let through untouched. */
export type Dispatch = { [K in keyof Dispatches]: { t: K; d: Dispatches[K] } }[keyof Dispatches];
