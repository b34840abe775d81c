import { lazy, Suspense, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { loadBackTo, loadNewest } from '../actions/messages';
import { attempt } from '../actions/session';
import { watchCall } from '../actions/voice';
import { ApiError } from '../call';
import { isVoice, mayIn, type Guild } from '../guilds';
import { isThread, Permission, toWrite } from '../permissions';
import { channelPath, navigate } from '../route';
import { useStore } from '../store';
import { emptyTimeline } from '../timeline';
import { ChannelType, type Channel, type Message } from '../types';
import { isIn, useLive } from '../voice/live';
import { Composer } from './Composer';
import { ConversationHead } from './ConversationHead';
import { DeleteMessage, StartThread } from './dialogs';
import { MemberList } from './MemberList';
import { MessageLog, showMessage } from './MessageLog';
import { useChannelName, useNames } from './naming';
import { TypingLine } from './TypingLine';
import type { Rowing } from './MessageRow';
import { useMedia } from './media';
import { Recipients } from './Recipients';

const VoiceRoom = lazy(() => import('./voice/VoiceRoom'));

const membersKey = 'chat.members';

/** One place to talk in: a channel, a thread, or a direct conversation. */
export function Conversation({ guild, channel, menu }: { guild: Guild | undefined; channel: Channel; menu: ReactNode }) {
  const timeline = useStore((state) => state.timelines[channel.id]) ?? emptyTimeline;
  const me = useStore((state) => state.me?.id);
  const link = useStore((state) => state.link);
  const [editing, setEditing] = useState<string | null>(null);
  const [answering, setAnswering] = useState<Message | null>(null);
  const [asking, setAsking] = useState<{ about: 'delete' | 'thread'; message: Message } | null>(null);
  const wide = useMedia('(min-width: 1100px)');
  const [members, setMembers] = useState(() => localStorage.getItem(membersKey) !== 'hidden');
  const [overlay, setOverlay] = useState(false);
  const names = useNames(guild);
  const name = useChannelName(channel);
  const may = useMemo(() => (guild === undefined ? () => true : mayIn(guild, me, channel)), [guild, me, channel]);
  const box = useRef<HTMLTextAreaElement>(null);

  // After a gap in the events the messages are read again, as soon as there is a session that brings what comes next.
  useEffect(() => {
    if (link === 'ready' && !timeline.current && timeline.loading === null && timeline.failure === null) void loadNewest(channel.id);
  }, [link, timeline, channel.id]);

  // A link to one message leads to it, once, when its channel is there.
  const linked = useRef(/^#(\d{1,20})$/.exec(location.hash)?.[1]);
  useEffect(() => {
    if (!timeline.current || linked.current === undefined) return;
    attempt(jump(channel.id, linked.current));
    linked.current = undefined;
    history.replaceState(null, '', location.pathname);
  }, [timeline.current, channel.id]);

  const mine = (message: Message) => message.author.id === me && message.webhook_id === undefined;
  const editLast = () => {
    const last = timeline.messages.findLast(mine);
    if (last !== undefined) setEditing(last.id);
  };
  const rowing = useMemo<Rowing>(
    () => ({
      guild,
      channel,
      me,
      names,
      mayManage: guild === undefined ? false : may(Permission.ManageMessages),
      mayPin: guild === undefined || may(Permission.PinMessages) || may(Permission.ManageMessages),
      mayReact: may(Permission.AddReactions),
      mayWrite: may(toWrite(channel)),
      mayThread: guild !== undefined && !isThread(channel) && may(Permission.CreatePublicThreads),
      onEdit: setEditing,
      onAnswer: (message) => {
        setAnswering(message);
        box.current?.focus();
      },
      onDelete: (message) => setAsking({ about: 'delete', message }),
      onThread: (message) => setAsking({ about: 'thread', message }),
      onJump: (id) => attempt(jump(channel.id, id)),
    }),
    [guild, channel, me, names, may],
  );

  // A voice channel shows who is in it beside what they write; a call of a direct conversation above it.
  const calling = useStore((state) => guild === undefined && state.calls[channel.id] !== undefined);
  const talking = useLive((live) => guild === undefined && isIn(live, channel.id));
  const speaks = isVoice(channel) || calling || talking;
  const [chat, setChat] = useState(location.hash !== '');
  useEffect(() => {
    if (guild === undefined && link === 'ready') watchCall(channel.id);
  }, [guild, link, channel.id]);
  const room = speaks && (
    <Suspense fallback={<section className="room" aria-busy="true" />}>
      <VoiceRoom guild={guild} channel={channel} name={name} />
    </Suspense>
  );
  const hasTalk = !isVoice(channel) || chat;

  const hasMembers = (guild !== undefined && !isVoice(channel)) || channel.type === ChannelType.Group;
  const showsMembers = hasMembers && (wide ? members : overlay);
  const toggleMembers = () => {
    if (!wide) return setOverlay(!overlay);
    localStorage.setItem(membersKey, members ? 'hidden' : 'shown');
    setMembers(!members);
  };

  return (
    <div className="conversation">
      <ConversationHead guild={guild} channel={channel} name={name} menu={menu} may={may} rowing={rowing} members={hasMembers ? { shown: showsMembers, toggle: toggleMembers } : null} chat={isVoice(channel) ? { shown: chat, toggle: () => setChat(!chat) } : null} />
      {guild === undefined && room}
      <div className={isVoice(channel) ? 'beside voice' : 'beside'}>
        {guild !== undefined && room}
        {hasTalk && (
          <div className="talk">
            <MessageLog guild={guild} channel={channel} name={name} timeline={timeline} rowing={rowing} editing={editing} />
            <Composer
              ref={box}
              guild={guild}
              channel={channel}
              name={name}
              may={may}
              answering={answering}
              onAnswered={() => setAnswering(null)}
              onEditLast={editLast}
            />
            <TypingLine channel={channel.id} names={names} />
          </div>
        )}
        {showsMembers && (
          <aside className={wide ? 'members' : 'members over'} aria-label="Members">
            {guild === undefined ? <Recipients channel={channel} /> : <MemberList guild={guild} channel={channel} />}
          </aside>
        )}
        {showsMembers && !wide && <div className="scrim" onClick={() => setOverlay(false)} />}
      </div>
      {asking?.about === 'delete' && <DeleteMessage message={asking.message} onClose={() => setAsking(null)} />}
      {asking?.about === 'thread' && guild !== undefined && (
        <StartThread
          message={asking.message}
          onClose={() => setAsking(null)}
          onStarted={(thread) => navigate(channelPath(guild.id, thread.id))}
        />
      )}
    </div>
  );
}

async function jump(channel: string, id: string): Promise<void> {
  if (showMessage(id)) return;
  if (!(await loadBackTo(channel, id))) throw new ApiError(404, 0, 'This message lies too far back, or it was deleted.');
  requestAnimationFrame(() => showMessage(id));
}
