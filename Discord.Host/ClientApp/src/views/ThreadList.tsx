import { useCallback, useState } from 'react';
import { createThread } from '../actions/messages';
import { ask } from '../actions/session';
import { api } from '../api';
import type { Guild } from '../guilds';
import { channelPath, navigate } from '../route';
import { compareIds } from '../timeline';
import { ChannelType, type Channel } from '../types';
import { Field, Problem, useLoaded, useSubmission } from './Form';
import { Link } from './Link';

/** A channel's threads: those that go on, those that were archived, and a way to start one. */
export function ThreadList({ guild, channel, mayStart, onDone }: { guild: Guild; channel: Channel; mayStart: boolean; onDone(): void }) {
  const { value, failure } = useLoaded(useCallback(() => ask(api.archivedThreads(channel.id)), [channel.id]));
  const [name, setName] = useState('');
  const active = guild.threads.filter((thread) => thread.parent_id === channel.id && thread.thread_metadata?.archived !== true).sort(byActivity);
  const form = useSubmission(async () => {
    const type = channel.type === ChannelType.Announcement ? ChannelType.AnnouncementThread : ChannelType.PublicThread;
    const thread = await createThread(channel.id, { name: name.trim(), type });
    onDone();
    navigate(channelPath(guild.id, thread.id));
  });

  return (
    <>
      <h3>Threads</h3>
      {mayStart && (
        <form className="inline-form" onSubmit={form.onSubmit} noValidate>
          <Field label="Start a new thread" placeholder="What is it about?" value={name} onChange={setName} maxLength={100} autoComplete="off" required problem={form.problem('name') ?? form.rest ?? undefined} />
          <button type="submit" className="primary" aria-disabled={form.busy || name.trim() === ''}>
            Start
          </button>
        </form>
      )}
      <Part title="Active" guild={guild} threads={active} onDone={onDone} />
      {failure !== null && <Problem text={failure} />}
      {value !== null && <Part title="Archived" guild={guild} threads={value.threads} onDone={onDone} />}
      {active.length === 0 && value?.threads.length === 0 && <p className="hint">There are none here yet.</p>}
    </>
  );
}

function Part({ title, guild, threads, onDone }: { title: string; guild: Guild; threads: readonly Channel[]; onDone(): void }) {
  if (threads.length === 0) return null;
  return (
    <section aria-label={title}>
      <h4>{title}</h4>
      <ul>
        {threads.map((thread) => (
          <li key={thread.id}>
            <Link to={channelPath(guild.id, thread.id)} className="thread-link" onPick={onDone}>
              <strong>{thread.name}</strong>
              <span className="hint">{messages(thread)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The one with the newest message first. */
export const byActivity = (a: Channel, b: Channel) => compareIds(b.last_message_id ?? b.id, a.last_message_id ?? a.id);

export function messages({ message_count = 0 }: Channel): string {
  return message_count === 1 ? '1 message' : `${message_count.toLocaleString()} messages`;
}
