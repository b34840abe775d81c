import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { openThread } from '../actions/messages';
import { dropNotice, watch } from '../actions/session';
import { channelIn, firstText, isForum, isPrivate, opens, type Guild } from '../guilds';
import { own } from '../reads';
import { channelPath, navigate, parseRoute, type Route } from '../route';
import { findChannel, useStore } from '../store';
import type { Channel } from '../types';
import { ChannelList } from './ChannelList';
import { Conversation } from './Conversation';
import { CreateServer, JoinServer } from './dialogs';
import { Forum } from './Forum';
import { Friends } from './Friends';
import { Icon } from './Icon';
import { narrowScreen, useMedia } from './media';
import { useChannelName } from './naming';
import { useTitle } from './Page';
import { PrivateList } from './PrivateList';
import { IncomingCall } from './voice/IncomingCall';
import { Rail, useMentions } from './Rail';

const lastKey = 'chat.last';

export type Question = 'create' | 'join' | null;

/** The three columns: servers, channels, and the conversation. On a narrow screen the first two are a drawer. */
export function Chat({ instance, route }: { instance: string; route: Route }) {
  const guilds = useStore((state) => state.guilds);
  const [question, setQuestion] = useState<Question>(null);
  const [drawer, setDrawer] = useState(false);
  const isNarrow = useMedia(narrowScreen);
  const opener = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);

  const atHome = route.at === 'channel' && route.guild === own;
  const guild = route.at === 'channel' ? guilds?.[route.guild] : undefined;
  const direct = useStore((state) => (atHome && route.channel !== undefined ? state.privates[route.channel] : undefined));
  const found = atHome ? direct : route.at === 'channel' ? channelIn(guild, route.channel) : undefined;
  const shown = found !== undefined && (opens(found) || isPrivate(found)) ? found : undefined;
  const friends = atHome && route.channel === undefined && guilds !== null;

  useChatTitle(instance, guild, shown, friends);
  useRedirects(route, guilds, guild, shown);

  const guildId = guild?.id;
  useEffect(() => {
    if (guildId !== undefined) watch(guildId);
  }, [guildId]);

  // Without a conversation there is nothing under the drawer.
  const hasMain = shown !== undefined || friends;
  const open = isNarrow && (drawer || !hasMain);
  useEffect(() => setDrawer(false), [shown?.id, friends]);

  useDrawerFocus(drawer && open, panel, opener);

  const menu = (
    <button ref={opener} type="button" className="icon menu" aria-label="Show channels" aria-expanded={open} onClick={() => setDrawer(true)}>
      <Icon name="menu" />
    </button>
  );
  const pick = () => setDrawer(false);

  return (
    <div className={open ? 'app drawer-open' : 'app'}>
      <LinkStatus />
      <Notice />
      <IncomingCall />
      <div
        ref={panel}
        className="drawer"
        tabIndex={-1}
        inert={isNarrow && !open}
        onKeyDown={(event) => {
          // What lies over the drawer closes first.
          const within = (event.target as HTMLElement).closest('dialog, [popover]') !== null;
          if (event.key === 'Escape' && open && hasMain && question === null && !within) setDrawer(false);
        }}
      >
        <Rail guilds={guilds} current={atHome ? own : guild?.id} onQuestion={setQuestion} onHome={pick} />
        {atHome ? <PrivateList current={shown?.id} onPick={pick} /> : <ChannelList instance={instance} guild={guild} current={shown} onPick={pick} />}
      </div>
      <main inert={open}>{place(menu)}</main>
      {open && hasMain && <div className="scrim" onClick={pick} />}
      {question === 'create' && <CreateServer onClose={() => setQuestion(null)} />}
      {question === 'join' && <JoinServer onClose={() => setQuestion(null)} />}
    </div>
  );

  function place(menu: ReactNode) {
    if (friends) return <Friends menu={menu} />;
    if (shown !== undefined && guild !== undefined && isForum(shown)) return <Forum key={shown.id} guild={guild} channel={shown} menu={menu} />;
    if (shown !== undefined && (guild !== undefined || isPrivate(shown))) return <Conversation key={shown.id} guild={guild} channel={shown} menu={menu} />;
    return <Elsewhere instance={instance} route={route} guild={guild} onQuestion={setQuestion} />;
  }
}

function useChatTitle(instance: string, guild: Guild | undefined, shown: Channel | undefined, friends: boolean): void {
  const mentions = useMentions();
  const name = useChannelName(shown);
  const what = friends ? 'Friends' : shown === undefined ? undefined : isPrivate(shown) ? name : `#${name}`;
  useTitle(mentions > 0 ? `(${mentions}) ${what ?? guild?.name ?? instance}` : what, guild?.name, instance);
}

