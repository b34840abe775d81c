import { api, ApiError, type Credentials } from './api';
import { workerClock } from './clock';
import { Gateway, gatewayUrl, type Socket } from './gateway';
import { channelPath, inviteCode, navigate } from './route';
import { inTimeline, loggedOut, message as storedMessage, openTimeline, reduce, useStore } from './store';
import * as timelines from './timeline';
import type { Invite, Message } from './types';

// Everything that a person can do. The views call these; the store is written nowhere else.

const tokenKey = 'chat.token';
const { getState: get, setState: set } = useStore;

const clock = workerClock();

let gateway: Gateway | null = null;

/** The last message on its way in each channel: the next one waits for it, so that they arrive in the order they were written. */
const sending = new Map<string, Promise<void>>();

/** Takes up the session that this browser remembers, and follows what its other tabs do. */
export function start(): void {
  const token = localStorage.getItem(tokenKey);
  if (token !== null) enter(token);

  window.addEventListener('storage', (event) => {
    if (event.key !== tokenKey || event.newValue === get().token) return;
    leave();
    if (event.newValue !== null) enter(event.newValue);
  });
  const probe = () => gateway?.probe();
  window.addEventListener('online', probe);
  window.addEventListener('offline', probe);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') probe();
  });
}

export async function register(form: Credentials & { username: string; invite?: string }): Promise<void> {
  const { token } = await api.register(form);
  remember(token);
  set({ registeredWith: form.invite ?? null });
}

export async function logIn(credentials: Credentials): Promise<void> {
  const { token } = await api.login(credentials);
  if (token == null) throw new ApiError(400, 0, 'This account is protected by a second factor, which this page cannot ask for yet.');
  remember(token);
}

/** The token is forgotten here at once; the server is told to forget it too. */
export async function logOut(): Promise<void> {
  const { token } = get();
  localStorage.removeItem(tokenKey);
  leave();
  // An invite or an owner's link stays open for whoever logs in next; a channel is this person's own.
  if (location.pathname.startsWith('/channels/')) navigate('/');
  if (token !== null) await api.logout(token).catch(() => undefined);
}

export async function createGuild(name: string): Promise<void> {
  const guild = await authorized((token) => api.createGuild(token, name));
  openGuild(guild.id);
}

export async function joinGuild(pasted: string): Promise<void> {
  const code = inviteCode(pasted);
  if (code === '') throw new ApiError(400, 0, 'That is no invite link or code.');
  const invite = await authorized((token) => api.join(token, code));
  if (invite.guild !== undefined) openGuild(invite.guild.id);
}

export const createInvite = (channel: string): Promise<Invite> => authorized((token) => api.createInvite(token, channel));

export const claimOwner = (claim: string): Promise<void> => authorized((token) => api.claimOwner(token, claim));

/** Reads the newest messages of a channel, unless they are known. */
export async function loadNewest(channel: string): Promise<void> {
  const known = get().timelines[channel];
  if (known?.current === true || (known !== undefined && known.loading !== null)) return;
  set((state) => openTimeline(state, channel, (timeline) => timelines.begin(timeline, 'newest')));
  await read(channel, undefined, timelines.newest);
}

/** Reads one page of messages from before the first known one. Where that failed it is not tried again before a person asks. */
export async function loadOlder(channel: string, asked = false): Promise<void> {
  const known = get().timelines[channel];
  const first = known?.messages[0];
  if (known?.failure != null && !asked) return;
  if (known === undefined || first === undefined || !known.current || !known.hasOlder || known.loading !== null) return;
  set((state) => inTimeline(state, channel, (timeline) => timelines.begin(timeline, 'older')));
  await read(channel, first.id, timelines.older);
}

export function setDraft(channel: string, text: string): void {
  set((state) => ({ drafts: { ...state.drafts, [channel]: text } }));
}

export function setScrolledUp(channel: string | null): void {
  if (get().scrolledUp !== channel) set({ scrolledUp: channel });
}

/** Shows the message at once and sends it after those before it. */
export function send(channel: string, content: string): void {
  post(channel, { nonce: newNonce(), content, at: Date.now(), failure: null });
}

/** Sends a failed message again, under its old nonce: if the server did get it the first time, it is not stored twice. */
export function retry(channel: string, nonce: string): void {
  const failed = get().timelines[channel]?.outgoing.find((outgoing) => outgoing.nonce === nonce);
  if (failed !== undefined) post(channel, { ...failed, failure: null });
}

