import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../src/voice/engine';
import { decibels, Gate } from '../src/voice/gate';
import { away, having, phaseInWords, troubleInWords, useLive } from '../src/voice/live';
import type { Microphone, MicrophoneEvents } from '../src/voice/microphone';
import { keyName, preferencesFrom, usual, volumeOf } from '../src/voice/preferences';
import type { Ending, Ticket, VoiceConnection, VoiceEvents } from '../src/voice/types';
import { VoiceSigns } from '../src/views/voice/VoiceSigns';

const limits = { width: 1280, height: 720, framerate: 30, bitrate: 1 };
const track = (kind = 'audio') => ({ kind, stopped: false, stop(this: { stopped: boolean }) { this.stopped = true; } }) as unknown as MediaStreamTrack & { stopped: boolean };
const ticket = (channelId: string): Ticket => ({ endpoint: 'voice.test:443/voice', token: `t${channelId}`, serverId: 'g', channelId, userId: 'me', sessionId: 's' });
const place = (channel: string) => ({ guild: 'g', channel });

/** Notes what it is told, and tells what the test wants. */
class FakeConnection implements VoiceConnection {
  sent: Record<string, MediaStreamTrack | null> = {};
  speaks = 0;
  deafened = false;
  direct = false;
  wants: Record<string, number> = {};
  closed = false;

  constructor(readonly ticket: Ticket, readonly events: VoiceEvents) {}

  send(kind: 'audio' | 'video', sent: MediaStreamTrack | null): void { this.sent[kind] = sent; }
  setSpeaking(flags: number): void { this.speaks = flags; }
  setDeafened(on: boolean): void { this.deafened = on; }
  setDirect(on: boolean): void { this.direct = on; }
  want(user: string, quality: number): void { this.wants[user] = quality; }
  close(): void {
    this.closed = true;
    this.events.phase('closed', 'left');
  }
}

class FakeMicrophone implements Microphone {
  readonly track = track();
  tuned = 0;
  mode = '';
  held = false;
  closed = false;

  constructor(readonly events: MicrophoneEvents) {}

  tune({ mode }: Parameters<Microphone['tune']>[0]): void {
    this.tuned++;
    this.mode = mode;
  }
  hold(on: boolean): void { this.held = on; }
  close(): void { this.closed = true; }
}

let connections: FakeConnection[];
let microphones: FakeMicrophone[];
let endings: Ending[];
let lost: string[];
let played: Map<string, MediaStreamTrack | null>;
let volumes: Record<string, number>;
let refused: string | null;
let engine: Engine;

const last = () => connections.at(-1) as FakeConnection;
const settle = () => Promise.resolve().then(() => undefined);

beforeEach(() => {
  connections = [];
  microphones = [];
  endings = [];
  lost = [];
  played = new Map();
  volumes = {};
  refused = null;
  useLive.setState(away, true);
  engine = new Engine(
    {
      me: 'me',
      join: (ticket, events) => {
        const connection = new FakeConnection(ticket, events);
        connections.push(connection);
        return connection;
      },
      openMicrophone: async (_, events) => {
        if (refused !== null) throw refused;
        const microphone = new FakeMicrophone(events);
        microphones.push(microphone);
        return microphone;
      },
      openPlayer: () => ({
        play: (user, sound) => void played.set(user, sound),
        setVolume: (user, volume) => void (volumes[user] = volume),
        setOutput: () => undefined,
        setDeafened: () => undefined,
        close: () => undefined,
      }),
      ended: (ending) => endings.push(ending),
      streamLost: (key) => lost.push(key),
    },
    { ...usual, volumes: { bob: 0.4 } },
  );
  engine.setVoice({ send: true, deafened: false });
});

afterEach(() => engine.leave());

