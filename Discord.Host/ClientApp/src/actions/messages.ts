import { api } from '../api';
import { findChannel, inGuild, inTimeline, message as storedMessage, met, openTimeline, reduce, useStore, withThread } from '../store';
import * as timelines from '../timeline';
import { compareIds, type Outgoing, type Timeline } from '../timeline';
import type { Channel, Emoji, Message } from '../types';
import { ask, atEnd, inWords } from './session';

const { getState: get, setState: set } = useStore;

/** Pages that are read at most to get to one message: beyond, a person goes on by scrolling. */
const mostPages = 20;

/** While somebody writes, others are told so this often, in milliseconds. */
const typingEvery = 8_000;

/** The last message on its way in each channel: the next one waits for it, so that they arrive in the order they were written. */
const sending = new Map<string, Promise<void>>();

/** What stops a message whose files are going out, by its nonce. */
const stops = new Map<string, AbortController>();

const lastTyping = new Map<string, number>();

atEnd(() => {
  stops.forEach((stop) => stop.abort());
  sending.clear();
  stops.clear();
  lastTyping.clear();
});

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

/** Reads back until the message is there. False: it lies too far back, or is gone. */
export async function loadBackTo(channel: string, message: string): Promise<boolean> {
  for (let pages = 0; pages < mostPages; pages++) {
    const known = get().timelines[channel];
    const first = known?.messages[0];
    if (known === undefined || first === undefined || compareIds(first.id, message) <= 0 || !known.hasOlder) break;
    await loadOlder(channel, true);
    if (get().timelines[channel]?.failure != null) break;
  }
  return get().timelines[channel]?.messages.some(({ id }) => id === message) === true;
}

export function setDraft(channel: string, text: string): void {
  set((state) => ({ drafts: { ...state.drafts, [channel]: text } }));
  const now = Date.now();
  if (text.trim() === '' || now - (lastTyping.get(channel) ?? 0) < typingEvery) return;
  lastTyping.set(channel, now);
  // Nobody misses it when it does not arrive.
  ask(api.typing(channel)).catch(() => undefined);
}

export function setScrolledUp(channel: string | null): void {
  if (get().scrolledUp !== channel) set({ scrolledUp: channel });
}

/** Shows the message at once and sends it after those before it. */
export function send(channel: string, content: string, files: readonly File[] = [], answers: Outgoing['answers'] = null): void {
  lastTyping.delete(channel);
  post(channel, { nonce: newNonce(), content, files, answers, progress: 0, at: Date.now(), failure: null });
}

/** Sends a failed message again, under its old nonce: if the server did get it the first time, it is not stored twice. */
export function retry(channel: string, nonce: string): void {
  const failed = get().timelines[channel]?.outgoing.find((outgoing) => outgoing.nonce === nonce);
  if (failed !== undefined) post(channel, { ...failed, failure: null, progress: 0 });
}

/** Takes a message back that is on its way or did not make it. */
export function discard(channel: string, nonce: string): void {
  stops.get(nonce)?.abort();
  set((state) => inTimeline(state, channel, (timeline) => timelines.withoutOutgoing(timeline, nonce)));
}

export async function edit(message: Message, content: string): Promise<void> {
  const changed = await ask(api.edit(message.channel_id, message.id, content));
  set((state) => inTimeline(state, message.channel_id, (timeline) => timelines.changed(timeline, changed)));
}

export async function remove(message: Message): Promise<void> {
  await ask(api.remove(message.channel_id, message.id));
  set((state) => inTimeline(state, message.channel_id, (timeline) => timelines.deleted(timeline, [message.id])));
}

/** Adds one's reaction, or takes it back. It is shown at once, and taken back where the server refuses. */
export async function react({ channel_id, id }: Pick<Message, 'channel_id' | 'id'>, emoji: Emoji, on: boolean): Promise<void> {
  const show = (by: 1 | -1) => set((state) => inTimeline(state, channel_id, (timeline) => timelines.reacted(timeline, id, emoji, by, true)));
  show(on ? 1 : -1);
  try {
    await ask(on ? api.react(channel_id, id, emoji) : api.unreact(channel_id, id, emoji));
  } catch (error) {
    show(on ? -1 : 1);
    throw error;
  }
}

