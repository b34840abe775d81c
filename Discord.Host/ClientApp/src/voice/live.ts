import { create } from 'zustand';
import type { Phase, Quality } from './types';

/** A voice channel of a guild, or with null the call of a direct message or group. */
export interface Place {
  readonly guild: string | null;
  readonly channel: string;
}

/** Why one is not heard, or not connected, though one wants to be. */
export type Trouble =
  /** The browser gives microphones to secure pages only. */
  | 'insecure'
  /** It was not allowed to use it. */
  | 'denied'
  /** There is none, or another program holds it. */
  | 'no-device'
  /** The server did not answer. */
  | 'silent'
  | 'unreachable'
  /** It was reached before, and is gone: the server looks for another. */
  | 'gone'
  | 'unsupported'
  /** The part of the page that speaks did not come: it is as old as the page, and the server may be newer. */
  | 'unloaded';

/** The conversation that one is in. It changes many times a second, and so is no part of the page's store. */
export interface Live {
  /** Null: in none. */
  readonly place: Place | null;
  /** `asking`: the server has not said yet where to go. */
  readonly phase: 'asking' | Phase;
  /** Why there is no connection. */
  readonly failure: Trouble | null;
  /** Why the voice server does not answer, while it is tried again. */
  readonly missed: 'unreachable' | 'gone' | null;
  /** Why there is no microphone. */
  readonly quiet: Trouble | null;
  /** host:port/path of the voice server, to say what could not be reached. */
  readonly endpoint: string | null;
  readonly quality: Quality | null;
  /** Who speaks, by user id; oneself among them. */
  readonly speaking: Readonly<Record<string, true>>;
  /** Cameras by user id; one's own among them. */
  readonly cameras: Readonly<Record<string, MediaStreamTrack>>;
  /** Shared screens by key, one's own among them; null while the picture is on its way. */
  readonly screens: Readonly<Record<string, MediaStreamTrack | null>>;
}

export const away: Live = { place: null, phase: 'closed', failure: null, missed: null, quiet: null, endpoint: null, quality: null, speaking: {}, cameras: {}, screens: {} };

export const useLive = create<Live>(() => away);

export const isIn = ({ place }: Live, channel: string) => place?.channel === channel;

/** A record with one entry set or, with undefined, gone; the same one where nothing differs. */
export function having<T>(record: Readonly<Record<string, T>>, key: string, value: T | undefined): Readonly<Record<string, T>> {
  if (record[key] === value && (value !== undefined || !(key in record))) return record;
  const { [key]: _, ...rest } = record;
  return value === undefined ? rest : { ...rest, [key]: value };
}

const phases: Readonly<Record<Live['phase'], string>> = {
  asking: 'Connecting…',
  connecting: 'Connecting…',
  connected: 'Connected',
  reconnecting: 'Reconnecting…',
  closed: 'Not connected',
};

export const connectedInWords = phases.connected;

export const phaseInWords = ({ phase, failure }: Live) => (failure === null ? phases[phase] : 'Not connected');

/** What is wrong and what one can do about it. `secure`: where this server has a secure page, if it says so. */
export function troubleInWords(trouble: Trouble, { endpoint, secure }: { endpoint: string | null; secure: string | null }): string {
  switch (trouble) {
    case 'insecure':
      return `You can listen, but not speak: browsers give the microphone to pages over https only. ${secure === null ? 'Ask whoever runs this server for its https address.' : `Open ${secure} to speak.`}`;
    case 'denied':
      return 'Others do not hear you: this page may not use the microphone. Allow it beside the address bar, then try again.';
    case 'no-device':
      return 'Others do not hear you: no microphone was found, or another program holds it.';
    case 'silent':
      return 'The server did not let you in. The channel may be full, or you may not join it.';
    case 'unreachable':
      return endpoint === null
        ? 'No voice server is there at present. You are connected as soon as there is one.'
        : `The voice server at ${endpoint} cannot be reached. A firewall may block it; if its certificate is signed by itself, open https://${endpoint.split('/')[0]} once and accept it.`;
    case 'gone':
      return 'The voice server went away. Looking for another…';
    case 'unsupported':
      return 'This browser cannot speak to the voice server: it has no WebRTC, or it is switched off.';
    case 'unloaded':
      return 'A part of this page could not be loaded. Try again, or load the page anew.';
  }
}
