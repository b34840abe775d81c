import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { loadBackTo, loadNewest, loadOlder, setScrolledUp } from '../actions/messages';
import { letRead, markRead } from '../actions/reads';
import { attempt } from '../actions/session';
import { isPrivate, type Guild } from '../guilds';
import { isThread } from '../permissions';
import { isUnread, readUpTo } from '../reads';
import { rowsOf } from '../rows';
import { useStore } from '../store';
import { compareIds, type Timeline } from '../timeline';
import type { Channel } from '../types';
import { MessageRow, type Rowing } from './MessageRow';
import { OutgoingRow } from './OutgoingRow';

/** Within this many pixels of its end the log counts as being read at its end. */
const endZone = 60;

/** This close to the top the next older page is asked for. */
const topZone = 500;

interface MessageLogProps {
  guild: Guild | undefined;
  channel: Channel;
  name: string;
  timeline: Timeline;
  rowing: Rowing;
  editing: string | null;
}

export function MessageLog({ guild, channel, name, timeline, rowing, editing }: MessageLogProps) {
  const { me } = rowing;
  const { log, content, atEnd, toEnd, onScroll } = useScroll(channel.id, timeline);
  const { mark, count, clear } = useReading(guild, channel.id, timeline, atEnd);
  const rows = useMemo(() => rowsOf(timeline, me, mark), [timeline, me, mark]);
  const empty = timeline.messages.length === 0;
  const title = isPrivate(channel) ? name : isThread(channel) ? name : `#${name}`;

  return (
    <div className="log-frame">
      {count > 0 && !atEnd && mark !== null && <NewBar channel={channel.id} mark={mark} count={count} timeline={timeline} onRead={clear} />}
      <div ref={log} className="log" role="log" aria-label={`Messages in ${title}`} aria-busy={timeline.loading !== null} tabIndex={0} onScroll={onScroll} onKeyDown={walk}>
        <div ref={content} className="log-content">
          {timeline.current && !timeline.hasOlder && (
            <div className="beginning">
              <p className="sign" aria-hidden="true">
                {isPrivate(channel) ? '@' : '#'}
              </p>
              <h3>{isPrivate(channel) ? `This is the beginning of what you and ${name} said` : `This is where ${title} begins`}</h3>
              {empty && <p>Nobody has written here yet. Say hello!</p>}
            </div>
          )}
          {timeline.loading !== null && (timeline.loading === 'older' || empty) && <p className="loading">Loading messages…</p>}
          {timeline.failure !== null && (
            <p className="failure" role="alert">
              {timeline.failure}{' '}
              <button type="button" onClick={() => void (timeline.current ? loadOlder(channel.id, true) : loadNewest(channel.id))}>
                Try again
              </button>
            </p>
          )}
          {rows.map((row) => {
            switch (row.kind) {
              case 'day':
                return <Day key={row.key} date={row.date} />;
              case 'new':
                return (
                  <div key={row.key} className="day new" role="separator" aria-label="New messages" data-new>
                    <span aria-hidden="true">New</span>
                  </div>
                );
              case 'message':
                return <MessageRow key={row.key} message={row.message} compact={row.compact} editing={row.message.id === editing} rowing={rowing} />;
              case 'outgoing':
                return <OutgoingRow key={row.key} channel={channel.id} outgoing={row.outgoing} compact={row.compact} names={rowing.names} />;
            }
          })}
        </div>
      </div>
      {!atEnd && (
        <button type="button" className="to-end" onClick={toEnd}>
          Jump to latest
        </button>
      )}
    </div>
  );
}

