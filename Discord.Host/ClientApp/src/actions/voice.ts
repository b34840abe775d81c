import { api } from '../api';
import { Op } from '../gateway';
import { channelIn, mayIn } from '../guilds';
import { Permission } from '../permissions';
import { own } from '../reads';
import { findChannel, useStore } from '../store';
import type { Dispatch, Dispatches, VoiceState } from '../types';
import { inRoom, listens, streamKey, streamOwner, voicesOf } from '../voices';
import type { Engine } from '../voice/engine';
import { away, useLive, type Place } from '../voice/live';
import { prefer, usePreferences } from '../voice/preferences';
import type { Ending, Ticket, VideoLimits } from '../voice/types';
import { ask, atEnd, attempt, heed, tell } from './session';

const { getState: get, setState: set } = useStore;
const live = useLive.getState;

/** How long the server may take to say where to go, in milliseconds. */
const answerWithin = 10_000;

/** How long another voice server is waited for after the tries to reach the old one, which take about as long, in milliseconds. */
const anotherWithin = 10_000;

/** Tickets that turned out to be worth nothing in a row before it is given up. */
const mostStale = 5;

let running: { engine: Engine; stop(): void } | null = null;
let loading: Promise<typeof import('../voice/start')> | null = null;
let answer: ReturnType<typeof setTimeout> | undefined;
let stale = 0;
/** The conversation whose people are rung as soon as one is in its call. */
let calling: string | null = null;

/** Where the pictures of shared screens are carried, by key, until the token for it comes. */
const carriers = new Map<string, string>();

atEnd(reset);

useLive.subscribe(({ phase }) => {
  if (phase === 'connected') stale = 0;
});

/** Joins a voice channel or a call, or moves there. */
export function joinVoice(guild: string | null, channel: string): void {
  const { place, failure, phase } = live();
  if (place?.channel === channel && failure === null && phase !== 'closed') return;
  const why = refusal(guild, channel);
  if (why !== null) return set({ notice: why });
  if (place !== null && place.guild !== guild) leaveStreams();
  stale = 0;
  request({ guild, channel });
  // Loaded while the server answers.
  void engine().catch(() => fail('unloaded'));
}

export function leaveVoice(): void {
  const { place } = live();
  if (place === null) return;
  leaveStreams();
  tell(Op.VoiceState, { guild_id: place.guild, channel_id: null, self_mute: usePreferences.getState().muted, self_deaf: usePreferences.getState().deafened, self_video: false });
  reset();
}

/** Once more, after it could not be reached. */
export function retryVoice(): void {
  const { place } = live();
  if (place === null) return;
  stale = 0;
  request(place);
}

/** Asks for the microphone again. */
export const retryMicrophone = () => void running?.engine.openMicrophone();

export function toggleMute(): void {
  const { muted, deafened } = usePreferences.getState();
  // Who wants to speak wants to hear.
  prefer(deafened ? { muted: false, deafened: false } : { muted: !muted });
  said();
}

export function toggleDeaf(): void {
  prefer({ deafened: !usePreferences.getState().deafened });
  said();
}

export async function toggleCamera(): Promise<void> {
  const { me } = get();
  const asked = running;
  if (me === null || asked === null) return;
  if (live().cameras[me.id] !== undefined) asked.engine.setCamera(null, cameraLimits);
  else {
    const { camera } = usePreferences.getState();
    const { width, height, framerate } = cameraLimits;
    const stream = await capture(() => navigator.mediaDevices.getUserMedia({ video: { width, height, frameRate: framerate, ...(camera === '' ? {} : { deviceId: { ideal: camera } }) } }), 'camera');
    const [track] = stream?.getVideoTracks() ?? [];
    if (track === undefined) return;
    // Who left while the browser asked shows nothing any more.
    if (asked !== running || !mayShow()) return track.stop();
    track.onended = () => void toggleCamera();
    asked.engine.setCamera(track, cameraLimits);
  }
  announce();
}

export const isSharing = (state: { screens: object }, place: Place | null, me: string | undefined) => place !== null && me !== undefined && streamKey(place.guild, place.channel, me) in state.screens;

