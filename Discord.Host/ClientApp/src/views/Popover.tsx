import { useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { Icon, type IconName } from './Icon';

/** When a popover was last closed by a press outside it: the press on its own button that closes it must not open it again. */
let closedAt = -Infinity;

/** Whether something is open, and the button that it belongs to. */
export function useOpen<T extends HTMLElement = HTMLButtonElement>() {
  const [open, setOpen] = useState(false);
  const anchor = useRef<T>(null);
  return {
    open,
    anchor,
    close: () => setOpen(false),
    toggle: () => setOpen(!open && performance.now() - closedAt > 200),
  };
}

const gap = 6;
const margin = 8;

interface PopoverProps {
  anchor: RefObject<HTMLElement | null>;
  label: string;
  role?: 'dialog' | 'menu';
  side?: 'below' | 'beside';
  className?: string;
  onClose(): void;
  onKeyDown?(event: KeyboardEvent): void;
  children: ReactNode;
}

/** Lies over the page beside what it belongs to. Escape or a press elsewhere closes it, and the focus goes back. On a phone it rises from below. */
export function Popover({ anchor, label, role = 'dialog', side = 'below', className = '', onClose, onKeyDown, children }: PopoverProps) {
  const box = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const place = () => {
      const target = anchor.current?.getBoundingClientRect() ?? new DOMRect(innerWidth / 2, innerHeight / 2);
      const { offsetWidth: width, offsetHeight: height } = element;
      let left = side === 'beside' ? target.right + gap : target.left;
      let top = side === 'beside' ? target.top : target.bottom + gap;
      if (side === 'beside' && left + width > innerWidth - margin) left = target.left - gap - width;
      if (side === 'below' && top + height > innerHeight - margin && target.top - gap - height > margin) top = target.top - gap - height;
      element.style.left = `${Math.max(margin, Math.min(left, innerWidth - margin - width))}px`;
      element.style.top = `${Math.max(margin, Math.min(top, innerHeight - margin - height))}px`;
    };
    element.showPopover();
    place();
    element.querySelector<HTMLElement>('[autofocus], [data-first]')?.focus();
    const observer = new ResizeObserver(place);
    observer.observe(element);
    window.addEventListener('resize', place);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', place);
    };
  }, [anchor, side]);

  return (
    <div
      ref={box}
      popover="auto"
      role={role}
      aria-label={label}
      className={`popover ${className}`}
      onKeyDown={onKeyDown}
      onToggle={(event) => {
        if (event.newState !== 'closed') return;
        closedAt = performance.now();
        onClose();
      }}
    >
      {children}
    </div>
  );
}

/** A button, and what a press on it shows. */
export function PopoverButton({ label, icon, className = 'icon', panel, children }: { label: string; icon: IconName; className?: string; panel?: string; children(close: () => void): ReactNode }) {
  const { open, anchor, close, toggle } = useOpen();
  return (
    <>
      <button ref={anchor} type="button" className={className} aria-label={label} title={label} aria-expanded={open} onClick={toggle}>
        <Icon name={icon} />
      </button>
      {open && (
        <Popover anchor={anchor} label={label} onClose={close} {...(panel === undefined ? {} : { className: panel })}>
          {children(close)}
        </Popover>
      )}
    </>
  );
}

/** A list of things to do, behind a button. Arrow keys walk through it. */
export function Menu({ label, icon = 'more', className = 'icon', text, side, children }: { label: string; icon?: IconName; className?: string; text?: ReactNode; side?: 'below' | 'beside'; children(close: () => void): ReactNode }) {
  const { open, anchor, close, toggle } = useOpen();
  return (
    <>
      <button ref={anchor} type="button" className={className} aria-label={text === undefined ? label : undefined} title={text === undefined ? label : undefined} aria-haspopup="menu" aria-expanded={open} onClick={toggle}>
        {text ?? <Icon name={icon} />}
      </button>
      {open && (
        <Popover anchor={anchor} label={label} role="menu" className="menu-list" onClose={close} onKeyDown={walk} {...(side === undefined ? {} : { side })}>
          {children(close)}
        </Popover>
      )}
    </>
  );
}

interface MenuItemProps {
  icon?: IconName;
  danger?: boolean;
  /** Marked as the one in force. */
  checked?: boolean;
  onPick(): void;
  children: ReactNode;
}

export function MenuItem({ icon, danger = false, checked, onPick, children }: MenuItemProps) {
  return (
    <button type="button" role={checked === undefined ? 'menuitem' : 'menuitemradio'} aria-checked={checked} className={danger ? 'danger-text' : ''} data-first tabIndex={-1} onClick={onPick}>
      {icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
      {checked === true && <Icon name="check" />}
    </button>
  );
}

function walk(event: KeyboardEvent): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  items.at(to % items.length)?.focus();
}
