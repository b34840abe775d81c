import { decibels, Gate } from './gate';
import levelUrl from './level.worklet.ts?worker&url';
import type { Trouble } from './live';
import type { Preferences } from './preferences';

type Choice = Pick<Preferences, 'input' | 'mode' | 'threshold' | 'suppressNoise' | 'cancelEcho' | 'evenOut'>;

export interface Microphone {
  /** What others hear: silent while the gate is closed. */
  readonly track: MediaStreamTrack;
  /** Takes up another threshold or mode. */
  tune(choice: Choice): void;
  /** The key is held. */
  hold(held: boolean): void;
  close(): void;
}

export interface MicrophoneEvents {
  /** In decibels below the loudest, fifty times a second. */
  level?(level: number): void;
  speaking(speaking: boolean): void;
  /** It was pulled out, or taken back. */
  lost(): void;
}

/** Why a device could not be had, from what the browser threw. */
export const troubleFrom = (error: unknown): Trouble => (error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'SecurityError') ? 'denied' : 'no-device');

/** Opens the microphone. Throws a {@link Trouble}. */
export async function openMicrophone(choice: Choice, events: MicrophoneEvents): Promise<Microphone> {
  if (navigator.mediaDevices === undefined) throw 'insecure' satisfies Trouble;
  const processing = { noiseSuppression: choice.suppressNoise, echoCancellation: choice.cancelEcho, autoGainControl: choice.evenOut };
  let stream: MediaStream;
  try {
    // A device that is gone is no reason to say nothing: then any other is taken.
    stream = await navigator.mediaDevices.getUserMedia({ audio: { ...processing, ...(choice.input === '' ? {} : { deviceId: { ideal: choice.input } }) } });
  } catch (error) {
    throw troubleFrom(error);
  }
  const [source] = stream.getAudioTracks() as [MediaStreamTrack];
  // The level is measured on one track while the other is silent.
  const track = source.clone();
  const gate = new Gate(choice.threshold);
  let { mode } = choice;
  let held = false;

  const context = new AudioContext({ latencyHint: 'interactive' });
  const decide = (open: boolean) => {
    if (track.enabled === open) return;
    track.enabled = open;
    events.speaking(open);
  };
  track.enabled = false;
  source.onended = () => events.lost();
  try {
    await context.audioWorklet.addModule(levelUrl);
  } catch (error) {
    stop();
    throw error;
  }
  const meter = new AudioWorkletNode(context, 'level', { numberOfOutputs: 0 });
  meter.port.onmessage = ({ data }: MessageEvent<number>) => {
    const level = decibels(data);
    events.level?.(level);
    const loud = gate.feed(level, performance.now());
    decide(mode === 'key' ? held : loud);
  };
  context.createMediaStreamSource(stream).connect(meter);
  void context.resume();

  function stop() {
    source.onended = null;
    source.stop();
    track.stop();
    void context.close();
  }

  return {
    track,
    tune(next) {
      gate.threshold = next.threshold;
      mode = next.mode;
    },
    hold(on) {
      held = on;
      if (mode === 'key') decide(on);
    },
    close() {
      meter.port.onmessage = null;
      stop();
    },
  };
}
