import { useEffect, useState } from 'react';
import { useStore } from '../store';
import type { Names } from './Markdown';

/** Who is writing right now. The line keeps its place when nobody is. */
export function TypingLine({ channel, names }: { channel: string; names: Names }) {
  const typing = useStore((state) => state.typing[channel]);
  const me = useStore((state) => state.me?.id);
  const [now, setNow] = useState(Date.now);
  const running = Object.entries(typing ?? {}).filter(([user, until]) => user !== me && until > now);
  const next = Math.min(...running.map(([, until]) => until));

  useEffect(() => setNow(Date.now()), [typing]);
  useEffect(() => {
    if (!Number.isFinite(next)) return;
    const timer = setTimeout(() => setNow(Date.now()), Math.max(0, next - Date.now()) + 50);
    return () => clearTimeout(timer);
  }, [next]);

  const who = running.map(([user]) => names.user(user) ?? 'Somebody');
  const text = who.length === 0 ? '' : who.length === 1 ? `${who[0]} is writing…` : who.length <= 3 ? `${who.slice(0, -1).join(', ')} and ${who.at(-1)} are writing…` : 'Several people are writing…';
  return (
    <p className="typing" aria-live="polite">
      {text}
    </p>
  );
}
