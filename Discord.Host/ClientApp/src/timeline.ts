import type { Emoji, Message, Reaction } from './types';

/** Messages asked for at a time. */
export const pageSize = 50;

/** Above this many a timeline that nobody scrolls through is cut down to {@link kept}; what is cut can be loaded again. */
const most = 400;
const kept = 150;

/** A message on its way: shown at once, replaced by the stored one, or kept with the reason why it failed. */
export interface Outgoing {
  nonce: string;
  content: string;
  files: readonly File[];
  /** What of the files has gone out, 0 to 1. */
  progress: number;
  /** The message that it answers. */
  answers: { id: string; ping: boolean } | null;
  /** Milliseconds since 1970. */
  at: number;
  /** Why it was not sent; null while it is on its way. */
  failure: string | null;
}

/** What is known of one channel's messages: an unbroken run of them, oldest first, up to the newest. */
export interface Timeline {
  readonly messages: readonly Message[];
  readonly outgoing: readonly Outgoing[];
  readonly loading: 'newest' | 'older' | null;
  /** The newest page has been read since the last gap in the events. */
  readonly current: boolean;
  /** The newest message known before that gap. */
  readonly reach: string | undefined;
  /** How many gaps there were: a page that was asked for in an earlier epoch is thrown away. */
  readonly epoch: number;
  /** There may be messages before the first. */
  readonly hasOlder: boolean;
  readonly failure: string | null;
  /** Deleted while a page was being read, which may have been written before the deletion. */
  readonly deleted: readonly string[];
}

export const emptyTimeline: Timeline = {
  messages: [],
  outgoing: [],
  loading: null,
  current: false,
  reach: undefined,
  epoch: 0,
  hasOlder: true,
  failure: null,
  deleted: [],
};

/** Snowflakes are numbers without leading zeros: the longer one is the younger one. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

export function begin(timeline: Timeline, loading: 'newest' | 'older'): Timeline {
  return { ...timeline, loading, failure: null, deleted: [] };
}

export function failed(timeline: Timeline, failure: string): Timeline {
  return { ...timeline, loading: null, failure };
}

/** Events were lost: everything has to be read again. What is being read now was perhaps written before the loss. */
export function gap(timeline: Timeline): Timeline {
  const reach = timeline.messages.at(-1)?.id ?? timeline.reach;
  return { ...timeline, loading: null, current: false, reach, epoch: timeline.epoch + 1, failure: null, deleted: [] };
}

/**
 * The newest page, as REST gives it: newest first. It replaces what was known, except what events brought since the gap and
 * after the page was written.
 */
export function newest(timeline: Timeline, page: readonly Message[]): Timeline {
  const fresh = ascending(page, timeline);
  const last = fresh.at(-1)?.id;
  const younger = timeline.messages.filter(({ id }) => isAfter(id, last) && isAfter(id, timeline.reach));
  return { ...timeline, messages: [...fresh, ...younger], loading: null, current: true, reach: undefined, hasOlder: page.length >= pageSize, failure: null, deleted: [] };
}

/** A page from before the first message. */
export function older(timeline: Timeline, page: readonly Message[]): Timeline {
  const first = timeline.messages[0];
  const before = ascending(page, timeline).filter((message) => first === undefined || compareIds(message.id, first.id) < 0);
  return { ...timeline, messages: [...before, ...timeline.messages], loading: null, hasOlder: page.length >= pageSize, failure: null, deleted: [] };
}

/** A message that was just stored: by an event, or as the answer to sending it, in either order. */
export function stored(timeline: Timeline, message: Message, mine: boolean): Timeline {
  const nonce = message.nonce === undefined ? undefined : String(message.nonce);
  const outgoing = mine && nonce !== undefined ? timeline.outgoing.filter((sent) => sent.nonce !== nonce) : timeline.outgoing;
  if (timeline.deleted.includes(message.id)) return { ...timeline, outgoing };

  const at = timeline.messages.findLastIndex((known) => compareIds(known.id, message.id) <= 0);
  if (timeline.messages[at]?.id === message.id) return { ...timeline, outgoing };
  return { ...timeline, outgoing, messages: timeline.messages.toSpliced(at + 1, 0, message) };
}

