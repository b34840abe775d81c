import { discard, retry } from '../actions';
import { displayName, useStore } from '../store';
import type { Outgoing } from '../timeline';
import { Avatar } from './Avatar';
import { Markdown, type Names } from './Markdown';

/** A message that is on its way, or that did not make it. */
export function OutgoingRow({ channel, outgoing, compact, names }: { channel: string; outgoing: Outgoing; compact: boolean; names: Names }) {
  const me = useStore((state) => state.me);
  const name = me === null ? '' : (names.user(me.id) ?? displayName(me));
  return (
    <article className={`message outgoing${compact ? ' compact' : ''}${outgoing.failure === null ? '' : ' failed'}`}>
      {!compact && me !== null && (
        <>
          <Avatar id={me.id} name={name} />
          <header>
            <strong>{name}</strong>
          </header>
        </>
      )}
      <div className="text">
        <Markdown text={outgoing.content} names={names} />
      </div>
      {outgoing.failure === null ? (
        <span className="unseen">Sending</span>
      ) : (
        <div className="not-sent">
          <p role="alert">Not sent. {outgoing.failure}</p>
          <button type="button" onClick={() => retry(channel, outgoing.nonce)}>
            Retry
          </button>
          <button type="button" onClick={() => discard(channel, outgoing.nonce)}>
            Delete
          </button>
        </div>
      )}
    </article>
  );
}
