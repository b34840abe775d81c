import { useEffect, useMemo } from 'react';
import { meetMembers } from '../../actions/places';
import { watchStream } from '../../actions/voice';
import type { Guild } from '../../guilds';
import { displayName, useStore } from '../../store';
import type { VoiceState } from '../../types';
import { inRoom, streamKey, voicesOf } from '../../voices';
import { isIn, useLive } from '../../voice/live';
import { Avatar } from '../Avatar';
import { UserButton } from '../UserCard';
import { VoiceSigns } from './VoiceSigns';

/** More than this are not listed one by one. */
const mostListed = 50;

const collator = new Intl.Collator(undefined, { sensitivity: 'base' });

/** What somebody is called here; the id until they are known. */
export function useCalled(guild: Guild | undefined): (id: string) => string {
  const users = useStore((state) => state.users);
  return (id) => guild?.members[id]?.nick ?? (users[id] === undefined ? id : displayName(users[id]));
}

/** Who is in a room, by name. */
export function useOccupants(guild: Guild | undefined, channel: string): readonly VoiceState[] {
  const states = useStore((state) => voicesOf(state.voices, guild?.id ?? null));
  const users = useStore((state) => state.users);
  const called = useCalled(guild);
  const inside = useMemo(() => inRoom(states, channel), [states, channel]);
  // In a crowd nobody is found by the alphabet, and sorting it for each who comes would be felt.
  return useMemo(() => (inside.length > mostListed ? inside : inside.toSorted((a, b) => collator.compare(called(a.user_id), called(b.user_id)))), [inside, users, guild?.members]);
}

/** Under a voice channel: who is in it, to be seen from outside. `onOpen` shows the room, and so the screen that one wants to watch. */
export function Occupants({ guild, channel, name, onOpen }: { guild: Guild; channel: string; name: string; onOpen(): void }) {
  const inside = useOccupants(guild, channel);
  const listed = inside.slice(0, mostListed);
  useAcquaintance(guild.id, listed);
  if (inside.length === 0) return null;
  return (
    <ul className="occupants" aria-label={`In ${name}`}>
      {listed.map((state) => (
        <li key={state.user_id}>
          <Occupant guild={guild} state={state} onOpen={onOpen} />
        </li>
      ))}
      {inside.length > listed.length && <li className="hint">and {(inside.length - listed.length).toLocaleString()} more</li>}
    </ul>
  );
}

function Occupant({ guild, state, onOpen }: { guild: Guild; state: VoiceState; onOpen(): void }) {
  const { user_id: id, channel_id } = state;
  const user = useStore((known) => known.users[id]);
  const speaks = useLive((live) => live.speaking[id] === true && channel_id !== null && isIn(live, channel_id));
  const together = useLive((live) => channel_id !== null && isIn(live, channel_id));
  const mine = useStore((known) => known.me?.id === id);
  if (user === undefined || channel_id === null) return null;
  const member = guild.members[id];
  const name = member?.nick ?? displayName(user);
  return (
    <div className={speaks ? 'occupant speaking' : 'occupant'}>
      <UserButton user={id} guild={guild} className="occupant-name">
        <Avatar user={user} name={name} guild={guild.id} member={member} size={24} />
        <span className="name">{name}</span>
        <VoiceSigns state={state} />
      </UserButton>
      {state.self_stream === true &&
        (together && !mine ? (
          <button
            type="button"
            className="live"
            aria-label={`Live: watch the screen of ${name}`}
            onClick={() => {
              onOpen();
              watchStream(streamKey(guild.id, channel_id, id));
            }}
          >
            Live
          </button>
        ) : (
          <span className="live">Live</span>
        ))}
    </div>
  );
}

/** A voice state names people by their ids: those whom nobody spoke of yet are asked for. */
export function useAcquaintance(guild: string | undefined, states: readonly VoiceState[]): void {
  const users = useStore((state) => state.users);
  const strangers = states.flatMap(({ user_id }) => (users[user_id] === undefined ? [user_id] : [])).join(' ');
  useEffect(() => {
    if (guild !== undefined && strangers !== '') meetMembers(guild, strangers.split(' '));
  }, [guild, strangers]);
}
