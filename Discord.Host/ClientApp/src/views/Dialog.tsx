import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Problem, useSubmission } from './Form';
import { Icon } from './Icon';

/** A modal question. The browser keeps the focus inside and, when it closes, gives it back to where it came from. */
export function Dialog({ title, className = '', onClose, children }: { title: string; className?: string; onClose(): void; children: ReactNode }) {
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
      className={className}
      aria-labelledby={heading}
      onClose={(event) => {
        // One that lies on this one says so here too.
        if (event.target === dialog.current) onClose();
      }}
      onMouseDown={(event) => {
        // Only the backdrop is the dialog itself; everything inside lies on its panel.
        if (event.target === dialog.current) dialog.current.close();
      }}
    >
      <div className="panel">
        <header>
          <h2 id={heading}>{title}</h2>
          <button type="button" className="icon" aria-label="Close" onClick={() => dialog.current?.close()}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** Asks once more before something is done that cannot be taken back. */
export function Confirm({ title, action, onClose, onConfirm, children }: { title: string; action: string; onClose(): void; onConfirm(): Promise<void>; children?: ReactNode }) {
  const form = useSubmission(async () => {
    await onConfirm();
    onClose();
  });
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={form.onSubmit}>
        {children}
        {form.rest !== null && <Problem text={form.rest} />}
        <footer>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="danger" autoFocus aria-disabled={form.busy}>
            {action}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

export interface Tab {
  name: string;
  content(): ReactNode;
}

/** Settings: what there is on the left, the chosen part on the right. On a phone one above the other. */
export function Sheet({ title, tabs, onClose }: { title: string; tabs: readonly Tab[]; onClose(): void }) {
  const [chosen, setChosen] = useState(tabs[0]?.name);
  const id = useId();
  const tab = tabs.find(({ name }) => name === chosen) ?? tabs[0];

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const next = step === undefined || tab === undefined ? undefined : tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    event.preventDefault();
    setChosen(next.name);
    document.getElementById(`${id}-${next.name}`)?.focus();
  };

  return (
    <Dialog title={title} className="sheet" onClose={onClose}>
      <div className="sheet-body">
        <div role="tablist" aria-label={title} aria-orientation="vertical" onKeyDown={onKeyDown}>
          {tabs.map(({ name }) => (
            <button key={name} id={`${id}-${name}`} type="button" role="tab" aria-selected={name === tab?.name} aria-controls={`${id}-panel`} tabIndex={name === tab?.name ? 0 : -1} onClick={() => setChosen(name)}>
              {name}
            </button>
          ))}
        </div>
        <div key={tab?.name} role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${tab?.name}`} className="sheet-panel" tabIndex={0}>
          {tab?.content()}
        </div>
      </div>
    </Dialog>
  );
}
