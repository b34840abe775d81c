import { useEffect, useMemo, useRef, useState } from 'react';
import { inBytes } from '../media';
import { Icon } from './Icon';

/** Files that wait to be sent with the message that is being written. */
export function FileTray({ files, onRemove }: { files: readonly File[]; onRemove(file: File): void }) {
  if (files.length === 0) return null;
  return (
    <ul className="tray" aria-label="Files to send">
      {files.map((file, index) => (
        <li key={index}>
          <Preview file={file} />
          <span className="file-name">
            <strong>{file.name}</strong>
            <span className="hint">{inBytes(file.size)}</span>
          </span>
          <button type="button" className="icon small" aria-label={`Take out ${file.name}`} onClick={() => onRemove(file)}>
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Preview({ file }: { file: File }) {
  const url = useMemo(() => (/^image\/(png|jpeg|gif|webp|avif)$/.test(file.type) ? URL.createObjectURL(file) : undefined), [file]);
  useEffect(() => () => void (url !== undefined && URL.revokeObjectURL(url)), [url]);
  return url === undefined ? <Icon name="file" /> : <img src={url} alt="" width="44" height="44" />;
}

/** Takes files that are dropped anywhere on the page. True while some are held over it. */
export function useDrop(enabled: boolean, onFiles: (files: readonly File[]) => void): boolean {
  const [over, setOver] = useState(false);
  const take = useRef(onFiles);
  take.current = onFiles;

  useEffect(() => {
    if (!enabled) return;
    // Leaving one element for another inside the page is no leaving.
    let depth = 0;
    const carries = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const handlers = {
      dragenter: (event: DragEvent) => carries(event) && setOver(++depth > 0),
      dragleave: (event: DragEvent) => carries(event) && setOver(--depth > 0),
      dragover: (event: DragEvent) => carries(event) && event.preventDefault(),
      drop: (event: DragEvent) => {
        if (!carries(event)) return;
        event.preventDefault();
        depth = 0;
        setOver(false);
        take.current([...(event.dataTransfer?.files ?? [])]);
      },
    };
    const entries = Object.entries(handlers) as [keyof typeof handlers, (event: DragEvent) => void][];
    entries.forEach(([name, handler]) => document.addEventListener(name, handler));
    return () => entries.forEach(([name, handler]) => document.removeEventListener(name, handler));
  }, [enabled]);

  return over;
}
