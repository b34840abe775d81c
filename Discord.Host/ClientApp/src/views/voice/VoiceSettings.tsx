import { useCallback, useContext, useEffect, useRef, useState } from 'react';
import { InstanceContext } from '../../instance';
import { troubleInWords, type Trouble } from '../../voice/live';
import { openMicrophone, type Microphone } from '../../voice/microphone';
import { keyName, prefer, usePreferences } from '../../voice/preferences';
import { Choice, Problem, Slider, Switch, useLoaded } from '../Form';

/** Devices, levels, and when one is heard. Everything holds at once, in this browser. */
export default function VoiceSettings() {
  const preferences = usePreferences();
  const { input, output, camera, mode, suppressNoise, cancelEcho, evenOut, direct, ringtone } = preferences;
  const { value: devices, reload } = useLoaded(useCallback(async () => (await navigator.mediaDevices?.enumerateDevices()) ?? [], []));
  useEffect(() => {
    navigator.mediaDevices?.addEventListener('devicechange', reload);
    return () => navigator.mediaDevices?.removeEventListener('devicechange', reload);
  }, []);
  // Without the permission to use them, devices have neither id nor name.
  const listed = (kind: MediaDeviceKind, usual: string) => [['', usual] as const, ...(devices ?? []).filter((device) => device.kind === kind && device.deviceId !== '' && device.deviceId !== 'default').map(({ deviceId, label }) => [deviceId, label] as const)];
  return (
    <div className="voice-settings">
      <div className="pair">
        <Choice label="Microphone" value={input} options={listed('audioinput', 'System default')} onChange={(one) => prefer({ input: one })} />
        <Choice label="Loudspeaker" value={output} options={listed('audiooutput', 'System default')} onChange={(one) => prefer({ output: one })} />
      </div>
      <Choice label="Camera" value={camera} options={listed('videoinput', 'System default')} onChange={(one) => prefer({ camera: one })} />
      <MicrophoneTest onOpen={reload} />
      <Choice
        label="You are heard"
        value={mode}
        options={[
          ['activity', 'when you speak'],
          ['key', 'while you hold a key'],
        ]}
        onChange={(one) => prefer({ mode: one === 'key' ? 'key' : 'activity' })}
      />
      {mode === 'key' ? <KeyField /> : <Threshold />}
      <Switch label="Suppress noise" on={suppressNoise} onChange={(on) => prefer({ suppressNoise: on })} />
      <Switch label="Cancel echo" hint="Takes out what comes from the loudspeaker." on={cancelEcho} onChange={(on) => prefer({ cancelEcho: on })} />
      <Switch label="Even out the loudness" on={evenOut} onChange={(on) => prefer({ evenOut: on })} />
      <Switch label="Ring aloud when somebody calls" on={ringtone} onChange={(on) => prefer({ ringtone: on })} />
      <Switch
        label="Connect calls of two directly"
        hint="Sound and pictures go straight to the other, not through the server: faster, and nobody between can listen. You see each other's network address (IP) by it, so it happens only when both of you switch this on."
        on={direct}
        onChange={(on) => prefer({ direct: on })}
      />
    </div>
  );
}

function Threshold() {
  const threshold = usePreferences((preferences) => preferences.threshold);
  return <Slider label="How loud it has to be" value={threshold} min={-80} max={-10} unit="dB" onChange={(one) => prefer({ threshold: one })} />;
}

function KeyField() {
  const key = usePreferences((preferences) => preferences.key);
  const [waiting, setWaiting] = useState(false);
  return (
    <div className="field">
      <span id="talk-key">The key</span>
      <button
        type="button"
        aria-describedby="talk-key"
        aria-pressed={waiting}
        onClick={() => setWaiting(true)}
        onBlur={() => setWaiting(false)}
        onKeyDown={(event) => {
          // Tab goes on, and Escape closes the dialog, as everywhere.
          if (!waiting || event.key === 'Tab' || event.key === 'Escape') return;
          event.preventDefault();
          prefer({ key: event.code });
          setWaiting(false);
        }}
        // Space and Enter press a button when they are let go.
        onKeyUp={(event) => event.preventDefault()}
      >
        {waiting ? 'Press a key…' : keyName(key)}
      </button>
      <p className="hint">It works while this page has the focus, and nothing is being written.</p>
    </div>
  );
}

/** Shows how loud one is, and plays it back: heard is heard by others too. */
function MicrophoneTest({ onOpen }: { onOpen(): void }) {
  const preferences = usePreferences();
  const { secure } = useContext(InstanceContext);
  const [running, setRunning] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const meter = useRef<HTMLMeterElement>(null);
  const [open, setOpen] = useState(false);
  const { input, output, suppressNoise, cancelEcho, evenOut, mode, threshold } = preferences;
  const tested = useRef<Microphone | null>(null);

  useEffect(() => {
    if (!running) return;
    let wanted = true;
    let audio: HTMLAudioElement | null = null;
    // In the test it is heard as soon as one speaks: which key is held is no part of it.
    openMicrophone(
      { ...preferences, mode: 'activity' },
      {
        level: (level) => {
          if (meter.current !== null) meter.current.value = Math.max(-80, level);
        },
        speaking: setOpen,
        lost: () => setRunning(false),
      },
    ).then(
      (microphone) => {
        if (!wanted) return microphone.close();
        tested.current = microphone;
        setTrouble(null);
        onOpen();
        audio = new Audio();
        audio.srcObject = new MediaStream([microphone.track]);
        void (audio as { setSinkId?(device: string): Promise<void> }).setSinkId?.(output).catch(() => undefined);
        audio.play().catch(() => undefined);
      },
      (reason: unknown) => {
        setTrouble(typeof reason === 'string' ? (reason as Trouble) : 'no-device');
        setRunning(false);
      },
    );
    return () => {
      wanted = false;
      tested.current?.close();
      tested.current = null;
      if (audio !== null) audio.srcObject = null;
      setOpen(false);
      if (meter.current !== null) meter.current.value = -80;
    };
  }, [running, input, output, suppressNoise, cancelEcho, evenOut]);
  useEffect(() => tested.current?.tune({ ...preferences, mode: 'activity' }), [threshold, mode]);

  return (
    <section className="mic-test" aria-label="Test of the microphone">
      <button type="button" onClick={() => setRunning(!running)}>
        {running ? 'Stop the test' : 'Test the microphone'}
      </button>
      <meter ref={meter} value={-80} min={-80} max={0} low={threshold} aria-label="How loud you are" className={open ? 'open' : ''} />
      <p className="hint" role="status">
        {running ? (open ? 'Others would hear you.' : 'Others would hear nothing.') : 'You hear yourself while it runs.'}
      </p>
      {trouble !== null && <Problem text={troubleInWords(trouble, { endpoint: null, secure })} />}
    </section>
  );
}
