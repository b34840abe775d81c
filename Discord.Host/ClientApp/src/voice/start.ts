import { join } from './connection';
import { Engine } from './engine';
import { openMicrophone } from './microphone';
import { openPlayer } from './player';
import { usePreferences } from './preferences';
import type { Ending } from './types';

/** The engine as a browser runs it. This module and what it needs is loaded when somebody first joins. */
export function start(me: string, ended: (ending: Ending) => void): { engine: Engine; stop(): void } {
  const engine = new Engine({ join, openMicrophone, openPlayer, ended, me }, usePreferences.getState());
  const stops = new AbortController();
  const { signal } = stops;
  const unsubscribe = usePreferences.subscribe((preferences) => engine.apply(preferences));
  window.addEventListener('keydown', (event) => isTheKey(event) && !writes(event) && engine.holdKey(true), { signal });
  window.addEventListener('keyup', (event) => isTheKey(event) && engine.holdKey(false), { signal });
  window.addEventListener('blur', () => engine.holdKey(false), { signal });
  return {
    engine,
    stop() {
      unsubscribe();
      stops.abort();
      engine.leave();
    },
  };
}

const isTheKey = ({ code }: KeyboardEvent) => code === usePreferences.getState().key;

/** A key that writes a letter somewhere is no key to speak with at that moment. */
const writes = ({ target, key }: KeyboardEvent) => key.length === 1 && target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