/** Asks what to show, and begins to show it. */
export async function shareScreen(): Promise<void> {
  const { me } = get();
  const asked = running;
  if (me === null || asked === null) return;
  const { width, height, framerate } = screenLimits(me.premium_type);
  // What a screen plays is sent as it is: it is no voice.
  const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const screen = await capture(() => navigator.mediaDevices.getDisplayMedia({ video: { width: { max: width }, height: { max: height }, frameRate: { max: framerate } }, audio }), 'screen');
  if (screen === null) return;
  const { place } = live();
  if (asked !== running || place === null || !mayShow()) return screen.getTracks().forEach((track) => track.stop());
  const key = streamKey(place.guild, place.channel, me.id);
  const [picture] = screen.getVideoTracks();
  // The browser has a button of its own to end it.
  if (picture !== undefined) picture.onended = () => stopStream(key);
  asked.engine.share(key, screen);
  tell(Op.StreamCreate, { type: place.guild === null ? 'call' : 'guild', guild_id: place.guild, channel_id: place.channel, preferred_region: null });
}

/** Ends one's own shared screen, or stops watching another's. */
export function stopStream(key: string): void {
  tell(Op.StreamDelete, { stream_key: key });
  carriers.delete(key);
  running?.engine.endStream(key);
}

export function watchStream(key: string): void {
  if (running === null) return;
  useLive.setState(({ screens }) => ({ screens: { ...screens, [key]: screens[key] ?? null } }));
  tell(Op.StreamWatch, { stream_key: key });
}

/** The connection of a screen broke for good: the server is told that it is over. */
function streamLost(key: string): void {
  stopStream(key);
  set({ notice: streamOwner(key) === get().me?.id ? 'Your screen is not shared any more: its connection broke.' : 'You do not see the screen any more: its connection broke.' });
}

/** Somebody's camera is on the screen, or not any more. */
export const showCamera = (user: string, on: boolean) => running?.engine.show(user, on);

export const setVolume = (user: string, volume: number) => prefer({ volumes: { ...usePreferences.getState().volumes, [user]: volume } });

// Calls of direct messages and groups.

/** Joins the call of a conversation; where there is none, begins one. */
export function startCall(channel: string): void {
  // Others are rung by somebody who is there: as soon as one is.
  calling = inRoom(voicesOf(get().voices, null), channel).length > 0 ? null : channel;
  joinVoice(null, channel);
}

/** Calls once more those who are not there. */
export const ringAgain = (channel: string) => ask(api.ring(channel));

export const declineCall = (channel: string) => ask(api.stopRinging(channel));

/** Asks whether there is a call in a conversation that was just opened. */
export const watchCall = (channel: string) => tell(Op.CallConnect, { channel_id: channel });

// Stages.

export const raiseHand = (guild: string, channel: string, up: boolean) => ask(api.updateOwnVoice(guild, { channel_id: channel, request_to_speak_timestamp: up ? new Date().toISOString() : null }));

export const stepBack = (guild: string, channel: string) => ask(api.updateOwnVoice(guild, { channel_id: channel, suppress: true }));

/** Takes up a moderator's invitation to speak. */
export const acceptInvitation = (guild: string, channel: string) => ask(api.updateOwnVoice(guild, { channel_id: channel, suppress: false }));

/** Invites somebody to speak, or oneself to; or moves them back to the audience. */
export const setSpeaker = (guild: string, channel: string, user: string, speaks: boolean) =>
  ask(user === get().me?.id ? api.updateOwnVoice(guild, { channel_id: channel, suppress: !speaks }) : api.updateVoice(guild, user, { channel_id: channel, suppress: !speaks }));

// What the server says.

heed((dispatch: Dispatch) => {
  const { t, d } = dispatch;
  switch (t) {
    case 'READY':
      // The old session left voice when it ended.
      carriers.clear();
      // As soon as the new one may be spoken in.
      queueMicrotask(() => {
        const { place } = live();
        if (place !== null) request(place);
      });
      break;
    case 'RESUMED':
      queueMicrotask(sayAgain);
      break;
    case 'VOICE_STATE_UPDATE':
      if (d.user_id === get().me?.id) ownState(d);
      break;
    case 'VOICE_SERVER_UPDATE':
      placed(d);
      break;
    case 'GUILD_DELETE':
      if (live().place?.guild === d.id && d.unavailable !== true) reset();
      break;
    case 'STREAM_CREATE':
      carriers.set(d.stream_key, d.rtc_server_id);
      break;
    case 'STREAM_SERVER_UPDATE': {
      const server = carriers.get(d.stream_key);
      const ticket = server === undefined ? null : ticketFor(d, server);
      if (ticket !== null) running?.engine.stream(d.stream_key, ticket, screenLimits(get().me?.premium_type));
      break;
    }
    case 'STREAM_DELETE':
      carriers.delete(d.stream_key);
      running?.engine.endStream(d.stream_key);
      if (d.reason !== undefined && streamOwner(d.stream_key) !== get().me?.id) set({ notice: streamEndings[d.reason] ?? null });
      break;
  }
});