export function changed(timeline: Timeline, change: Partial<Message> & { id: string }): Timeline {
  const at = timeline.messages.findIndex((message) => message.id === change.id);
  const known = timeline.messages[at];
  return known === undefined ? timeline : { ...timeline, messages: timeline.messages.with(at, { ...known, ...change }) };
}

export const sameEmoji = (a: Emoji, b: Emoji) => (a.id ?? a.name) === (b.id ?? b.name);

/** One reaction more or less. Where it is one's own and already counted, by the answer or by the event, it counts once. */
export function reacted(timeline: Timeline, id: string, emoji: Emoji, by: 1 | -1, mine: boolean): Timeline {
  const reactions = timeline.messages.find((message) => message.id === id)?.reactions ?? [];
  const known = reactions.find((reaction) => sameEmoji(reaction.emoji, emoji));
  if (mine && (known?.me ?? false) === by > 0) return timeline;
  const next: Reaction = { emoji, count: (known?.count ?? 0) + by, me: mine ? by > 0 : (known?.me ?? false) };
  const list = known === undefined ? [...reactions, next] : reactions.map((reaction) => (reaction === known ? next : reaction));
  return changed(timeline, { id, reactions: list.filter(({ count }) => count > 0) });
}

export function withoutReaction(timeline: Timeline, id: string, emoji: Emoji): Timeline {
  const reactions = timeline.messages.find((message) => message.id === id)?.reactions ?? [];
  return changed(timeline, { id, reactions: reactions.filter((reaction) => !sameEmoji(reaction.emoji, emoji)) });
}

export function deleted(timeline: Timeline, ids: readonly string[]): Timeline {
  return {
    ...timeline,
    messages: timeline.messages.filter((message) => !ids.includes(message.id)),
    deleted: timeline.loading === null ? timeline.deleted : [...timeline.deleted, ...ids],
  };
}

/** Keeps a timeline that is read at its end from growing for ever. */
export function trimmed(timeline: Timeline): Timeline {
  return timeline.messages.length <= most ? timeline : { ...timeline, messages: timeline.messages.slice(-kept), hasOlder: true };
}

export function withOutgoing(timeline: Timeline, sent: Outgoing): Timeline {
  const others = timeline.outgoing.filter((other) => other.nonce !== sent.nonce);
  return { ...timeline, outgoing: [...others, sent] };
}

export function withoutOutgoing(timeline: Timeline, nonce: string): Timeline {
  return { ...timeline, outgoing: timeline.outgoing.filter((sent) => sent.nonce !== nonce) };
}

export function withProgress(timeline: Timeline, nonce: string, progress: number): Timeline {
  return { ...timeline, outgoing: timeline.outgoing.map((sent) => (sent.nonce === nonce ? { ...sent, progress } : sent)) };
}

export function withFailure(timeline: Timeline, nonce: string, failure: string): Timeline {
  return { ...timeline, outgoing: timeline.outgoing.map((sent) => (sent.nonce === nonce ? { ...sent, failure } : sent)) };
}

function ascending(page: readonly Message[], timeline: Timeline): Message[] {
  const known = new Map(timeline.messages.map((message) => [message.id, message]));
  return page
    .filter((message) => !timeline.deleted.includes(message.id))
    .map((message) => later(known.get(message.id), message))
    .sort((a, b) => compareIds(a.id, b.id));
}

/** Of two readings of one message the one that was edited last. */
function later(known: Message | undefined, read: Message): Message {
  return known !== undefined && Date.parse(known.edited_timestamp ?? '') > Date.parse(read.edited_timestamp ?? '1970-01-01') ? known : read;
}

function isAfter(id: string, other: string | undefined): boolean {
  return other === undefined || compareIds(id, other) > 0;
}
