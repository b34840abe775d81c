import { discard, retry } from '../actions/messages';
import { inBytes } from '../media';
import { displayName, useStore } from '../store';
import type { Outgoing } from '../timeline';
import { Avatar } from './Avatar';
import { Icon } from './Icon';
import { Markdown, type Names } from './Markdown';

/** A message that is on its way, or that did not make it. */
export function OutgoingRow({ channel, outgoing, compact, names }: { channel: string; outgoing: Outgoing; compact: boolean; names: Names }) {
  const me = useStore((state) => state.me);
  const name = me === null ? '' : (names.user(me.id) ?? displayName(me));
  const { files, progress, failure, nonce } = outgoing;
  const percent = Math.floor(progress * 100);
  return (
    <article className={`message outgoing${compact ? ' compact' : ''}${failure === null ? '' : ' failed'}`}>
      {!compact && me !== null && (
        <>
          <Avatar user={me} name={name} />
          <header>
            <strong>{name}</strong>
          </header>
        </>
      )}
      <div className="text">
        <Markdown text={outgoing.content} names={names} />
      </div>
      {files.map((file, index) => (
        <div key={index} className="file">
          <Icon name="file" />
          <span className="file-name">
            <strong>{file.name}</strong>
            <span className="hint">{inBytes(file.size)}</span>
          </span>
        </div>
      ))}
      {failure === null && files.length > 0 && (
        <div className="upload">
          <progress aria-label="Upload" max={100} value={percent}>
            {percent} %
          </progress>
          <span className="hint">{percent < 100 ? `${percent} %` : 'Almost there…'}</span>
          <button type="button" className="small" onClick={() => discard(channel, nonce)}>
            Cancel
          </button>
        </div>
      )}
      {failure === null ? (
        <span className="unseen">Sending</span>
      ) : (
        <div className="not-sent">
          <p role="alert">Not sent. {failure}</p>
          <button type="button" onClick={() => retry(channel, nonce)}>
            Retry
          </button>
          <button type="button" onClick={() => discard(channel, nonce)}>
            Delete
          </button>
        </div>
      )}
    </article>
  );
}
