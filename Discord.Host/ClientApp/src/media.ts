import type { Attachment } from './types';

// Everything is loaded from the address that this page came from: its content policy allows no other, and the host serves all of it there.

/** A power of two, as the paths want it: enough for screens with two dots a pixel. */
const sized = (path: string, size: number) => `${path}.webp?size=${size}`;

export const avatarUrl = (user: string, hash: string, size: number) => sized(`/avatars/${user}/${encodeURIComponent(hash)}`, size);
export const memberAvatarUrl = (guild: string, user: string, hash: string, size: number) => sized(`/guilds/${guild}/users/${user}/avatars/${encodeURIComponent(hash)}`, size);
export const iconUrl = (guild: string, hash: string, size: number) => sized(`/icons/${guild}/${encodeURIComponent(hash)}`, size);
export const groupIconUrl = (channel: string, hash: string, size: number) => sized(`/channel-icons/${channel}/${encodeURIComponent(hash)}`, size);
export const emojiUrl = (emoji: string) => `/emojis/${encodeURIComponent(emoji)}.webp?size=64`;

/** An attachment's place on this host, whatever name the server knows itself by; undefined for what is no attachment's. */
export function attachmentUrl(url: string): string | undefined {
  if (!URL.canParse(url, location.origin)) return undefined;
  const { pathname, search } = new URL(url, location.origin);
  return /^\/(ephemeral-)?attachments\//.test(pathname) ? pathname + search : undefined;
}

export type MediaKind = 'image' | 'video' | 'audio' | 'file';

/** How an attachment is shown. What has no size is no picture to the server either, and is offered as a file. */
export function kindOf({ content_type, width, height }: Pick<Attachment, 'content_type' | 'width' | 'height'>): MediaKind {
  const type = content_type ?? '';
  if (/^image\/(png|jpeg|gif|webp|avif)/.test(type)) return (width ?? 0) > 0 && (height ?? 0) > 0 ? 'image' : 'file';
  if (/^video\/(mp4|webm|ogg|quicktime)/.test(type)) return 'video';
  return type.startsWith('audio/') ? 'audio' : 'file';
}

/** The largest box of these proportions within the bounds; never larger than it is. */
export function fitted(width: number, height: number, most: { width: number; height: number }): { width: number; height: number } {
  const scale = Math.min(1, most.width / width, most.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

export function inBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** A picture as the API takes it inside JSON. */
export function dataUri(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error('The file cannot be read.'));
    reader.readAsDataURL(file);
  });
}

/** What the server keeps of an avatar or icon at most, in bytes. */
const largestPicture = 10 * 1024 * 1024;

/** A chosen picture, ready to be sent; the reason, where it cannot be. */
export async function pictureFrom(file: File, largest = largestPicture): Promise<{ uri: string } | { problem: string }> {
  if (!/^image\/(png|jpeg|gif|webp)$/.test(file.type)) return { problem: 'Choose a PNG, JPEG, GIF or WebP picture.' };
  if (file.size > largest) return { problem: `This picture is larger than ${inBytes(largest)}.` };
  return { uri: await dataUri(file) };
}
