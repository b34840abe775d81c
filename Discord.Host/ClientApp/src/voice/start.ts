import { join } from './connection';
import { Engine, type Parts } from './engine';
import { openMicrophone } from './microphone';
import { openPlayer } from './player';
import { usePreferences } from './preferences';

/** The engine as a browser runs it. This module and what it needs is loaded when somebody first joins. */
export function start(told: Pick<Parts, 'me' | 'ended' | 'streamLost'>): { engine: Engine; stop(): void } {
  const engine = new Engine({ join, openMicrophone, openPlayer, ...told }, usePreferences.getState());
  const stops = new AbortController();
  const { signal } = stops;
  const unsubscribe = usePreferences.subscribe((preferences) => engine.apply(preferences));
  // The key speaks, and does nothing else: it neither presses the button that was clicked last nor scrolls.
  window.addEventListener('keydown', (event) => isTheKey(event) && !writes(event) && engine.holdKey(true) && event.preventDefault(), { signal });
  window.addEventListener('keyup', (event) => isTheKey(event) && engine.holdKey(false) && !writes(event) && event.preventDefault(), { signal });
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
