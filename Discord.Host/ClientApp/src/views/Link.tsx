import type { MouseEvent, ReactNode } from 'react';
import { navigate } from '../route';

interface LinkProps {
  to: string;
  className?: string;
  current?: boolean;
  title?: string;
  onPick?(): void;
  children: ReactNode;
}

/** A link inside the page. Held with a modifier it opens elsewhere, as links do. */
export function Link({ to, className, current = false, title, onPick, children }: LinkProps) {
  const onClick = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
    onPick?.();
  };
  return (
    <a href={to} className={className} aria-current={current ? 'page' : undefined} title={title} onClick={onClick}>
      {children}
    </a>
  );
}
