import { ChannelType, OverwriteType, type Channel, type Member, type Overwrite, type Role } from './types';

const bit = (at: number) => 1n << BigInt(at);

/** The bits that this page asks about. The server decides; the page only hides what would be refused. */
export const Permission = {
  CreateInvite: bit(0),
  KickMembers: bit(1),
  BanMembers: bit(2),
  Administrator: bit(3),
  ManageChannels: bit(4),
  ManageGuild: bit(5),
  AddReactions: bit(6),
  ViewAuditLog: bit(7),
  PrioritySpeaker: bit(8),
  Stream: bit(9),
  ViewChannel: bit(10),
  SendMessages: bit(11),
  ManageMessages: bit(13),
  EmbedLinks: bit(14),
  AttachFiles: bit(15),
  ReadHistory: bit(16),
  MentionEveryone: bit(17),
  UseExternalEmojis: bit(18),
  Connect: bit(20),
  Speak: bit(21),
  MuteMembers: bit(22),
  DeafenMembers: bit(23),
  MoveMembers: bit(24),
  UseVoiceActivity: bit(25),
  ChangeNickname: bit(26),
  ManageNicknames: bit(27),
  ManageRoles: bit(28),
  ManageWebhooks: bit(29),
  ManageExpressions: bit(30),
  RequestToSpeak: bit(32),
  ManageThreads: bit(34),
  CreatePublicThreads: bit(35),
  CreatePrivateThreads: bit(36),
  SendInThreads: bit(38),
  ModerateMembers: bit(40),
  CreateExpressions: bit(43),
  SendPolls: bit(49),
  PinMessages: bit(51),
  BypassSlowmode: bit(52),
} as const;

export type PermissionName = keyof typeof Permission;

export const all = (1n << 64n) - 1n;

/** While somebody is timed out they may look and nothing else. */
const whileTimedOut = Permission.ViewChannel | Permission.ReadHistory;

export const bits = (text: string | undefined): bigint => (text !== undefined && /^\d{1,20}$/.test(text) ? BigInt(text) : 0n);

export const has = (permissions: bigint, wanted: bigint) => (permissions & wanted) === wanted;

interface House {
  id: string;
  ownerId: string | undefined;
  roles: readonly Role[];
}

/** What a member may do in the guild at large. */
export function inGuild(guild: House, userId: string, member: Pick<Member, 'roles' | 'communication_disabled_until'> | undefined): bigint {
  if (userId === guild.ownerId) return all;
  const held = guild.roles.filter(({ id }) => id === guild.id || member?.roles?.includes(id) === true);
  const sum = held.reduce((known, role) => known | bits(role.permissions), 0n);
  if (has(sum, Permission.Administrator)) return all;
  return Date.parse(member?.communication_disabled_until ?? '') > Date.now() ? sum & whileTimedOut : sum;
}

/** The same in one of its channels: what everybody's overwrite says, then those of the roles together, then the member's own. */
export function inChannel(guild: House, userId: string, member: Pick<Member, 'roles' | 'communication_disabled_until'> | undefined, overwrites: readonly Overwrite[]): bigint {
  const base = inGuild(guild, userId, member);
  if (base === all) return all;
  const everyone = overwrites.filter(({ id }) => id === guild.id);
  const roles = overwrites.filter(({ id, type }) => type === OverwriteType.Role && id !== guild.id && member?.roles?.includes(id) === true);
  const own = overwrites.filter(({ id, type }) => type === OverwriteType.Member && id === userId);
  const result = [everyone, roles, own].reduce((known, tier) => (known & ~sum(tier, 'deny')) | sum(tier, 'allow'), base);
  if (!has(result, Permission.ViewChannel)) return 0n;
  return Date.parse(member?.communication_disabled_until ?? '') > Date.now() ? result & whileTimedOut : result;
}

const sum = (overwrites: readonly Overwrite[], side: 'allow' | 'deny') => overwrites.reduce((known, overwrite) => known | bits(overwrite[side]), 0n);

/** Higher first; of two at one height the older is the higher. Everybody's role is the last. */
export function byHeight(a: Role, b: Role): number {
  return (b.position ?? 0) - (a.position ?? 0) || a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
}

/** The height of a member's highest role; the owner stands above all. */
export function height(guild: House, userId: string, member: Pick<Member, 'roles'> | undefined): number {
  if (userId === guild.ownerId) return Number.MAX_SAFE_INTEGER;
  return Math.max(0, ...guild.roles.filter(({ id }) => member?.roles?.includes(id) === true).map(({ position }) => position ?? 0));
}

/** What writing in a channel takes; a thread asks for another bit than its parent. */
export const toWrite = (channel: Channel) => (isThread(channel) ? Permission.SendInThreads : Permission.SendMessages);

export const isThread = ({ type }: Channel) => type === ChannelType.AnnouncementThread || type === ChannelType.PublicThread || type === ChannelType.PrivateThread;
