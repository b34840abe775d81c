import { useState, type CSSProperties } from 'react';
import { avatarUrl, groupIconUrl, iconUrl, memberAvatarUrl } from '../media';
import { useStore } from '../store';
import type { Channel, Member, Status, User } from '../types';

interface AvatarProps {
  user: Pick<User, 'id' | 'avatar'>;
  name: string;
  /** Of the guild where they are shown: they may have a picture for it alone. */
  guild?: string | undefined;
  member?: Member | undefined;
  /** Shows whether they are there. */
  presence?: boolean;
  size?: number;
}

/** A person's picture; without one two letters on one of eight colours, always the same for the same person. */
export function Avatar({ user, name, guild, member, presence = false, size = 40 }: AvatarProps) {
  const src = guild !== undefined && member?.avatar != null ? memberAvatarUrl(guild, user.id, member.avatar, dots(size)) : user.avatar == null ? undefined : avatarUrl(user.id, user.avatar, dots(size));
  return (
    <span className="avatar-frame">
      <Picture key={src} className="avatar" id={user.id} name={name} src={src} size={size} />
      {presence && <PresenceDot user={user.id} />}
    </span>
  );
}

export function GuildIcon({ id, name, icon = null, size = 48 }: { id: string; name: string; icon?: string | null | undefined; size?: number }) {
  const src = icon === null ? undefined : iconUrl(id, icon, dots(size));
  return <Picture key={src} className="guild-icon" id={id} name={name} src={src} size={size} />;
}

export function GroupIcon({ channel, name, size = 34 }: { channel: Channel; name: string; size?: number }) {
  const src = channel.icon == null ? undefined : groupIconUrl(channel.id, channel.icon, dots(size));
  return <Picture key={src} className="avatar" id={channel.id} name={name} src={src} size={size} />;
}

export const statusNames: Readonly<Record<Status, string>> = { online: 'Online', idle: 'Away', dnd: 'Do not disturb', invisible: 'Invisible', offline: 'Offline' };

/** Told by shape as well as by colour. */
export function StatusDot({ status, className = '' }: { status: Status; className?: string }) {
  return <span className={`dot ${status} ${className}`} role="img" aria-label={statusNames[status]} title={statusNames[status]} />;
}

function PresenceDot({ user }: { user: string }) {
  const status = useStore((state) => (user === state.me?.id ? (state.settings.status ?? 'online') : (state.presences[user]?.status ?? 'offline')));
  return <StatusDot status={status} />;
}

function Picture({ className, id, name, src, size }: { className: string; id: string; name: string; src: string | undefined; size: number }) {
  const [broken, setBroken] = useState(false);
  const style = { '--size': `${size}px` } as CSSProperties;
  if (src !== undefined && !broken) return <img className={className} style={style} src={src} alt="" width={size} height={size} loading="lazy" decoding="async" draggable={false} onError={() => setBroken(true)} />;
  return (
    <span className={`${className} tone-${tone(id)}`} style={style} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

/** A power of two with two dots for each pixel. */
const dots = (size: number) => 2 ** Math.ceil(Math.log2(size * 2));

/** From the time part of the id: its low bits hardly differ. */
function tone(id: string): number {
  return /^\d{1,20}$/.test(id) ? Number((BigInt(id) >> 22n) % 8n) : 0;
}

function initials(name: string): string {
  const [first = '', second = ''] = name.trim().split(/[\s_.-]+/).filter((word) => word !== '');
  const letters = second === '' ? [...first].slice(0, 2) : [[...first][0], [...second][0]];
  return letters.join('').toLocaleUpperCase();
}
