/** Plays what others say, each as loud as one likes. */
export interface Player {
  /** Somebody's sound, or null: gone. Their key is a user's id, or that of a stream. */
  play(key: string, track: MediaStreamTrack | null): void;
  /** 0 to 2. */
  setVolume(key: string, volume: number): void;
  /** A device id; empty: what the system uses. */
  setOutput(device: string): void;
  setDeafened(deafened: boolean): void;
  close(): void;
}

interface Voice {
  readonly element: HTMLAudioElement;
  readonly stream: MediaStream;
  /** Only for those who are louder than they are. */
  boost: { source: MediaStreamAudioSourceNode; gain: GainNode } | null;
}

type Sink = { setSinkId?(device: string): Promise<void> };

export function openPlayer(): Player {
  const voices = new Map<string, Voice>();
  const volumes = new Map<string, number>();
  let context: AudioContext | null = null;
  let output = '';
  let deafened = false;

  const direct = (sink: Sink) => void sink.setSinkId?.(output).catch(() => undefined);

  function update(key: string, voice: Voice): void {
    const volume = volumes.get(key) ?? 1;
    // An element plays and is heard by the echo canceller, but cannot be louder than 1: beyond, it goes through a gain.
    if (volume > 1 && voice.boost === null) {
      if (context === null) {
        context = new AudioContext({ latencyHint: 'interactive' });
        direct(context as Sink);
      }
      const source = context.createMediaStreamSource(voice.stream);
      const gain = context.createGain();
      source.connect(gain).connect(context.destination);
      voice.boost = { source, gain };
    }
    const boosted = volume > 1;
    if (voice.boost !== null) voice.boost.gain.gain.value = boosted && !deafened ? volume : 0;
    // It goes on to play, silently: a browser brings no sound of a connection into a graph that no element plays.
    voice.element.muted = deafened || boosted;
    voice.element.volume = Math.min(1, volume);
  }

  function end(key: string): void {
    const voice = voices.get(key);
    voices.delete(key);
    voice?.boost?.source.disconnect();
    voice?.boost?.gain.disconnect();
    if (voice !== undefined) voice.element.srcObject = null;
  }

  return {
    play(key, track) {
      end(key);
      if (track === null) return;
      const stream = new MediaStream([track]);
      const element = new Audio();
      element.srcObject = stream;
      const voice: Voice = { element, stream, boost: null };
      voices.set(key, voice);
      direct(element as Sink);
      update(key, voice);
      // Joining was a press: sound is allowed.
      element.play().catch(() => undefined);
    },
    setVolume(key, volume) {
      volumes.set(key, Math.max(0, Math.min(2, volume)));
      const voice = voices.get(key);
      if (voice !== undefined) update(key, voice);
    },
    setOutput(device) {
      output = device;
      if (context !== null) direct(context as Sink);
      voices.forEach(({ element }) => direct(element as Sink));
    },
    setDeafened(on) {
      deafened = on;
      voices.forEach((voice, key) => update(key, voice));
    },
    close() {
      [...voices.keys()].forEach(end);
      void context?.close();
      context = null;
    },
  };
}