describe('a conversation', () => {
  it('goes from the ticket to being connected', () => {
    engine.enter(place('v'), ticket('v'));
    expect(phaseInWords(useLive.getState())).toBe('Connecting…');
    last().events.phase('connected');
    expect(phaseInWords(useLive.getState())).toBe('Connected');
    last().events.phase('reconnecting');
    expect(phaseInWords(useLive.getState())).toBe('Reconnecting…');
  });

  it('sends the microphone as soon as it is there, and says when one speaks', async () => {
    engine.enter(place('v'), ticket('v'));
    await settle();
    expect(last().sent['audio']).toBe(microphones[0]?.track);
    microphones[0]?.events.speaking(true);
    expect([last().speaks, useLive.getState().speaking]).toEqual([1, {}]);
    last().events.phase('connected');
    expect(useLive.getState().speaking).toEqual({ me: true });
    microphones[0]?.events.speaking(false);
    expect(last().speaks).toBe(0);
    expect(useLive.getState().speaking).toEqual({});
  });

  it('tells a server that this page never reached from one that went away', () => {
    engine.enter(place('v'), ticket('v'));
    last().events.reached(false);
    expect(useLive.getState().missed).toBe('unreachable');
    last().events.reached(true);
    expect(useLive.getState().missed).toBeNull();
    last().events.reached(false);
    expect([useLive.getState().missed, useLive.getState().failure]).toEqual(['gone', null]);
    engine.enter(place('v'), { ...ticket('v'), endpoint: 'other.test:443/voice' });
    expect(useLive.getState().missed).toBeNull();
    last().events.reached(false);
    expect(useLive.getState().missed).toBe('unreachable');
  });

  it('sends nothing, and shows no ring, while one is muted', async () => {
    engine.enter(place('v'), ticket('v'));
    await settle();
    microphones[0]?.events.speaking(true);
    engine.setVoice({ send: false, deafened: false });
    expect([last().sent['audio'], last().speaks, useLive.getState().speaking]).toEqual([null, 0, {}]);
    engine.setVoice({ send: true, deafened: false });
    expect([last().sent['audio'], last().speaks]).toEqual([microphones[0]?.track, 1]);
  });

  it('hears nothing while one is deafened, in the next room too', () => {
    engine.enter(place('v'), ticket('v'));
    engine.setVoice({ send: false, deafened: true });
    expect(last().deafened).toBe(true);
    engine.enter(place('w'), ticket('w'));
    expect(last().deafened).toBe(true);
  });

  it('may go straight to the other in a call, where one wishes it, and nowhere else', () => {
    engine.enter({ guild: null, channel: 'c' }, ticket('c'));
    expect(last().direct).toBe(false);
    engine.apply({ ...usual, direct: true });
    expect(last().direct).toBe(true);
    engine.enter(place('v'), ticket('v'));
    expect(last().direct).toBe(false);
  });

  it('plays others, each as loud as one likes, and forgets who goes', () => {
    expect(volumes).toEqual({ bob: 0.4 });
    engine.enter(place('v'), ticket('v'));
    const sound = track();
    last().events.track('bob', 'audio', sound);
    last().events.speaking('bob', true);
    expect([played.get('bob'), useLive.getState().speaking]).toEqual([sound, { bob: true }]);
    engine.apply({ ...usual, volumes: { bob: 2 } });
    expect(volumes['bob']).toBe(2);
    engine.enter(place('w'), ticket('w'));
    expect([played.get('bob'), useLive.getState().speaking]).toEqual([null, {}]);
  });

  it('hears nothing of a room that one has left', () => {
    engine.enter(place('v'), ticket('v'));
    const [before] = connections;
    engine.enter(place('w'), ticket('w'));
    expect(before?.closed).toBe(true);
    before?.events.speaking('bob', true);
    before?.events.phase('closed', 'removed');
    expect([endings, useLive.getState().speaking, useLive.getState().place?.channel]).toEqual([[], {}, 'w']);
  });

  it('keeps microphone and camera when one is moved', async () => {
    engine.enter(place('v'), ticket('v'));
    await settle();
    const picture = track('video');
    engine.setCamera(picture, limits);
    engine.enter(place('w'), ticket('w'));
    await settle();
    expect(microphones).toHaveLength(1);
    expect(last().sent).toEqual({ audio: microphones[0]?.track, video: picture });
    expect(useLive.getState().cameras).toEqual({ me: picture });
  });

  it('says how it ended', () => {
    engine.enter(place('v'), ticket('v'));
    last().events.phase('closed', 'stale');
    expect(endings).toEqual(['stale']);
    expect(last().closed).toBe(true);
  });

  it('lets go of everything when one leaves', async () => {
    engine.enter(place('v'), ticket('v'));
    await settle();
    const picture = track('video');
    engine.setCamera(picture, limits);
    engine.leave();
    expect([last().closed, microphones[0]?.closed, picture.stopped]).toEqual([true, true, true]);
    expect(useLive.getState()).toEqual(away);
  });

  it('closes a microphone that opens after one has left', async () => {
    engine.enter(place('v'), ticket('v'));
    engine.leave();
    await settle();
    expect(microphones.map(({ closed }) => closed)).toEqual([true]);
  });
});

