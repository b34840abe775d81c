import { useEffect, useId, useRef, type ReactNode } from 'react';

/** A modal question. The browser keeps the focus inside and, when it closes, gives it back to where it came from. */
export function Dialog({ title, onClose, children }: { title: string; onClose(): void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();

  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);

  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      onClose={onClose}
      onMouseDown={(event) => {
        // Only the backdrop is the dialog itself; everything inside lies on its panel.
        if (event.target === dialog.current) dialog.current.close();
      }}
    >
      <div className="panel">
        <header>
          <h2 id={heading}>{title}</h2>
          <button type="button" className="icon" aria-label="Close" onClick={() => dialog.current?.close()}>
            <svg viewBox="0 0 20 20" aria-hidden="true">
              <path d="M5 5l10 10M15 5L5 15" />
            </svg>
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
