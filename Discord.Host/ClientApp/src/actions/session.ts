import { api, type Credentials, type LoggedIn } from '../api';
import { ApiError, call, type Route, type Sending } from '../call';
import { workerClock } from '../clock';
import { Gateway, gatewayUrl, Op, type Socket } from '../gateway';
import { navigate } from '../route';
import { loggedOut, reduce, useStore } from '../store';
import type { Dispatch } from '../types';

// Everything that a person can do is in this folder. The views call it; the store is written nowhere else.

const tokenKey = 'chat.token';
const { getState: get, setState: set } = useStore;

const clock = workerClock();

let gateway: Gateway | null = null;

const endings = new Set<() => void>();

/** Runs when somebody logs out, so that what belongs to them does not go on. */
export const atEnd = (run: () => void) => void endings.add(run);

const heeding = new Set<(dispatch: Dispatch) => void>();

/** Runs after each dispatch, when the store holds what it changed. */
export const heed = (run: (dispatch: Dispatch) => void) => void heeding.add(run);

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
  const { token } = await call(api.register(form));
  remember(token);
  set({ registeredWith: form.invite ?? null });
}

/** Answers with the ticket of a login that needs a code as well; without one it is done. */
export async function logIn(credentials: Credentials): Promise<string | undefined> {
  const answer: LoggedIn = await call(api.login(credentials));
  if (answer.token != null) remember(answer.token);
  return answer.token == null ? answer.ticket : undefined;
}

export async function enterCode(ticket: string, code: string): Promise<void> {
  remember((await call(api.loginWithCode(ticket, code))).token);
}

/** The token is forgotten here at once; the server is told to forget it too. */
export async function logOut(): Promise<void> {
  const { token } = get();
  localStorage.removeItem(tokenKey);
  leave();
  // An invite or an owner's link stays open for whoever logs in next; a channel is this person's own.
  if (location.pathname.startsWith('/channels/')) navigate('/');
  if (token !== null) await call(api.logout(), token).catch(() => undefined);
}

/** Goes on with a new token, after the server has ended the sessions of the old one. */
export function renew(token: string): void {
  leave();
  remember(token);
}

/** A call in the name of whoever is logged in. */
export async function ask<T>(route: Route<T>, sending?: Sending): Promise<T> {
  const { token } = get();
  if (token === null) throw new ApiError(401, 0, 'You are logged out.');
  try {
    return await call(route, token, sending);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401 && get().token === token) forget();
    throw error;
  }
}

/** Says something over the gateway, where there is no answer to wait for. */
export const tell = (op: number, d: unknown) => gateway?.tell(op, d);

/** The guild that stands open on the page, and the rows of the member lists in it that are on the screen. */
export const watch = (guild: string, channels?: Record<string, [number, number][]>) => gateway?.watch(guild, channels);

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
    onLink: (link) => {
      set({ link });
      if (link === 'ready') showStatus();
    },
    onDispatch: (dispatch: Dispatch) => {
      set((state) => reduce(state, dispatch));
      heeding.forEach((run) => run(dispatch));
    },
    onRejected: forget,
  });
  gateway.start();
}

/** A new session is online until it is told otherwise. */
export function showStatus(): void {
  const { status = 'online', custom_status } = get().settings;
  const text = custom_status?.text ?? '';
  if (status === 'online' && text === '') return;
  tellStatus(status, text);
}

export function tellStatus(status: string, text: string): void {
  tell(Op.Presence, { since: 0, status, afk: false, activities: text === '' ? [] : [{ type: 4, name: 'Custom Status', state: text }] });
}

function leave(): void {
  endings.forEach((end) => end());
  gateway?.stop();
  gateway = null;
  set(loggedOut, true);
}

/** The server does not know the token any more. */
function forget(): void {
  localStorage.removeItem(tokenKey);
  leave();
}

/** Runs what one press asks for; where it fails, the page says why for a moment. */
export function attempt(run: Promise<unknown>): void {
  run.catch((error: unknown) => set({ notice: inWords(error) }));
}

export const dropNotice = () => set({ notice: null });

/** Where the API's own words are a developer's, ours for the same code. */
const words: Readonly<Record<number, string>> = {
  10003: 'This channel does not exist any more.',
  10006: 'This invite is not valid, or it has expired.',
  10008: 'This message does not exist any more.',
  10012: 'This link is not valid, or it was used already.',
  10013: 'There is nobody of this name.',
  20016: 'This channel is in slow mode. Wait a little before you write again.',
  30001: 'You are in as many servers as you can be.',
  30003: 'This channel has as many pinned messages as it can have.',
  30010: 'This message has as many different reactions as it can have.',
  30016: 'This server has as many invites as it can have.',
  40005: 'This file is larger than the server accepts.',
  40007: 'You are banned from this server.',
  40032: 'They are in no voice channel any more.',
  40060: 'This was done already.',
  50001: 'You cannot see this any more.',
  50007: 'You cannot write to this person.',
  50013: 'You do not have the permission for this.',
  50083: 'This thread is archived.',
  60008: 'This code is not right, or it was used already.',
  80004: 'There is nobody of this name.',
  90001: 'You cannot react here.',
  160005: 'This thread is locked.',
};

/** What went wrong, for a person to read. */
export function inWords(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Something went wrong. Try again.';
  return words[error.code] ?? Object.values(error.fields)[0] ?? error.message;
}
