import type { Guild } from '../guilds';
import { own, signals } from '../reads';
import { channelPath } from '../route';
import { useStore, type State } from '../store';
import { RelationshipType } from '../types';
import { GuildIcon } from './Avatar';
import { Badge } from './Badge';
import type { Question } from './Chat';
import { Icon } from './Icon';
import { Link } from './Link';

/** The servers that one is a member of, as the gateway lists them; a new one comes last. Above them the way to friends and direct messages. */
export function Rail({ guilds, current, onQuestion, onHome }: { guilds: Readonly<Record<string, Guild>> | null; current: string | undefined; onQuestion(question: Question): void; onHome(): void }) {
  const direct = useStore(directMentions);
  return (
    <nav className="rail" aria-label="Servers">
      <ul>
        <li>
          <Link to={channelPath(own)} className="guild home" current={current === own} title="Friends and direct messages" onPick={onHome}>
            <Icon name="chat" />
            <span className="unseen">Friends and direct messages</span>
            <Badge count={direct} />
          </Link>
        </li>
        <li className="rule" aria-hidden="true" />
        {Object.values(guilds ?? {}).map((guild) => (
          <RailGuild key={guild.id} guild={guild} current={guild.id === current} />
        ))}
      </ul>
      <button type="button" className="guild add" aria-label="Create server" title="Create server" onClick={() => onQuestion('create')}>
        <Icon name="add" />
      </button>
      <button type="button" className="guild add" aria-label="Join server" title="Join server" onClick={() => onQuestion('join')}>
        <Icon name="link" />
      </button>
    </nav>
  );
}

function RailGuild({ guild, current }: { guild: Guild; current: boolean }) {
  const unread = useStore((state) => signals(state, guild).unread);
  const mentions = useStore((state) => signals(state, guild).mentions);
  return (
    <li>
      <Link to={channelPath(guild.id)} className={unread ? 'guild unread' : 'guild'} current={current} title={guild.name}>
        <GuildIcon id={guild.id} name={guild.name} icon={guild.icon} />
        <span className="unseen">{guild.name}</span>
        {unread && <span className="unseen">, unread</span>}
        <Badge count={mentions} />
      </Link>
    </li>
  );
}

/** Messages to oneself that were not read, and people who wait for an answer. */
function directMentions(state: State): number {
  const messages = Object.keys(state.privates).reduce((sum, id) => sum + (state.reads[id]?.mentions ?? 0), 0);
  return messages + Object.values(state.relationships).filter(({ type }) => type === RelationshipType.Incoming).length;
}

/** How often one was named anywhere. */
export const useMentions = () => useStore((state) => directMentions(state) + Object.values(state.guilds ?? {}).reduce((sum, guild) => sum + signals(state, guild).mentions, 0));