export async function pin(message: Message, on: boolean): Promise<void> {
  await ask(on ? api.pin(message.channel_id, message.id) : api.unpin(message.channel_id, message.id));
  set((state) => inTimeline(state, message.channel_id, (timeline) => timelines.changed(timeline, { id: message.id, pinned: on })));
}

export async function startThread(message: Message, name: string): Promise<Channel> {
  return keepThread(await ask(api.startThread(message.channel_id, message.id, name)));
}

/** A thread of its own, or with `message` a post in a forum. */
export async function createThread(channel: string, form: object, files: readonly File[] = []): Promise<Channel> {
  return keepThread(await ask(api.createThread(channel, form, files)));
}

/** A thread that is archived is not among those that the gateway tells of: it is read when it is opened. */
export async function openThread(id: string): Promise<Channel> {
  return keepThread(await ask(api.channel(id)));
}

export async function updateThread(thread: Channel, form: { archived?: boolean; locked?: boolean; name?: string }): Promise<void> {
  keepThread(await ask(api.updateChannel(thread.id, form)));
}

export async function joinThread(thread: Channel, on: boolean): Promise<void> {
  await ask(on ? api.joinThread(thread.id) : api.leaveThread(thread.id));
  keepThread({ ...thread, member: on ? {} : null });
}

function keepThread(thread: Channel): Channel {
  set((state) => inGuild(state, thread.guild_id, (guild) => withThread(guild, thread)));
  return thread;
}

async function read(channel: string, before: string | undefined, merge: (timeline: Timeline, page: Message[]) => Timeline): Promise<void> {
  const epoch = get().timelines[channel]?.epoch;
  const then = (change: (timeline: Timeline) => Timeline) =>
    set((state) => inTimeline(state, channel, (timeline) => (timeline.epoch === epoch ? change(timeline) : timeline)));
  try {
    const page = await ask(api.messages(channel, { limit: timelines.pageSize, ...(before === undefined ? {} : { before }) }));
    // Answers of REST carry no members; who is named in them is known from here on all the same.
    const people = page.filter(({ webhook_id }) => webhook_id === undefined).flatMap(({ author, mentions = [] }) => [author, ...mentions]);
    set((state) => met(state, undefined, people.map((user) => ({ user }))));
    then((timeline) => merge(timeline, page));
  } catch (error) {
    then((timeline) => timelines.failed(timeline, inWords(error)));
  }
}

function post(channel: string, outgoing: Outgoing): void {
  const { nonce, content, files, answers } = outgoing;
  const author = get().token;
  const stop = new AbortController();
  stops.set(nonce, stop);
  set((state) => openTimeline(state, channel, (timeline) => timelines.withOutgoing(timeline, outgoing)));
  const sent = (sending.get(channel) ?? Promise.resolve()).then(async () => {
    // What somebody left waiting when they logged out is never said in the name of who came after them.
    if (get().token !== author || stop.signal.aborted) return;
    try {
      const stored = await ask(api.send(channel, { content, nonce, files, answers: answers?.id, ping: answers?.ping === true }), {
        onProgress: (part) => set((state) => inTimeline(state, channel, (timeline) => timelines.withProgress(timeline, nonce, part))),
        signal: stop.signal,
      });
      set((state) => ({ ...storedMessage(state, { ...stored, nonce }), ...reduce(state, ackOf(stored)) }));
    } catch (error) {
      set((state) => inTimeline(state, channel, (timeline) => timelines.withFailure(timeline, nonce, inWords(error))));
    } finally {
      stops.delete(nonce);
    }
  });
  sending.set(channel, sent);
}

/** Who writes has read what was there before. */
const ackOf = ({ id, channel_id }: Message) => ({ t: 'MESSAGE_ACK', d: { channel_id, message_id: id } }) as const;

/** Up to 25 characters, as the API allows; unique for this person within the minutes that the server remembers it. */
function newNonce(): string {
  return String(crypto.getRandomValues(new BigUint64Array(1))[0]);
}

/** Where a message may be read: for links to it. */
export const placeOf = (channel: string) => findChannel(get(), channel);
