import { useSyncExternalStore } from 'react';

/** Where a person is: the address bar says it, so that links, reloads and the back button work. */
export type Route =
  | { at: 'home' }
  | { at: 'register' }
  | { at: 'channel'; guild: string; channel: string | undefined }
  | { at: 'invite'; code: string }
  | { at: 'claim'; token: string };

export function parseRoute(path: string): Route {
  const [first, second, third] = path.split('/').filter((part) => part !== '').map(decode);
  if (first === 'channels' && second !== undefined) return { at: 'channel', guild: second, channel: third };
  if (first === 'invite' && second !== undefined) return { at: 'invite', code: second };
  if (first === 'claim' && second !== undefined) return { at: 'claim', token: second };
  if (first === 'register') return { at: 'register' };
  return { at: 'home' };
}

export const channelPath = (guild: string, channel?: string) => `/channels/${guild}${channel === undefined ? '' : `/${channel}`}`;

/** The code in whatever a person pastes: a whole link, its end, or the code alone. */
export function inviteCode(pasted: string): string {
  const parts = pasted.trim().replace(/[?#].*$/, '').split('/').filter((part) => part !== '');
  return decode(parts.at(-1) ?? '');
}

const listeners = new Set<() => void>();
const notify = () => listeners.forEach((listener) => listener());

export function navigate(path: string, how: 'push' | 'replace' = 'push'): void {
  if (path === location.pathname) return;
  if (how === 'push') history.pushState(null, '', path);
  else history.replaceState(null, '', path);
  notify();
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