export function discard(channel: string, nonce: string): void {
  set((state) => inTimeline(state, channel, (timeline) => timelines.withoutOutgoing(timeline, nonce)));
}

export async function edit(message: Message, content: string): Promise<void> {
  const changed = await authorized((token) => api.edit(token, message.channel_id, message.id, content));
  set((state) => inTimeline(state, message.channel_id, (timeline) => timelines.changed(timeline, changed)));
}

export async function remove(message: Message): Promise<void> {
  await authorized((token) => api.remove(token, message.channel_id, message.id));
  set((state) => inTimeline(state, message.channel_id, (timeline) => timelines.deleted(timeline, [message.id])));
}

/** Goes to a guild whose GUILD_CREATE may still be on its way. */
export function openGuild(guild: string): void {
  if (get().guilds?.[guild] === undefined) set({ entering: guild });
  navigate(channelPath(guild));
}

/** The guild that stands open on the page. */
export function watchGuild(guild: string): void {
  gateway?.watch(guild);
}

function remember(token: string): void {
  localStorage.setItem(tokenKey, token);
  enter(token);
}

function enter(token: string): void {
  set({ ...loggedOut, token });
  gateway = new Gateway({
    url: gatewayUrl(location),
    token,
    open: (url) => new WebSocket(url) as Socket,
    clock,
    onLink: (link) => set({ link }),
    onDispatch: (dispatch) => set((state) => reduce(state, dispatch)),
    onRejected: forget,
  });
  gateway.start();
}

function leave(): void {
  sending.clear();
  gateway?.stop();
  gateway = null;
  set(loggedOut, true);
}

/** The server does not know the token any more. */
function forget(): void {
  localStorage.removeItem(tokenKey);
  leave();
}

/** A call in the name of whoever is logged in. */
async function authorized<T>(run: (token: string) => Promise<T>): Promise<T> {
  const { token } = get();
  if (token === null) throw new ApiError(401, 0, 'You are logged out.');
  try {
    return await run(token);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401 && get().token === token) forget();
    throw error;
  }
}

async function read(channel: string, before: string | undefined, merge: (timeline: timelines.Timeline, page: Message[]) => timelines.Timeline): Promise<void> {
  const epoch = get().timelines[channel]?.epoch;
  const then = (change: (timeline: timelines.Timeline) => timelines.Timeline) =>
    set((state) => inTimeline(state, channel, (timeline) => (timeline.epoch === epoch ? change(timeline) : timeline)));
  try {
    const page = await authorized((token) => api.messages(token, channel, timelines.pageSize, before));
    then((timeline) => merge(timeline, page));
  } catch (error) {
    then((timeline) => timelines.failed(timeline, inWords(error)));
  }
}

function post(channel: string, outgoing: timelines.Outgoing): void {
  const author = get().token;
  set((state) => openTimeline(state, channel, (timeline) => timelines.withOutgoing(timeline, outgoing)));
  const sent = (sending.get(channel) ?? Promise.resolve()).then(async () => {
    // What somebody left waiting when they logged out is never said in the name of who came after them.
    if (get().token !== author) return;
    try {
      const stored = await authorized((token) => api.send(token, channel, outgoing.content, outgoing.nonce));
      set((state) => storedMessage(state, { ...stored, nonce: outgoing.nonce }));
    } catch (error) {
      set((state) => inTimeline(state, channel, (timeline) => timelines.withFailure(timeline, outgoing.nonce, inWords(error))));
    }
  });
  sending.set(channel, sent);
}

/** Up to 25 characters, as the API allows; unique for this person within the minutes that the server remembers it. */
function newNonce(): string {
  return String(crypto.getRandomValues(new BigUint64Array(1))[0]);
}

/** Where the API's own words are a developer's, ours for the same code. */
const words: Readonly<Record<number, string>> = {
  10003: 'This channel does not exist any more.',
  10006: 'This invite is not valid, or it has expired.',
  10008: 'This message does not exist any more.',
  10012: 'This link is not valid, or it was used already.',
  20016: 'This channel is in slow mode. Wait a little before you write again.',
  30001: 'You are in as many servers as you can be.',
  30016: 'This server has as many invites as it can have.',
  40007: 'You are banned from this server.',
  50001: 'You cannot see this any more.',
  50013: 'You do not have the permission for this.',
};

/** What went wrong, for a person to read. */
export function inWords(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Something went wrong. Try again.';
  return words[error.code] ?? Object.values(error.fields)[0] ?? error.message;
}