describe('the microphone', () => {
  it('may be refused: then one listens, is told why, and may ask again', async () => {
    refused = 'denied';
    engine.enter(place('v'), ticket('v'));
    await settle();
    expect([useLive.getState().quiet, last().sent['audio']]).toEqual(['denied', null]);
    refused = null;
    await engine.openMicrophone();
    expect([useLive.getState().quiet, last().sent['audio']]).toEqual([null, microphones[0]?.track]);
  });

  it('is opened anew with another device, and not for another threshold', async () => {
    engine.enter(place('v'), ticket('v'));
    await settle();
    engine.apply({ ...usual, threshold: -30 });
    expect([microphones.length, microphones[0]?.tuned]).toEqual([1, 1]);
    engine.apply({ ...usual, threshold: -30, input: 'headset' });
    await settle();
    expect([microphones.length, microphones[0]?.closed]).toEqual([2, true]);
    expect(last().sent['audio']).toBe(microphones[1]?.track);
  });

  it('needs the key where one may not speak without it', async () => {
    engine.enter(place('v'), ticket('v'));
    await settle();
    engine.setVoice({ send: true, deafened: false, keyOnly: true });
    expect(microphones[0]?.mode).toBe('key');
    engine.setVoice({ send: true, deafened: false });
    expect(microphones[0]?.mode).toBe('activity');
  });

  it('is held open by the key', async () => {
    engine.enter(place('v'), ticket('v'));
    await settle();
    expect([engine.holdKey(true), microphones[0]?.held]).toEqual([false, true]);
    engine.apply({ ...usual, mode: 'key' });
    expect([engine.holdKey(false), microphones[0]?.held]).toEqual([true, false]);
  });

  it('tells speech from silence, and bridges the pauses between words', () => {
    const gate = new Gate(-50);
    expect([gate.feed(-70, 0), gate.feed(-49, 20), gate.feed(-80, 300), gate.feed(-80, 369), gate.feed(-80, 371)]).toEqual([false, true, true, true, false]);
    expect([decibels(1), decibels(0.1), decibels(0)]).toEqual([0, -20, -100]);
  });
});

