import { useState } from 'react';
import { ask } from '../actions/session';
import { api } from '../api';
import { attachmentUrl, fitted, inBytes, kindOf } from '../media';
import type { Attachment } from '../types';
import { Icon } from './Icon';

/** Largest box of a picture in the log, in pixels. */
const box = { width: 440, height: 320 };

/** What came with a message: pictures and films in their place from the start, everything else as a card. */
export function Files({ attachments }: { attachments: readonly Attachment[] }) {
  return attachments.map((attachment) => <File key={attachment.id} attachment={attachment} />);
}

function File({ attachment }: { attachment: Attachment }) {
  const { filename, size, width, height, description } = attachment;
  const [url, setUrl] = useState(() => attachmentUrl(attachment.url));
  const [state, setState] = useState<'fresh' | 'renewed' | 'broken'>('fresh');
  const [shown, setShown] = useState(!filename.startsWith('SPOILER_'));
  const kind = url === undefined || state === 'broken' ? 'file' : kindOf(attachment);

  // Addresses are good for some days only: a page that stood open for longer asks for a new one, once.
  const renew = () => {
    if (state !== 'fresh') return setState('broken');
    setState('renewed');
    ask(api.refreshUrls([attachment.url])).then(
      ({ refreshed_urls: [found] }) => setUrl(found === undefined ? undefined : attachmentUrl(found.refreshed)),
      () => setState('broken'),
    );
  };

  if (kind === 'image') {
    const place = fitted(width ?? 1, height ?? 1, box);
    const picture = <img src={url} alt={description ?? filename} width={place.width} height={place.height} loading="lazy" decoding="async" onError={renew} />;
    if (!shown) {
      return (
        <button type="button" className="picture covered" style={{ width: place.width, aspectRatio: `${place.width} / ${place.height}` }} onClick={() => setShown(true)}>
          Show spoiler
        </button>
      );
    }
    return (
      <a className="picture" href={url} target="_blank" rel="noopener" title={`${filename}, ${inBytes(size)}`}>
        {picture}
      </a>
    );
  }
  if (kind === 'video') {
    const place = fitted(width ?? 16 * 27, height ?? 9 * 27, box);
    return <video className="picture" src={url} width={place.width} height={place.height} controls preload="metadata" aria-label={description ?? filename} onError={renew} />;
  }
  if (kind === 'audio') {
    return (
      <div className="file audio">
        <FileName filename={filename} size={size} url={url} />
        <audio src={url} controls preload="none" aria-label={description ?? filename} onError={renew} />
      </div>
    );
  }
  return (
    <div className="file">
      <Icon name="file" />
      <FileName filename={filename} size={size} url={url} />
    </div>
  );
}

function FileName({ filename, size, url }: { filename: string; size: number; url: string | undefined }) {
  return (
    <span className="file-name">
      {url === undefined ? (
        <strong>{filename}</strong>
      ) : (
        <a href={url} download={filename} target="_blank" rel="noopener">
          {filename}
        </a>
      )}
      <span className="hint">{inBytes(size)}</span>
    </span>
  );
}