function Day({ date }: { date: Date }) {
  const text = date.toLocaleDateString(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  return (
    <div className="day" role="separator" aria-label={text}>
      <span aria-hidden="true">{text}</span>
    </div>
  );
}

/** Says that there is something new further up or down, and leads to where it begins. */
function NewBar({ channel, mark, count, timeline, onRead }: { channel: string; mark: string; count: number; timeline: Timeline; onRead(): void }) {
  const first = timeline.messages.find(({ id }) => compareIds(id, mark) > 0);
  const some = timeline.hasOlder && first === timeline.messages[0] ? `More than ${count}` : String(count);
  const jump = async () => {
    await loadBackTo(channel, mark);
    requestAnimationFrame(() => document.querySelector('[data-new]')?.scrollIntoView({ block: 'start' }));
  };
  return (
    <div className="new-bar">
      <button type="button" onClick={() => attempt(jump())}>
        {some} new {count === 1 ? 'message' : 'messages'}
      </button>
      <button type="button" onClick={onRead}>
        Mark as read
      </button>
    </div>
  );
}

/** Brings a message under the reader's eyes, if it is on the page. */
export function showMessage(id: string): boolean {
  const row = document.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`);
  if (row === null) return false;
  row.scrollIntoView({ block: 'center' });
  row.focus({ preventScroll: true });
  row.classList.add('shown');
  row.addEventListener('animationend', () => row.classList.remove('shown'), { once: true });
  return true;
}

/** Arrow keys go from message to message, once the log or one of them has the focus. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
  const target = event.target as HTMLElement;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-message]')];
  if (target !== event.currentTarget && !rows.includes(target)) return;
  const at = rows.indexOf(target);
  const next = at === -1 ? rows.at(-1) : rows[at + (event.key === 'ArrowUp' ? -1 : 1)];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

/**
 * What is read and what is new. A message is read when it stands at the end of the log and the page is being looked at.
 * `mark`: behind this message the new ones begin; it stays where it was while one reads on.
 */
function useReading(guild: Guild | undefined, channel: string, timeline: Timeline, atEnd: boolean) {
  const visible = useVisible();
  const unread = useStore((state) => isUnread(state, guild, channel));
  const named = useStore((state) => (state.reads[channel]?.mentions ?? 0) > 0);
  const read = useStore((state) => readUpTo(state.reads, guild, channel));
  const me = useStore((state) => state.me?.id);
  const [mark, setMark] = useState<string | null>(unread ? read : null);
  const kept = useStore((state) => state.keptUnread === channel);
  const reading = atEnd && visible && timeline.current && !kept;

  useEffect(() => {
    if (reading && (unread || named)) markRead(channel);
  }, [reading, unread, named, channel]);

  useEffect(() => {
    if (unread && !reading) setMark(read);
  }, [unread, reading, read]);

  useEffect(() => () => letRead(channel), [channel]);

  // The own answer ends what was new.
  const last = timeline.outgoing.length;
  useEffect(() => {
    if (last > 0) setMark(null);
  }, [last]);

  const count = useMemo(() => (mark === null ? 0 : timeline.messages.filter(({ id, author }) => compareIds(id, mark) > 0 && author.id !== me).length), [timeline.messages, mark, me]);
  const clear = () => {
    markRead(channel);
    setMark(null);
  };
  return { mark, count, clear };
}

/** Whether the page is being looked at. */
function useVisible(): boolean {
  const [visible, setVisible] = useState(looking);
  useEffect(() => {
    const update = () => setVisible(looking());
    document.addEventListener('visibilitychange', update);
    window.addEventListener('focus', update);
    window.addEventListener('blur', update);
    return () => {
      document.removeEventListener('visibilitychange', update);
      window.removeEventListener('focus', update);
      window.removeEventListener('blur', update);
    };
  }, []);
  return visible;
}

const looking = () => document.visibilityState === 'visible' && document.hasFocus();

/**
 * Where the log stands. At its end it follows what comes; further up it stays where it is, whether messages are added above
 * or below.
 */
function useScroll(channel: string, timeline: Timeline) {
  const log = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const before = useRef<{ first: string | undefined; height: number; sent: number }>({ first: undefined, height: 0, sent: 0 });
  const [atEnd, setAtEnd] = useState(true);

  const follow = (end: boolean) => {
    following.current = end;
    setAtEnd(end);
    setScrolledUp(end ? null : channel);
  };
  const toEnd = () => {
    const element = log.current;
    if (element === null) return;
    element.scrollTop = element.scrollHeight;
    follow(true);
  };

  useLayoutEffect(() => {
    const element = log.current;
    if (element === null) return;
    const { first, height, sent } = before.current;
    const grewAbove = first !== undefined && timeline.messages[0]?.id !== first && timeline.messages.some(({ id }) => id === first);
    if (timeline.outgoing.length > sent) follow(true);
    if (following.current) element.scrollTop = element.scrollHeight;
    else if (grewAbove) element.scrollTop += element.scrollHeight - height;
    before.current = { first: timeline.messages[0]?.id, height: element.scrollHeight, sent: timeline.outgoing.length };
    if (element.scrollTop < topZone) void loadOlder(channel);
  }, [timeline, channel]);

  useEffect(() => {
    const element = log.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      if (following.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    // What stands in it grows without new messages too: by an editor that opens, or a spoiler.
    if (content.current !== null) observer.observe(content.current);
    return () => {
      observer.disconnect();
      setScrolledUp(null);
    };
  }, []);

  const onScroll = () => {
    const element = log.current;
    if (element === null) return;
    const end = element.scrollHeight - element.scrollTop - element.clientHeight < endZone;
    if (end !== following.current) follow(end);
    if (element.scrollTop < topZone) void loadOlder(channel);
  };

  return { log, content, atEnd, toEnd, onScroll };
}