describe('pictures', () => {
  it('are asked for only while they are seen', () => {
    engine.enter(place('v'), ticket('v'));
    const picture = track('video');
    last().events.track('bob', 'video', picture);
    expect([last().wants['bob'], useLive.getState().cameras]).toEqual([0, { bob: picture }]);
    engine.show('bob', true);
    engine.show('bob', true);
    engine.show('bob', false);
    expect(last().wants['bob']).toBe(100);
    engine.show('bob', false);
    expect(last().wants['bob']).toBe(0);
    last().events.track('bob', 'video', null);
    expect(useLive.getState().cameras).toEqual({});
  });

  it('of screens come over a connection of their own', () => {
    engine.enter(place('v'), ticket('v'));
    engine.stream('guild:g:v:bob', ticket('x'), limits);
    expect(useLive.getState().screens).toEqual({ 'guild:g:v:bob': null });
    const picture = track('video');
    last().events.track('bob', 'video', picture);
    expect(useLive.getState().screens).toEqual({ 'guild:g:v:bob': picture });
    last().events.phase('closed', 'ended');
    expect([useLive.getState().screens, connections[0]?.closed, endings, lost]).toEqual([{}, false, [], []]);
  });

  it('of screens say when their way broke, so that the server is told', () => {
    engine.enter(place('v'), ticket('v'));
    engine.stream('guild:g:v:bob', ticket('x'), limits);
    last().events.phase('closed', 'unreachable');
    expect([useLive.getState().screens, lost]).toEqual([{}, ['guild:g:v:bob']]);
  });

  /** One's own screen, shown to the others. */
  function sharing() {
    engine.enter(place('v'), ticket('v'));
    const [picture, sound] = [track('video'), track()];
    engine.share('guild:g:v:me', { getVideoTracks: () => [picture], getAudioTracks: () => [sound], getTracks: () => [picture, sound] } as unknown as MediaStream);
    engine.stream('guild:g:v:me', ticket('x'), limits);
    return { picture, sound };
  }

  it('of one\'s own screen go on where another server carries them', () => {
    const { picture, sound } = sharing();
    engine.stream('guild:g:v:me', ticket('y'), limits);
    expect([picture.stopped, last().ticket.token, last().sent, connections.at(-2)?.closed, lost]).toEqual([false, 'ty', { video: picture, audio: sound }, true, []]);
  });

  it('of one\'s own screen are sent with their sound, and end with it', () => {
    const { picture, sound } = sharing();
    expect([last().sent, last().speaks]).toEqual([{ video: picture, audio: sound }, 2]);
    engine.endStream('guild:g:v:me');
    expect([picture.stopped, sound.stopped, last().closed, useLive.getState().screens]).toEqual([true, true, true, {}]);
  });
});

describe('preferences', () => {
  it('are what was stored, as far as it makes sense', () => {
    expect(preferencesFrom(null)).toEqual(usual);
    expect(preferencesFrom('no JSON')).toEqual(usual);
    const some = preferencesFrom('{"muted":true,"threshold":"loud","volumes":{"bob":1.5},"key":null}');
    expect(some).toEqual({ ...usual, muted: true, volumes: { bob: 1.5 } });
    expect([volumeOf(some, 'bob'), volumeOf(some, 'eve')]).toEqual([1.5, 1]);
  });

  it('name keys as they are written on them', () => {
    expect(['KeyV', 'Digit1', 'Space', 'ShiftLeft', 'F9'].map(keyName)).toEqual(['V', '1', 'Space', 'Shift Left', 'F9']);
  });
});

describe('words', () => {
  it('say where the secure page is, where it is known', () => {
    expect(troubleInWords('insecure', { endpoint: null, secure: 'https://chat.test' })).toMatch(/https only\. Open https:\/\/chat\.test to speak\./);
    expect(troubleInWords('insecure', { endpoint: null, secure: null })).toMatch(/Ask whoever runs this server/);
    expect(troubleInWords('unreachable', { endpoint: 'chat.test:5443/voice', secure: null })).toMatch(/open https:\/\/chat\.test:5443 once/);
  });

  it('name every sign', () => {
    const html = renderToStaticMarkup(<VoiceSigns state={{ user_id: '1', channel_id: 'v', session_id: 's', self_mute: true, deaf: true, self_video: true }} />);
    expect([...html.matchAll(/aria-label="([^"]+)"/g)].map(([, label]) => label)).toEqual(['Camera on', 'Muted', 'Deafened by a moderator']);
  });
});

it('a record changes only where something differs', () => {
  const record = { a: 1 };
  expect(having(record, 'a', 1)).toBe(record);
  expect(having(record, 'b', undefined)).toBe(record);
  expect(having(record, 'b', 2)).toEqual({ a: 1, b: 2 });
  expect(having(record, 'a', undefined)).toEqual({});
});
