import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { loadNewest, loadOlder, setScrolledUp } from '../actions';
import { rowsOf } from '../rows';
import type { Timeline } from '../timeline';
import type { Channel, Message } from '../types';
import type { Names } from './Markdown';
import { MessageRow } from './MessageRow';
import { OutgoingRow } from './OutgoingRow';

/** Within this many pixels of its end the log counts as being read at its end. */
const endZone = 60;

/** This close to the top the next older page is asked for. */
const topZone = 500;

interface MessageLogProps {
  channel: Channel;
  timeline: Timeline;
  names: Names;
  nicks: Readonly<Record<string, string>>;
  me: string | undefined;
  editing: string | null;
  onEdit(id: string | null): void;
  onDelete(message: Message): void;
}

export function MessageLog({ channel, timeline, names, nicks, me, editing, onEdit, onDelete }: MessageLogProps) {
  const rows = useMemo(() => rowsOf(timeline, me), [timeline, me]);
  const { log, content, atEnd, toEnd, onScroll } = useScroll(channel.id, timeline);
  const empty = timeline.messages.length === 0;

  return (
    <div className="log-frame">
      <div ref={log} className="log" role="log" aria-label={`Messages in #${channel.name ?? ''}`} aria-busy={timeline.loading !== null} tabIndex={0} onScroll={onScroll}>
        <div ref={content} className="log-content">
          {timeline.current && !timeline.hasOlder && (
            <div className="beginning">
              <p className="sign" aria-hidden="true">
                #
              </p>
              <h3>This is where #{channel.name} begins</h3>
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
              case 'message':
                return (
                  <MessageRow
                    key={row.key}
                    message={row.message}
                    compact={row.compact}
                    mine={row.message.author.id === me && row.message.webhook_id === undefined}
                    me={me}
                    nick={nicks[row.message.author.id]}
                    names={names}
                    editing={row.message.id === editing}
                    onEdit={onEdit}
                    onDelete={onDelete}
                  />
                );
              case 'outgoing':
                return <OutgoingRow key={row.key} channel={channel.id} outgoing={row.outgoing} compact={row.compact} names={names} />;
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
