// Runs beside the sound: says fifty times a second how loud it is. Timers of a hidden page would be too slow for it.

declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
declare const sampleRate: number;

registerProcessor(
  'level',
  class extends AudioWorkletProcessor {
    private sum = 0;
    private count = 0;

    process([input]: Float32Array[][]): boolean {
      const samples = input?.[0];
      if (samples === undefined) return true;
      for (const sample of samples) this.sum += sample * sample;
      this.count += samples.length;
      if (this.count >= sampleRate / 50) {
        this.port.postMessage(Math.sqrt(this.sum / this.count));
        this.sum = 0;
        this.count = 0;
      }
      return true;
    }
  },
);
