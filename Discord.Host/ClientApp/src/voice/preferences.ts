import { create } from 'zustand';

/** How one speaks and hears in this browser. */
export interface Preferences {
  /** Kept from one conversation to the next. */
  readonly muted: boolean;
  readonly deafened: boolean;
  /** Device ids; empty: what the system uses. */
  readonly input: string;
  readonly output: string;
  readonly camera: string;
  /** Speak when there is something to hear, or while a key is held. */
  readonly mode: 'activity' | 'key';
  /** `KeyboardEvent.code` of that key. */
  readonly key: string;
  /** How loud it has to be, in decibels below the loudest: -80 to 0. */
  readonly threshold: number;
  readonly suppressNoise: boolean;
  readonly cancelEcho: boolean;
  readonly evenOut: boolean;
  /** In a call of two, packets may go straight to the other, who learns one's network address by it. */
  readonly direct: boolean;
  /** Whether calls ring aloud. */
  readonly ringtone: boolean;
  /** How loud others are, by user id: 0 to 2; 1 where nothing stands. */
  readonly volumes: Readonly<Record<string, number>>;
}

export const usual: Preferences = {
  muted: false,
  deafened: false,
  input: '',
  output: '',
  camera: '',
  mode: 'activity',
  key: 'Space',
  threshold: -50,
  suppressNoise: true,
  cancelEcho: true,
  evenOut: true,
  direct: false,
  ringtone: true,
  volumes: {},
};

const key = 'chat.voice';

/** What was stored, as far as it is what it should be. */
export function preferencesFrom(text: string | null): Preferences {
  try {
    const stored = JSON.parse(text ?? '{}') as Record<string, unknown>;
    const fitting = Object.entries(usual).filter(([name, value]) => typeof stored[name] === typeof value && stored[name] !== null);
    return { ...usual, ...Object.fromEntries(fitting.map(([name]) => [name, stored[name]])) };
  } catch {
    return usual;
  }
}

export const usePreferences = create<Preferences>(() => preferencesFrom(globalThis.localStorage?.getItem(key) ?? null));

export function prefer(change: Partial<Preferences>): void {
  usePreferences.setState(change);
  localStorage.setItem(key, JSON.stringify(usePreferences.getState()));
}

export const volumeOf = (preferences: Preferences, user: string) => preferences.volumes[user] ?? 1;

/** A key as it is written on it: `KeyV` is V, `Space` is Space. */
export const keyName = (code: string) => code.replace(/^(Key|Digit)(?=.$)/, '').replace(/(?<=[a-z])(?=[A-Z0-9])/g, ' ');

/** The sound of somebody's shared screen has a volume of its own, beside that of their voice. */
export const screenVolumeKey = (owner: string) => `screen ${owner}`;