function LinkStatus() {
  const link = useStore((state) => state.link);
  const text = { connecting: 'Connecting…', ready: '', away: 'Reconnecting…', closed: 'The server refused the connection. Reload the page to try again.' }[link];
  return (
    <div className="link-status" role="status">
      {text}
    </div>
  );
}

/** What did not work, for as long as it takes to read it. */
function Notice() {
  const notice = useStore((state) => state.notice);
  useEffect(() => {
    if (notice === null) return;
    const timer = setTimeout(dropNotice, 6000);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <div className="notice" role="alert">
      {notice}
    </div>
  );
}

/** What stands in place of a conversation. */
function Elsewhere({ instance, route, guild, onQuestion }: { instance: string; route: Route; guild: Guild | undefined; onQuestion(question: Question): void }) {
  const guilds = useStore((state) => state.guilds);
  const entering = useStore((state) => state.entering);

  if (guilds === null || (route.at === 'channel' && entering === route.guild)) return <div className="elsewhere" aria-busy="true" />;
  if (guild !== undefined) {
    return (
      <div className="elsewhere">
        <h2>{guild.available ? 'No text channels here' : `${guild.name === '' ? 'This server' : guild.name} is unavailable`}</h2>
        <p>{guild.available ? 'There is none that you may read.' : 'It comes back by itself as soon as it can.'}</p>
      </div>
    );
  }
  if (Object.keys(guilds).length > 0 || (route.at === 'channel' && route.guild === own)) {
    return (
      <div className="elsewhere">
        <h2>Nothing to see here</h2>
        <p>This place does not exist, or you do not belong to it.</p>
        <button type="button" onClick={() => navigate('/', 'replace')}>
          Back to {instance}
        </button>
      </div>
    );
  }
  return (
    <div className="elsewhere">
      <h2>Welcome to {instance}</h2>
      <p>A server is a place of your own for a team, a club or a circle of friends. Start one and invite people, or use an invite that somebody gave you.</p>
      <div className="choices">
        <button type="button" className="primary" onClick={() => onQuestion('create')}>
          Start a new server
        </button>
        <button type="button" onClick={() => onQuestion('join')}>
          Use an invite
        </button>
      </div>
    </div>
  );
}

/** Leads from addresses that name no channel to one, and remembers the last. */
function useRedirects(route: Route, guilds: Readonly<Record<string, Guild>> | null, guild: Guild | undefined, shown: Channel | undefined): void {
  const wanted = route.at === 'channel' ? route.channel : undefined;
  const guildId = guild?.id;
  const isUnknown = guild?.available === true && wanted !== undefined && shown === undefined;

  useEffect(() => {
    if (guildId !== undefined && shown !== undefined) localStorage.setItem(lastKey, channelPath(guildId, shown.id));
  }, [guildId, shown]);

  useEffect(() => {
    if (guilds === null) return;
    if (route.at === 'home' || route.at === 'register') {
      const last = parseRoute(localStorage.getItem(lastKey) ?? '/');
      const target = (last.at === 'channel' ? guilds[last.guild] : undefined) ?? Object.values(guilds)[0];
      if (target !== undefined) navigate(channelPath(target.id, last.at === 'channel' && last.guild === target.id ? last.channel : undefined), 'replace');
    } else if (guild !== undefined && wanted === undefined) {
      const first = firstText(guild);
      if (first !== undefined) navigate(channelPath(guild.id, first.id), 'replace');
    }
  }, [route, guilds, guild, wanted]);

  useEffect(() => {
    if (!isUnknown || guildId === undefined) return;
    let current = true;
    const away = () => current && navigate(channelPath(guildId), 'replace');
    // The gateway does not tell of archived threads. What is known and no place to read is not asked for.
    if (findChannel(useStore.getState(), wanted) !== undefined) away();
    else openThread(wanted).then((thread) => (thread.guild_id !== guildId || !opens(thread)) && away(), away);
    return () => {
      current = false;
    };
  }, [isUnknown, guildId, wanted]);
}

/** The focus goes into the drawer when it opens, and back to the button that opened it when it closes. */
function useDrawerFocus(open: boolean, panel: RefObject<HTMLElement | null>, opener: RefObject<HTMLElement | null>): void {
  const wasOpen = useRef(open);
  useEffect(() => {
    if (open) panel.current?.focus();
    else if (wasOpen.current) opener.current?.focus();
    wasOpen.current = open;
  }, [open, panel, opener]);
}
