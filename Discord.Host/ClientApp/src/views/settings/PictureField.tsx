import { useRef, useState, type ReactNode } from 'react';
import { pictureFrom } from '../../media';
import { Problem } from '../Form';

interface PictureFieldProps {
  label: string;
  /** What stands there now, while nothing else is chosen. */
  shown: ReactNode;
  /** A picture as it will be sent; null: it will be taken away; undefined: it stays. */
  chosen: string | null | undefined;
  removable: boolean;
  problem?: string | undefined;
  onChange(chosen: string | null | undefined): void;
}

export function PictureField({ label, shown, chosen, removable, problem, onChange }: PictureFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [unfit, setUnfit] = useState<string | null>(null);
  const choose = async (file: File | undefined) => {
    if (file === undefined) return;
    const picture = await pictureFrom(file);
    setUnfit('problem' in picture ? picture.problem : null);
    if ('uri' in picture) onChange(picture.uri);
  };
  const wrong = unfit ?? problem;
  return (
    <div className="picture-field">
      {chosen == null ? shown : <img className="chosen" src={chosen} alt="" width="72" height="72" />}
      <div className="choices">
        <button type="button" onClick={() => input.current?.click()}>
          {label}: choose a picture
        </button>
        {(removable || chosen != null) && chosen !== null && (
          <button type="button" onClick={() => onChange(chosen === undefined ? null : undefined)}>
            {chosen === undefined ? 'Remove' : 'Keep the old one'}
          </button>
        )}
        {chosen === null && (
          <>
            <p className="hint">It is removed when you save.</p>
            <button type="button" onClick={() => onChange(undefined)}>
              Keep it
            </button>
          </>
        )}
      </div>
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp"
        hidden
        aria-label={label}
        onChange={(event) => {
          void choose(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      {wrong !== undefined && <Problem text={wrong} />}
    </div>
  );
}
