import { channelPath } from '../route';
import type { Guild } from '../store';
import { GuildIcon } from './Avatar';
import type { Question } from './Chat';
import { Link } from './Link';

/** The servers that one is a member of, as the gateway lists them; a new one comes last. */
export function Rail({ guilds, current, onQuestion }: { guilds: Readonly<Record<string, Guild>> | null; current: string | undefined; onQuestion(question: Question): void }) {
  return (
    <nav className="rail" aria-label="Servers">
      <ul>
        {Object.values(guilds ?? {}).map(({ id, name }) => (
          <li key={id}>
            <Link to={channelPath(id)} className="guild" current={id === current} title={name}>
              <GuildIcon id={id} name={name} />
              <span className="unseen">{name}</span>
            </Link>
          </li>
        ))}
      </ul>
      <button type="button" className="guild add" aria-label="Create server" title="Create server" onClick={() => onQuestion('create')}>
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M10 4v12M4 10h12" />
        </svg>
      </button>
      <button type="button" className="guild add" aria-label="Join server" title="Join server" onClick={() => onQuestion('join')}>
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M8.5 11.5a3.5 3.5 0 0 0 5 0l2.5-2.6a3.5 3.5 0 0 0-5-4.9l-1 1M11.5 8.500a3.5 3.5 0 0 0-5 0L4 11.100a3.5 3.5 0 0 0 5 4.900l1-1" />
        </svg>
      </button>
    </nav>
  );
}
