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

/** One REST call, described: `T` is what a success brings. */
export interface Route<T> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  /** Sent beside the body, as `files[0]`, `files[1]`, … */
  readonly files?: readonly File[];
  /** False: a 429 is reported at once, for a person who waits at a form. */
  readonly patient?: boolean;
  /** True: the call is finished even if the page is closed meanwhile. */
  readonly outlives?: boolean;
  /** Never there: it carries the type. */
  readonly answer?: T;
}

export interface Sending {
  /** What has gone out, 0 to 1. Told only where files are sent. */
  onProgress?(part: number): void;
  signal?: AbortSignal;
}

interface Answer {
  status: number;
  payload: unknown;
  retryAfter: string | null;
}

/** Makes the call. Throws {@link ApiError} for every answer that is not a success, and when there is none. */
export async function call<T>(route: Route<T>, token?: string, sending: Sending = {}): Promise<T> {
  for (let waits = 0; ; waits++) {
    const answer = await (route.files === undefined || route.files.length === 0 ? exchange(route, token) : upload(route, route.files, token, sending));
    if (answer.status >= 200 && answer.status < 300) return answer.payload as T;

    const wait = number(answer.payload, 'retry_after') ?? Number(answer.retryAfter ?? '1');
    if (answer.status !== 429 || route.patient === false || waits >= maxWaits || wait > longestWait) throw refusal(answer, wait);
    await new Promise((resolve) => setTimeout(resolve, wait * 1000 + 50));
  }
}

async function exchange({ method, path, body, outlives = false }: Route<unknown>, token: string | undefined): Promise<Answer> {
  const headers = { ...authorization(token), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) };
  try {
    const init = { method, headers, body: body === undefined ? null : JSON.stringify(body), keepalive: outlives };
    const response = await fetch(base + path, { ...init, credentials: 'omit', cache: 'no-store' });
    return { status: response.status, payload: parse(await response.text()), retryAfter: response.headers.get('Retry-After') };
  } catch {
    throw unreachable();
  }
}

/** The old way of calling, because it alone tells how much of a file has gone out. */
function upload({ method, path, body = {} }: Route<unknown>, files: readonly File[], token: string | undefined, { onProgress, signal }: Sending): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    // A field and no blob: what has a name is a file to the server.
    form.set('payload_json', JSON.stringify(body));
    files.forEach((file, index) => form.set(`files[${index}]`, file, file.name));

    request.open(method, base + path);
    for (const [name, value] of Object.entries(authorization(token))) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(total === 0 ? 0 : loaded / total);
    request.onload = () => resolve({ status: request.status, payload: parse(request.responseText), retryAfter: request.getResponseHeader('Retry-After') });
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new ApiError(0, 0, 'You stopped this.'));
    signal?.addEventListener('abort', () => request.abort());
    if (signal?.aborted === true) reject(new ApiError(0, 0, 'You stopped this.'));
    else request.send(form);
  });
}

const authorization = (token: string | undefined): Record<string, string> => (token === undefined ? {} : { Authorization: token });

const unreachable = () => new ApiError(0, 0, 'The server cannot be reached. Check your connection and try again.');

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal({ status, payload }: Answer, wait: number): ApiError {
  const code = number(payload, 'code') ?? 0;
  if (status === 429) return new ApiError(429, code, `Too many tries. Wait ${Math.ceil(wait)} s and try again.`);
  if (status >= 500) return new ApiError(status, code, 'The server has a problem right now. Try again in a moment.');
  const fields = typeof payload === 'object' && payload !== null && 'errors' in payload ? fieldErrors(payload.errors) : {};
  const message = typeof payload === 'object' && payload !== null && 'message' in payload ? String(payload.message) : status === 413 ? 'This is larger than the server accepts.' : `The server refused this (${status}).`;
  return new ApiError(status, code, message, fields);
}

function number(payload: unknown, key: string): number | undefined {
  const value: unknown = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>)[key] : undefined;
  return typeof value === 'number' ? value : undefined;
}
