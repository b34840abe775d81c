// The parts of the wire objects that this client reads. Ids are snowflakes: decimal strings, ordered by age.

export interface User {
  id: string;
  username: string;
  global_name?: string | null;
  /** Hash of the picture; null: none. */
  avatar?: string | null;
  bot?: boolean;
}

/** One's own account: what nobody else is told. */
export interface Account extends User {
  email?: string | null;
  mfa_enabled?: boolean;
  /** 0: none. Any other may send larger files. */
  premium_type?: number | null;
}

export interface Member {
  user?: User;
  nick?: string | null;
  /** Hash of a picture for this guild alone. */
  avatar?: string | null;
  roles?: string[];
  joined_at?: string | null;
  communication_disabled_until?: string | null;
}

export interface Role {
  id: string;
  name: string;
  /** Permission bits, in decimal. */
  permissions?: string;
  position?: number;
  /** RGB; 0 is none. */
  color?: number;
  /** Its members are listed apart from the others. */
  hoist?: boolean;
  mentionable?: boolean;
  /** A bot's own: nobody gives or deletes it. */
  managed?: boolean;
}

/** A unicode emoji (`id` null, `name` the characters) or one of a guild. */
export interface Emoji {
  id: string | null;
  name: string | null;
  animated?: boolean;
}

export const ChannelType = {
  Text: 0,
  Direct: 1,
  Voice: 2,
  Group: 3,
  Category: 4,
  Announcement: 5,
  AnnouncementThread: 10,
  PublicThread: 11,
  PrivateThread: 12,
  Stage: 13,
  Forum: 15,
  Media: 16,
} as const;

export const OverwriteType = { Role: 0, Member: 1 } as const;

export interface Overwrite {
  id: string;
  type: number;
  allow: string;
  deny: string;
}

export interface ThreadMetadata {
  archived: boolean;
  locked: boolean;
  archive_timestamp?: string;
  auto_archive_duration?: number;
}

export interface Tag {
  id: string;
  name: string;
  emoji_id?: string | null;
  emoji_name?: string | null;
  /** Only who manages the channel may use it. */
  moderated?: boolean;
}

export interface Channel {
  id: string;
  type: number;
  guild_id?: string;
  name?: string | null;
  topic?: string | null;
  position?: number;
  parent_id?: string | null;
  nsfw?: boolean;
  /** Seconds. */
  rate_limit_per_user?: number;
  permission_overwrites?: Overwrite[];
  last_message_id?: string | null;
  icon?: string | null;
  owner_id?: string | null;
  /** Of direct messages and groups: everybody but oneself. */
  recipients?: User[];
  thread_metadata?: ThreadMetadata;
  message_count?: number;
  total_message_sent?: number;
  /** One's own membership of a thread; absent: not joined. */
  member?: object | null;
  applied_tags?: string[];
  available_tags?: Tag[];
  /** How many may be in a voice channel; 0: any number. */
  user_limit?: number;
}

/** Somebody in voice. Null, or absent: false, or not told. */
export interface VoiceState {
  user_id: string;
  /** Absent in what a guild carries; null: of a call. */
  guild_id?: string | null;
  /** Null: they left. */
  channel_id: string | null;
  session_id: string;
  member?: Member;
  /** By a moderator. */
  mute?: boolean;
  deaf?: boolean;
  self_mute?: boolean;
  self_deaf?: boolean;
  /** They share their screen. */
  self_stream?: boolean;
  /** Their camera is on. */
  self_video?: boolean;
  /** In the audience of a stage. */
  suppress?: boolean;
  /** When somebody in the audience raised their hand. */
  request_to_speak_timestamp?: string | null;
}

/** What goes on on a stage. */
export interface StageInstance {
  id: string;
  guild_id: string;
  channel_id: string;
  topic: string;
}

/** A call of a direct message or group, while somebody is in it. */
export interface Call {
  channel_id: string;
  message_id?: string;
  /** Who is asked to come, by user id. */
  ringing?: string[];
  voice_states?: VoiceState[];
}

/** A shared screen that one shows or watches. */
export interface StreamInfo {
  /** `guild:<guild>:<channel>:<owner>` or `call:<channel>:<owner>`. */
  stream_key: string;
  viewer_ids?: string[];
  paused?: boolean;
}

/** A guild as READY and GUILD_CREATE carry it; a stub of one has `unavailable` and an id alone. */
export interface GuildPayload {
  id: string;
  unavailable?: boolean;
  name?: string;
  icon?: string | null;
  owner_id?: string;
  joined_at?: string | null;
  channels?: Channel[];
  threads?: Channel[];
  roles?: Role[];
  emojis?: Emoji[];
  members?: Member[];
  presences?: Presence[];
  voice_states?: VoiceState[];
  stage_instances?: StageInstance[];
  /** With the "client state v2" capability the scalars move in here; read both, so that either server form works. */
  properties?: { name?: string; owner_id?: string; icon?: string | null };
}