const streamEndings: Readonly<Record<string, string>> = { stream_full: 'As many people as possible watch this screen already.', unauthorized: 'You may not watch this screen.' };

function ownState(state: Dispatches['VOICE_STATE_UPDATE']): void {
  const { place, phase } = live();
  if (place === null) return;
  const guild = state.guild_id ?? null;
  if (state.session_id !== get().session) {
    if (state.channel_id !== null && phase !== 'asking') depart('You went on in another window or on another device.');
    return;
  }
  if (state.channel_id === null) {
    if (guild === place.guild && phase !== 'asking') depart('You were disconnected from the voice channel.');
    return;
  }
  if (guild === place.guild && state.channel_id !== place.channel) {
    leaveStreams();
    useLive.setState({ place: { guild, channel: state.channel_id } });
  }
  applyVoice();
  if (guild === null && state.channel_id === calling) {
    calling = null;
    attempt(ringAgain(state.channel_id));
  }
}

function placed(update: Dispatches['VOICE_SERVER_UPDATE']): void {
  const { place } = live();
  if (place === null || (update.guild_id ?? null) !== place.guild || (place.guild === null && update.channel_id !== place.channel)) return;
  clearTimeout(answer);
  const ticket = ticketFor(update, place.guild ?? place.channel);
  if (ticket === null) return useLive.setState({ phase: 'asking', failure: 'unreachable', endpoint: null });
  engine().then(
    (engine) => {
      // Who was moved meanwhile, or left and came back, gets another ticket.
      if (engine === null || live().place !== place) return;
      applyVoice();
      engine.enter(place, ticket);
    },
    () => fail('unloaded'),
  );
}

function ticketFor({ token, endpoint }: { token: string; endpoint: string | null }, serverId: string): Ticket | null {
  const { me, session } = get();
  const { place } = live();
  if (endpoint === null || me === null || session === null || place === null) return null;
  return { endpoint, token, serverId, channelId: place.channel, userId: me.id, sessionId: session };
}

function over(ending: Ending): void {
  const { place } = live();
  if (place === null) return;
  switch (ending) {
    case 'ended':
      return depart(null);
    case 'removed':
      // One who is moved is told where to within a moment; one who is not has been disconnected.
      useLive.setState({ phase: 'closed' });
      clearTimeout(answer);
      answer = setTimeout(() => depart('You were disconnected from the voice channel.'), 3000);
      return;
    case 'stale':
      if (++stale <= mostStale) return request(place, 500 * 2 ** stale);
      return fail('unreachable');
    case 'unreachable':
      // Where one dies, the server notices within seconds, and names another.
      if (live().missed !== 'gone') return fail(ending);
      useLive.setState({ phase: 'reconnecting' });
      clearTimeout(answer);
      answer = setTimeout(() => fail(ending), anotherWithin);
      return;
    case 'unsupported':
      return fail(ending);
  }
}

/** Tells the server where one wants to be, now or after a pause, and waits for its answer. */
function request(place: Place, pause = 0): void {
  useLive.setState({ place, phase: 'asking', failure: null, missed: null });
  clearTimeout(answer);
  const say = () => {
    announce();
    answer = setTimeout(() => fail('silent'), answerWithin);
  };
  if (pause === 0) say();
  else answer = setTimeout(say, pause);
}

function fail(failure: 'silent' | 'unreachable' | 'unsupported' | 'unloaded'): void {
  clearTimeout(answer);
  if (live().place !== null) useLive.setState({ failure, phase: 'closed' });
}

/** One is not in voice any more, and did not say so oneself. */
function depart(notice: string | null): void {
  reset();
  if (notice !== null) set({ notice });
}

function reset(): void {
  clearTimeout(answer);
  running?.stop();
  running = null;
  calling = null;
  carriers.clear();
  useLive.setState(away, true);
}

function leaveStreams(): void {
  for (const key of Object.keys(live().screens)) stopStream(key);
}

/** Null when one left while it was loaded. */
async function engine(): Promise<Engine | null> {
  loading ??= import('../voice/start');
  try {
    const { start } = await loading;
    if (live().place === null) return null;
    running ??= start({ me: get().me?.id ?? '', ended: over, streamLost });
    return running.engine;
  } catch (error) {
    loading = null;
    throw error;
  }
}

