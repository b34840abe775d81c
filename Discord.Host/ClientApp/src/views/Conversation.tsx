import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { loadNewest } from '../actions';
import { useStore, type Guild } from '../store';
import { emptyTimeline } from '../timeline';
import type { Channel, Message } from '../types';
import { Composer } from './Composer';
import { DeleteMessage } from './dialogs';
import type { Names } from './Markdown';
import { MessageLog } from './MessageLog';

/** One text channel: its head, its messages, and the box to write in. */
export function Conversation({ guild, channel, menu }: { guild: Guild; channel: Channel; menu: ReactNode }) {
  const timeline = useStore((state) => state.timelines[channel.id]) ?? emptyTimeline;
  const me = useStore((state) => state.me?.id);
  const link = useStore((state) => state.link);
  const [editing, setEditing] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<Message | null>(null);
  const names = useNames(guild);

  // After a gap in the events the messages are read again, as soon as there is a session that brings what comes next.
  useEffect(() => {
    if (link === 'ready' && !timeline.current && timeline.loading === null && timeline.failure === null) void loadNewest(channel.id);
  }, [link, timeline, channel.id]);

  const editLast = () => {
    const last = timeline.messages.findLast((message) => message.author.id === me && message.webhook_id === undefined);
    if (last !== undefined) setEditing(last.id);
  };
  const name = channel.name ?? '';

  return (
    <div className="conversation">
      <header>
        {menu}
        <h2>
          <span className="sign" aria-hidden="true">
            #
          </span>
          {name}
        </h2>
        {channel.topic != null && channel.topic !== '' && (
          <p className="topic" title={channel.topic}>
            {channel.topic}
          </p>
        )}
      </header>
      <MessageLog channel={channel} timeline={timeline} names={names} nicks={guild.nicks} me={me} editing={editing} onEdit={setEditing} onDelete={setDeleting} />
      <Composer channel={channel.id} name={name} onEditLast={editLast} />
      {deleting !== null && <DeleteMessage message={deleting} onClose={() => setDeleting(null)} />}
    </div>
  );
}

function useNames(guild: Guild): Names {
  const known = useStore((state) => state.names);
  return useMemo(
    () => ({
      user: (id) => guild.nicks[id] ?? known[id],
      role: (id) => guild.roles.find((role) => role.id === id)?.name,
      channel: (id) => guild.channels.find((channel) => channel.id === id)?.name ?? undefined,
    }),
    [guild, known],
  );
}
