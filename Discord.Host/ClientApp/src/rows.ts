import { compareIds, type Outgoing, type Timeline } from './timeline';
import { MessageType, type Message } from './types';

/** What stands in the log, from top to bottom. `compact`: goes on from the row above, without repeating who speaks. */
export type Row =
  | { kind: 'day'; key: string; date: Date }
  | { kind: 'new'; key: string }
  | { kind: 'message'; key: string; message: Message; compact: boolean }
  | { kind: 'outgoing'; key: string; outgoing: Outgoing; compact: boolean };

/** Someone who goes on speaking within this time is not named again. */
const together = 7 * 60_000;

const spoken: ReadonlySet<number> = new Set([MessageType.Default, MessageType.Reply, MessageType.ChatInputCommand, MessageType.ContextCommand]);

export const isSpoken = (message: Message) => spoken.has(message.type);

/** `unreadAfter`: behind this message, what others wrote is new; null: nothing is marked. */
export function rowsOf({ messages, outgoing }: Pick<Timeline, 'messages' | 'outgoing'>, me: string | undefined, unreadAfter: string | null = null): Row[] {
  const rows: Row[] = [];
  let before: { author: string | undefined; at: number } | null = null;

  const day = (at: number) => {
    const date = new Date(at);
    if (before !== null && new Date(before.at).toDateString() === date.toDateString()) return;
    rows.push({ kind: 'day', key: `day-${date.toDateString()}`, date });
    before = null;
  };
  const follows = (author: string | undefined, at: number) => before !== null && before.author === author && at - before.at < together;

  const firstNew = unreadAfter === null ? undefined : messages.find(({ id, author }) => compareIds(id, unreadAfter) > 0 && author.id !== me);
  for (const message of messages) {
    const at = Date.parse(message.timestamp);
    const author = isSpoken(message) ? `${message.author.id} ${message.author.username}` : undefined;
    day(at);
    if (message === firstNew) {
      rows.push({ kind: 'new', key: 'new' });
      before = null;
    }
    const compact = message.type === MessageType.Default && follows(author, at);
    rows.push({ kind: 'message', key: message.id, message, compact });
    before = { author: author ?? message.id, at };
  }
  const last = messages.at(-1);
  const mine = last !== undefined && isSpoken(last) && last.author.id === me;
  for (const sent of outgoing) {
    // The sender's clock may be behind the server's: what is on its way never belongs to an earlier day than what is there.
    const at = Math.max(sent.at, before === null ? 0 : (before as { at: number }).at);
    day(at);
    const compact = before !== null && (rows.at(-1)?.kind === 'outgoing' || (mine && at - (before as { at: number }).at < together));
    rows.push({ kind: 'outgoing', key: sent.nonce, outgoing: sent, compact });
    before = { author: undefined, at };
  }
  return rows;
}
