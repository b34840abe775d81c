import type { Invite, Message } from './types';

const base = '/api/v10';

/** How many times one call waits out a 429 before it gives up. */
const maxWaits = 4;

/** Longest wait, in seconds, that a call takes upon itself; beyond it the person is told instead. */
const longestWait = 20;

/** What went wrong with a call, in words for a person. `status` 0 means that no answer came at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    /** The API's own error number; 0 when it gave none. */
    readonly code: number,
    message: string,
    /** The first message for each field, by its dotted path in the request ("email", "embeds.0.title"). */
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'ApiError';
  }

  get isOffline(): boolean {
    return this.status === 0;
  }
}

/** Flattens the `errors` tree of a 50035 body: keys mirror the request, leaves are `_errors` arrays. */
export function fieldErrors(tree: unknown, path = ''): Record<string, string> {
  const found: Record<string, string> = {};
  if (typeof tree !== 'object' || tree === null) return found;
  for (const [key, value] of Object.entries(tree)) {
    if (key === '_errors') {
      const first: unknown = Array.isArray(value) ? value[0] : undefined;
      const message = typeof first === 'object' && first !== null && 'message' in first ? first.message : undefined;
      if (typeof message === 'string') found[path] = message;
    } else {
      Object.assign(found, fieldErrors(value, path === '' ? key : `${path}.${key}`));
    }
  }
  return found;
}

export interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: object;
  /** Absent for the routes that are open to everybody. */
  token?: string;
  /** False: a 429 is reported at once, for a person who waits at a form. */
  patient?: boolean;
  /** True: the call is finished even if the page is closed meanwhile. */
  outlives?: boolean;
}

/** One REST call. Throws {@link ApiError} for every answer that is not a success, and when there is none. */
export async function call<T>({ method, path, body, token, patient = true, outlives = false }: Call): Promise<T> {
  const headers: Record<string, string> = {};
  if (token !== undefined) headers['Authorization'] = token;
  if (body !== undefined) headers['Content-Type'] = 'application/json';

  for (let waits = 0; ; waits++) {
    const { response, payload } = await exchange(base + path, { method, headers, body: body === undefined ? null : JSON.stringify(body), keepalive: outlives });
    if (response.ok) return payload as T;

    const wait = number(payload, 'retry_after') ?? Number(response.headers.get('Retry-After') ?? '1');
    if (response.status !== 429 || !patient || waits >= maxWaits || wait > longestWait) throw refusal(response, payload, wait);
    await new Promise((resolve) => setTimeout(resolve, wait * 1000 + 50));
  }
}

async function exchange(url: string, init: RequestInit): Promise<{ response: Response; payload: unknown }> {
  try {
    const response = await fetch(url, { ...init, credentials: 'omit', cache: 'no-store' });
    const text = await response.text();
    return { response, payload: parse(text) };
  } catch {
    throw new ApiError(0, 0, 'The server cannot be reached. Check your connection and try again.');
  }
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(response: Response, payload: unknown, wait: number): ApiError {
  const code = number(payload, 'code') ?? 0;
  if (response.status === 429) return new ApiError(429, code, `Too many tries. Wait ${Math.ceil(wait)} s and try again.`);
  if (response.status >= 500) return new ApiError(response.status, code, 'The server has a problem right now. Try again in a moment.');
  const fields = typeof payload === 'object' && payload !== null && 'errors' in payload ? fieldErrors(payload.errors) : {};
  const message = typeof payload === 'object' && payload !== null && 'message' in payload ? String(payload.message) : `The server refused this (${response.status}).`;
  return new ApiError(response.status, code, message, fields);
}

function number(payload: unknown, key: string): number | undefined {
  const value: unknown = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>)[key] : undefined;
  return typeof value === 'number' ? value : undefined;
}

export interface Credentials {
  email: string;
  password: string;
}

const id = encodeURIComponent;

/** The routes that this client calls. Each throws {@link ApiError}. */
export const api = {
  register: (form: Credentials & { username: string; invite?: string }) =>
    call<{ token: string }>({ method: 'POST', path: '/auth/register', body: form, patient: false }),

  /** No token: the account asks for a second factor. */
  login: ({ email, password }: Credentials) =>
    call<{ token?: string | null }>({ method: 'POST', path: '/auth/login', body: { login: email, password }, patient: false }),

  logout: (token: string) => call<void>({ method: 'POST', path: '/auth/logout', body: {}, token, outlives: true }),

  claimOwner: (token: string, claim: string) => call<void>({ method: 'POST', path: '/auth/claim-owner', body: { token: claim }, token, patient: false }),

  createGuild: (token: string, name: string) => call<{ id: string }>({ method: 'POST', path: '/guilds', body: { name }, token, patient: false }),

  invite: (code: string) => call<Invite>({ method: 'GET', path: `/invites/${id(code)}?with_counts=true` }),

  createInvite: (token: string, channel: string) =>
    call<Invite>({ method: 'POST', path: `/channels/${id(channel)}/invites`, body: { max_age: 604800, max_uses: 0 }, token }),

  join: (token: string, code: string) => call<Invite>({ method: 'POST', path: `/invites/${id(code)}`, body: {}, token, patient: false }),

  messages: (token: string, channel: string, limit: number, before?: string) =>
    call<Message[]>({ method: 'GET', path: `/channels/${id(channel)}/messages?limit=${limit}${before === undefined ? '' : `&before=${id(before)}`}`, token }),

  /** `nonce` with `enforce_nonce`: a message sent twice by a retry is stored once. */
  send: (token: string, channel: string, content: string, nonce: string) =>
    call<Message>({ method: 'POST', path: `/channels/${id(channel)}/messages`, body: { content, nonce, enforce_nonce: true }, token }),

  edit: (token: string, channel: string, message: string, content: string) =>
    call<Message>({ method: 'PATCH', path: `/channels/${id(channel)}/messages/${id(message)}`, body: { content }, token }),

  remove: (token: string, channel: string, message: string) =>
    call<void>({ method: 'DELETE', path: `/channels/${id(channel)}/messages/${id(message)}`, token }),
};

/** The instance's own name, shown wherever a product would show its brand. */
export async function instanceName(): Promise<string> {
  try {
    const response = await fetch('/instance.json', { credentials: 'omit' });
    const body: unknown = response.ok ? await response.json() : undefined;
    const name = typeof body === 'object' && body !== null && 'name' in body ? body.name : undefined;
    if (typeof name === 'string' && name.trim() !== '') return name.trim();
  } catch {
    // The name is decoration: without it the page says the fallback.
  }
  return 'Community Chat';
}
