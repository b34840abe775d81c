/** How often one was named; nothing where one was not. */
export function Badge({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span className="count">
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span className="unseen">, {count === 1 ? '1 mention' : `${count} mentions`}</span>
    </span>
  );
}
