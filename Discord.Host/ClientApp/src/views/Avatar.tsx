/** Two letters on one of eight colours, both always the same for the same thing. */
export function Avatar({ id, name }: { id: string; name: string }) {
  return (
    <span className={`avatar tone-${tone(id)}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

export function GuildIcon({ id, name }: { id: string; name: string }) {
  return (
    <span className={`guild-icon tone-${tone(id)}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

/** From the time part of the id: its low bits hardly differ. */
function tone(id: string): number {
  return /^\d{1,20}$/.test(id) ? Number((BigInt(id) >> 22n) % 8n) : 0;
}

function initials(name: string): string {
  const [first = '', second = ''] = name.trim().split(/[\s_.-]+/).filter((word) => word !== '');
  const letters = second === '' ? [...first].slice(0, 2) : [[...first][0], [...second][0]];
  return letters.join('').toLocaleUpperCase();
}