/** What only REST tells of a guild, for its settings. */
export interface GuildDetails {
  id: string;
  name: string;
  icon: string | null;
  description: string | null;
  system_channel_id: string | null;
  /** 0: all messages, 1: mentions. */
  default_message_notifications: number;
  verification_level: number;
}

export const MessageType = {
  Default: 0,
  RecipientAdd: 1,
  RecipientRemove: 2,
  Call: 3,
  ChannelName: 4,
  ChannelIcon: 5,
  PinnedMessage: 6,
  MemberJoin: 7,
  ThreadCreated: 18,
  Reply: 19,
  ChatInputCommand: 20,
  ThreadStarter: 21,
  ContextCommand: 23,
} as const;

export interface Attachment {
  id: string;
  filename: string;
  size: number;
  url: string;
  content_type?: string | null;
  description?: string | null;
  width?: number | null;
  height?: number | null;
}

export interface Embed {
  title?: string;
  description?: string;
  url?: string;
  author?: { name?: string };
  fields?: { name: string; value: string }[];
  footer?: { text?: string };
}

export interface Reaction {
  emoji: Emoji;
  count: number;
  me: boolean;
}

export interface MessageReference {
  /** 0 answers, 1 forwards. */
  type?: number;
  channel_id?: string;
  message_id?: string;
  guild_id?: string;
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
  pinned?: boolean;
  mention_everyone?: boolean;
  mentions?: (User & { member?: Member })[];
  mention_roles?: string[];
  attachments?: Attachment[];
  embeds?: Embed[];
  reactions?: Reaction[];
  sticker_items?: { id: string; name: string }[];
  message_reference?: MessageReference;
  /** Null when the message that this one answers was deleted; absent when the server did not look. */
  referenced_message?: Message | null;
  /** What a forward carries. */
  message_snapshots?: { message: Pick<Message, 'content'> & Partial<Message> }[];
  /** The thread that was started from it. */
  thread?: Channel;
  /** Of a message that tells of a call: who was in it, and when it ended; null: it is on. */
  call?: { participants: string[]; ended_timestamp: string | null };
}

export const RelationshipType = { Friend: 1, Blocked: 2, Incoming: 3, Outgoing: 4 } as const;

export interface Relationship {
  id: string;
  type: number;
  user?: User;
  nickname?: string | null;
}

export type Status = 'online' | 'idle' | 'dnd' | 'invisible' | 'offline';

export interface Activity {
  /** 4: a status in the person's own words, in `state`. */
  type: number;
  name: string;
  state?: string | null;
  emoji?: { id?: string | null; name: string } | null;
}

export interface Presence {
  user: { id: string };
  status: Status;
  activities?: Activity[];
}

export interface UserSettings {
  status?: Status;
  custom_status?: { text?: string | null; expires_at?: string | null } | null;
}

export interface ReadState {
  /** The channel's. */
  id: string;
  last_message_id?: string | number | null;
  mention_count?: number;
  /** 0, or absent: of a channel. */
  read_state_type?: number;
}

export interface ChannelOverride {
  channel_id: string;
  /** 0: all, 1: mentions, 2: nothing, 3: as the guild. */
  message_notifications?: number;
  muted?: boolean;
  mute_config?: MuteConfig | null;
}

export interface MuteConfig {
  selected_time_window?: number | null;
  end_time?: string | null;
}

/** How one wants to be told of a guild; `guild_id` null: of direct messages. */
export interface NotificationSettings {
  guild_id: string | null;
  message_notifications?: number;
  muted?: boolean;
  mute_config?: MuteConfig | null;
  suppress_everyone?: boolean;
  suppress_roles?: boolean;
  channel_overrides?: ChannelOverride[];
}

/** A list as it is, or with the version that some capabilities ask for. */
export type Listed<T> = T[] | { entries: T[] };

export interface Ready {
  v: number;
  user: Account;
  session_id: string;
  resume_gateway_url: string;
  guilds: GuildPayload[];
  private_channels?: Channel[];
  relationships?: Relationship[];
  presences?: Presence[];
  read_state?: Listed<ReadState>;
  user_guild_settings?: Listed<NotificationSettings>;
  user_settings?: UserSettings;
  notes?: Record<string, string>;
}

export interface Invite {
  code: string;
  guild?: { id: string; name: string; icon?: string | null; description?: string | null };
  channel?: { id: string; name?: string | null };
  inviter?: User;
  approximate_member_count?: number;
  expires_at?: string | null;
  uses?: number;
  max_uses?: number;
}

export interface Ban {
  user: User;
  reason: string | null;
}

export interface Profile {
  user: User & { bio?: string | null };
  user_profile?: { bio?: string | null; pronouns?: string | null };
  mutual_guilds?: { id: string; nick?: string | null }[];
  mutual_friends_count?: number;
}

