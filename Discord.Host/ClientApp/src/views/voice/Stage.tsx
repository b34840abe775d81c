import { useState } from 'react';
import { ask, attempt } from '../../actions/session';
import { setSpeaker, stepBack } from '../../actions/voice';
import { api } from '../../api';
import { mayIn, type Guild } from '../../guilds';
import { Permission } from '../../permissions';
import { displayName, useStore } from '../../store';
import type { Channel, VoiceState } from '../../types';
import { asksToSpeak, isInvited, listens } from '../../voices';
import { Avatar } from '../Avatar';
import { Dialog } from '../Dialog';
import { Field, useSubmission } from '../Form';
import { Icon } from '../Icon';
import { UserButton } from '../UserCard';
import { AskToSpeak } from './VoicePanel';
import { Tiles } from './VoiceRoom';
import { VoiceSigns } from './VoiceSigns';

/** Of the audience no more than this many are drawn: a stage may hold thousands. */
const mostSeats = 200;

/** Some speak, the others listen and may ask to. */
export function Stage({ guild, channel, inside, joined }: { guild: Guild; channel: Channel; inside: readonly VoiceState[]; joined: boolean }) {
  const me = useStore((state) => state.me?.id);
  const may = mayIn(guild, me, channel);
  const moderates = may(Permission.MuteMembers) && may(Permission.MoveMembers) && may(Permission.ManageChannels);
  const speakers = inside.filter((state) => !listens(state));
  const audience = inside.filter(listens).toSorted((a, b) => Number(asksToSpeak(b)) - Number(asksToSpeak(a)) || (a.request_to_speak_timestamp ?? '').localeCompare(b.request_to_speak_timestamp ?? ''));
  const own = inside.find(({ user_id }) => user_id === me);
  return (
    <div className="stage">
      <Topic guild={guild} channel={channel} moderates={moderates} />
      <h3>
        Speakers <span className="hint">{speakers.length.toLocaleString()}</span>
      </h3>
      {speakers.length === 0 ? <p className="hint">Nobody speaks yet.</p> : <Tiles guild={guild} channel={channel.id} states={speakers} joined={joined} />}
      <h3>
        Audience <span className="hint">{audience.length.toLocaleString()}</span>
      </h3>
      <ul className="audience" aria-label="Audience">
        {audience.slice(0, mostSeats).map((state) => (
          <Seat key={state.user_id} guild={guild} channel={channel.id} state={state} moderates={may(Permission.MuteMembers)} />
        ))}
      </ul>
      {joined && own !== undefined && !isInvited(own) && (
        <div className="choices">
          {own.suppress !== true ? (
            <button type="button" onClick={() => attempt(stepBack(guild.id, channel.id))}>
              Go to the audience
            </button>
          ) : (
            <AskToSpeak guild={guild} channel={channel} />
          )}
        </div>
      )}
    </div>
  );
}

function Seat({ guild, channel, state, moderates }: { guild: Guild; channel: string; state: VoiceState; moderates: boolean }) {
  const id = state.user_id;
  const user = useStore((known) => known.users[id]);
  const member = guild.members[id];
  const name = member?.nick ?? (user === undefined ? '…' : displayName(user));
  return (
    <li className={asksToSpeak(state) ? 'seat asking' : 'seat'}>
      <UserButton user={id} guild={guild} className="occupant-name">
        <Avatar user={user ?? { id }} name={name} guild={guild.id} member={member} size={28} />
        <span className="name">{name}</span>
        {asksToSpeak(state) && <Icon name="hand" label="Asks to speak" />}
        {isInvited(state) && <span className="hint">Invited</span>}
        <VoiceSigns state={state} />
      </UserButton>
      {moderates && asksToSpeak(state) && (
        <button type="button" className="small" aria-label={`Let speak: ${name}`} onClick={() => attempt(setSpeaker(guild.id, channel, id, true))}>
          Let speak
        </button>
      )}
    </li>
  );
}

function Topic({ guild, channel, moderates }: { guild: Guild; channel: Channel; moderates: boolean }) {
  const stage = guild.stages.find(({ channel_id }) => channel_id === channel.id);
  const [asking, setAsking] = useState(false);
  return (
    <header className="stage-topic">
      <p>{stage === undefined ? 'Nothing has begun here yet.' : stage.topic}</p>
      {moderates && (
        <div className="choices">
          <button type="button" className={stage === undefined ? 'primary small' : 'small'} onClick={() => setAsking(true)}>
            {stage === undefined ? 'Start' : 'Change topic'}
          </button>
          {stage !== undefined && (
            <button type="button" className="small" onClick={() => attempt(ask(api.endStage(channel.id)))}>
              End
            </button>
          )}
        </div>
      )}
      {asking && <TopicDialog channel={channel.id} known={stage?.topic} onClose={() => setAsking(false)} />}
    </header>
  );
}

function TopicDialog({ channel, known, onClose }: { channel: string; known: string | undefined; onClose(): void }) {
  const [topic, setTopic] = useState(known ?? '');
  const form = useSubmission(async () => {
    await ask(known === undefined ? api.startStage(channel, topic.trim()) : api.updateStage(channel, topic.trim()));
    onClose();
  });
  return (
    <Dialog title={known === undefined ? 'Start the stage' : 'What is it about?'} onClose={onClose}>
      <form onSubmit={form.onSubmit} noValidate>
        <Field label="Topic" value={topic} onChange={setTopic} maxLength={120} autoComplete="off" autoFocus required problem={form.problem('topic') ?? form.rest ?? undefined} />
        <footer>
          <button type="submit" className="primary" aria-disabled={form.busy || topic.trim() === ''}>
            {known === undefined ? 'Start' : 'Save'}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