/** Mute and deafen hold here at once; others are told. */
function said(): void {
  applyVoice();
  if (live().place !== null) announce();
}

function announce(): void {
  const { place } = live();
  if (place !== null) tell(Op.VoiceState, { guild_id: place.guild, channel_id: place.channel, ...signs() });
}

/** What others see of one. */
function signs(): Required<Pick<VoiceState, 'self_mute' | 'self_deaf' | 'self_video'>> {
  const { muted, deafened } = usePreferences.getState();
  return { self_mute: muted || deafened, self_deaf: deafened, self_video: live().cameras[get().me?.id ?? ''] !== undefined };
}

/** What was said while the gateway was away is lost: one left, came, muted oneself, and the server does not know. */
function sayAgain(): void {
  const { me, session, voices } = get();
  const { place, phase, failure } = live();
  if (place !== null && (phase === 'asking' || failure === 'silent')) return request(place);
  const found = Object.entries(voices).find(([, states]) => me !== null && states[me.id]?.session_id === session);
  if (found === undefined || me === null) return;
  const [house, { [me.id]: known }] = found;
  if (place === null) tell(Op.VoiceState, { guild_id: house === own ? null : house, channel_id: null, ...signs() });
  // Asked for what it knows, it would give another ticket.
  else if (Object.entries(signs()).some(([name, value]) => known?.[name as keyof VoiceState] !== value)) announce();
}

function applyVoice(): void {
  const { me, voices, guilds } = get();
  const { place } = live();
  if (place === null || me === null) return;
  const { muted, deafened } = usePreferences.getState();
  const mine = voicesOf(voices, place.guild)[me.id];
  const house = place.guild === null ? undefined : guilds?.[place.guild];
  const keyOnly = house !== undefined && !mayIn(house, me.id, channelIn(house, place.channel))(Permission.UseVoiceActivity);
  const deaf = deafened || mine?.deaf === true;
  running?.engine.setVoice({ send: !muted && !deaf && mine?.mute !== true && (mine === undefined || !listens(mine)), deafened: deaf, keyOnly });
  // The server shows it to nobody any more: then it is not on either.
  if (live().cameras[me.id] !== undefined && !mayShow()) running?.engine.setCamera(null, cameraLimits);
}

/** Whether one may show a camera or a screen where one is. */
function mayShow(): boolean {
  const { me, voices, guilds } = get();
  const { place } = live();
  if (me === null || place === null) return false;
  const mine = voicesOf(voices, place.guild)[me.id];
  const house = place.guild === null ? undefined : guilds?.[place.guild];
  return (mine === undefined || !listens(mine)) && (house === undefined || mayIn(house, me.id, channelIn(house, place.channel))(Permission.Stream));
}

function refusal(guild: string | null, channel: string): string | null {
  const { guilds, voices, me } = get();
  const house = guild === null ? undefined : guilds?.[guild];
  const found = findChannel(get(), channel)?.channel;
  if (house === undefined || found === undefined) return null;
  const may = mayIn(house, me?.id, found);
  if (!may(Permission.Connect)) return 'You may not join this voice channel.';
  const limit = found.user_limit ?? 0;
  const inside = inRoom(voicesOf(voices, guild), channel);
  const full = limit > 0 && inside.length >= limit && !inside.some(({ user_id }) => user_id === me?.id) && !may(Permission.MoveMembers);
  return full ? 'This voice channel is full.' : null;
}

async function capture(run: () => Promise<MediaStream>, what: 'camera' | 'screen'): Promise<MediaStream | null> {
  if (navigator.mediaDevices === undefined) {
    set({ notice: `Browsers give the ${what} to pages over https only.` });
    return null;
  }
  try {
    return await run();
  } catch (error) {
    // Closing the picker is no failure.
    const denied = error instanceof DOMException && error.name === 'NotAllowedError';
    if (what === 'camera') set({ notice: denied ? 'This page may not use the camera. Allow it beside the address bar.' : 'No camera was found, or another program holds it.' });
    else if (!denied) set({ notice: 'This screen cannot be shared.' });
    return null;
  }
}

const cameraLimits: VideoLimits = { width: 1280, height: 720, framerate: 30, bitrate: 1_500_000 };

/** 720p30, and 1080p60 with premium. */
const screenLimits = (premium: number | null | undefined): VideoLimits =>
  (premium ?? 0) > 0 ? { width: 1920, height: 1080, framerate: 60, bitrate: 6_000_000 } : { width: 1280, height: 720, framerate: 30, bitrate: 2_500_000 };