/** A row of the member list: the head of a group (a role's id, `online` or `offline`), or a member. */
export type ListItem = { group: { id: string; count?: number } } | { member: Member & { user: User; presence?: Presence | null } };

export type ListOp =
  | { op: 'SYNC'; range: [number, number]; items: ListItem[] }
  | { op: 'INSERT' | 'UPDATE'; index: number; item: ListItem }
  | { op: 'DELETE'; index: number }
  | { op: 'INVALIDATE'; range: [number, number] };

export interface MemberListUpdate {
  guild_id: string;
  id: string;
  member_count: number;
  online_count: number;
  groups: { id: string; count: number }[];
  ops: ListOp[];
}

interface ReactionEvent {
  channel_id: string;
  message_id: string;
  user_id: string;
  emoji: Emoji;
}

type MessagePart = Partial<Message> & { id: string; channel_id: string };

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
  GUILD_MEMBER_ADD: Member & { guild_id: string };
  GUILD_MEMBER_UPDATE: Member & { guild_id: string };
  GUILD_MEMBER_REMOVE: { guild_id: string; user: User };
  GUILD_MEMBERS_CHUNK: { guild_id: string; members: Member[]; presences?: Presence[] };
  GUILD_MEMBER_LIST_UPDATE: MemberListUpdate;
  GUILD_EMOJIS_UPDATE: { guild_id: string; emojis: Emoji[] };
  CHANNEL_CREATE: Channel;
  CHANNEL_UPDATE: Channel;
  CHANNEL_DELETE: Channel;
  CHANNEL_RECIPIENT_ADD: { channel_id: string; user: User };
  CHANNEL_RECIPIENT_REMOVE: { channel_id: string; user: User };
  CHANNEL_UNREAD_UPDATE: { guild_id?: string; channel_unread_updates: { id: string; last_message_id: string | null }[] };
  THREAD_CREATE: Channel;
  THREAD_UPDATE: Channel;
  THREAD_DELETE: { id: string; guild_id: string };
  THREAD_LIST_SYNC: { guild_id: string; channel_ids?: string[]; threads: Channel[] };
  THREAD_MEMBER_UPDATE: { id: string; guild_id: string };
  THREAD_MEMBERS_UPDATE: { id: string; guild_id: string; added_members?: { user_id?: string }[]; removed_member_ids?: string[] };
  MESSAGE_CREATE: Message;
  MESSAGE_UPDATE: MessagePart;
  MESSAGE_DELETE: { id: string; channel_id: string };
  MESSAGE_DELETE_BULK: { ids: string[]; channel_id: string };
  MESSAGE_REACTION_ADD: ReactionEvent;
  MESSAGE_REACTION_REMOVE: ReactionEvent;
  MESSAGE_REACTION_REMOVE_ALL: { channel_id: string; message_id: string };
  MESSAGE_REACTION_REMOVE_EMOJI: { channel_id: string; message_id: string; emoji: Emoji };
  MESSAGE_ACK: { channel_id: string; message_id: string; mention_count?: number; ack_type?: number; manual?: boolean };
  TYPING_START: { channel_id: string; guild_id?: string; user_id: string; member?: Member };
  PRESENCE_UPDATE: Presence & { guild_id?: string };
  RELATIONSHIP_ADD: Relationship;
  RELATIONSHIP_UPDATE: Partial<Relationship> & { id: string };
  RELATIONSHIP_REMOVE: { id: string };
  USER_UPDATE: Account;
  USER_SETTINGS_UPDATE: UserSettings;
  USER_GUILD_SETTINGS_UPDATE: NotificationSettings;
  USER_NOTE_UPDATE: { id: string; note: string };
  VOICE_STATE_UPDATE: VoiceState;
  VOICE_SERVER_UPDATE: { token: string; guild_id?: string | null; channel_id?: string | null; endpoint: string | null };
  STAGE_INSTANCE_CREATE: StageInstance;
  STAGE_INSTANCE_UPDATE: StageInstance;
  STAGE_INSTANCE_DELETE: StageInstance;
  CALL_CREATE: Call;
  CALL_UPDATE: Call;
  CALL_DELETE: { channel_id: string; unavailable?: boolean };
  STREAM_CREATE: StreamInfo & { rtc_server_id: string; rtc_channel_id?: string };
  STREAM_UPDATE: StreamInfo;
  STREAM_SERVER_UPDATE: { stream_key: string; token: string; endpoint: string | null };
  STREAM_DELETE: { stream_key: string; reason?: string; unavailable?: boolean };
}

/** One dispatch, narrowed by its name. Names that are not in {@link Dispatches} exist on the wire and are let through untouched. */
export type Dispatch = { [K in keyof Dispatches]: { t: K; d: Dispatches[K] } }[keyof Dispatches];
