import { useEffect, useRef, useState, type RefObject } from 'react';
import { watchGuild } from '../actions';
import { channelPath, navigate, parseRoute, type Route } from '../route';
import { firstText, isText, useStore, type Guild } from '../store';
import type { Channel } from '../types';
import { ChannelList } from './ChannelList';
import { Conversation } from './Conversation';
import { CreateServer, JoinServer } from './dialogs';
import { useTitle } from './Page';
import { Rail } from './Rail';

const lastKey = 'chat.last';
const narrow = '(max-width: 760px)';

export type Question = 'create' | 'join' | null;

/** The three columns: servers, channels, and the conversation. On a narrow screen the first two are a drawer. */
export function Chat({ instance, route }: { instance: string; route: Route }) {
  const guilds = useStore((state) => state.guilds);
  const [question, setQuestion] = useState<Question>(null);
  const [drawer, setDrawer] = useState(false);
  const isNarrow = useMedia(narrow);
  const opener = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);

  const guild = route.at === 'channel' ? guilds?.[route.guild] : undefined;
  const channel = route.at === 'channel' ? guild?.channels.find(({ id }) => id === route.channel && id !== undefined) : undefined;
  const shown = channel !== undefined && isText(channel) ? channel : undefined;

  useTitle(shown?.name === undefined || shown.name === null ? undefined : `#${shown.name}`, guild?.name, instance);
  useRedirects(route, guilds, guild, shown);

  useEffect(() => {
    if (guild !== undefined) watchGuild(guild.id);
  }, [guild?.id]);

  // Without a conversation there is nothing under the drawer.
  const open = isNarrow && (drawer || shown === undefined);
  useEffect(() => setDrawer(false), [shown?.id]);

  useDrawerFocus(drawer && open, panel, opener);

  return (
    <div className={open ? 'app drawer-open' : 'app'}>
      <LinkStatus />
      <div
        ref={panel}
        className="drawer"
        tabIndex={-1}
        inert={isNarrow && !open}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && open && shown !== undefined && question === null) setDrawer(false);
        }}
      >
        <Rail guilds={guilds} current={guild?.id} onQuestion={setQuestion} />
        <ChannelList instance={instance} guild={guild} current={shown?.id} onPick={() => setDrawer(false)} />
      </div>
      <main inert={open}>
        {guild !== undefined && shown !== undefined ? (
          <Conversation
            key={shown.id}
            guild={guild}
            channel={shown}
            menu={
              <button ref={opener} type="button" className="icon menu" aria-label="Show channels" aria-expanded={open} onClick={() => setDrawer(true)}>
                <svg viewBox="0 0 20 20" aria-hidden="true">
                  <path d="M3 5h14M3 10h14M3 15h14" />
                </svg>
              </button>
            }
          />
        ) : (
          <Elsewhere instance={instance} route={route} guild={guild} onQuestion={setQuestion} />
        )}
      </main>
      {open && shown !== undefined && <div className="scrim" onClick={() => setDrawer(false)} />}
      {question === 'create' && <CreateServer onClose={() => setQuestion(null)} />}
      {question === 'join' && <JoinServer onClose={() => setQuestion(null)} />}
    </div>
  );
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
  if (Object.keys(guilds).length > 0) {
    return (
      <div className="elsewhere">
        <h2>Nothing to see here</h2>
        <p>This server does not exist, or you are not a member of it.</p>
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
  useEffect(() => {
    if (guild !== undefined && shown !== undefined) localStorage.setItem(lastKey, channelPath(guild.id, shown.id));
  }, [guild, shown]);

  useEffect(() => {
    if (guilds === null) return;
    if (route.at === 'home' || route.at === 'register') {
      const last = parseRoute(localStorage.getItem(lastKey) ?? '/');
      const target = (last.at === 'channel' ? guilds[last.guild] : undefined) ?? Object.values(guilds)[0];
      if (target !== undefined) navigate(channelPath(target.id, last.at === 'channel' && last.guild === target.id ? last.channel : undefined), 'replace');
    } else if (guild !== undefined && shown === undefined) {
      const first = firstText(guild);
      if (first !== undefined) navigate(channelPath(guild.id, first.id), 'replace');
    }
  }, [route, guilds, guild, shown]);
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

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const update = () => setMatches(media.matches);
    media.addEventListener('change', update);
    return () => media.removeEventListener('change', update);
  }, [query]);
  return matches;
}
