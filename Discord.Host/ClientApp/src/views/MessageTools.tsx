import { pin, react } from '../actions/messages';
import { markUnread } from '../actions/reads';
import { attempt } from '../actions/session';
import { own } from '../reads';
import { channelPath } from '../route';
import { useStore } from '../store';
import type { Message } from '../types';
import { EmojiPicker } from './EmojiPicker';
import { Icon } from './Icon';
import type { Rowing } from './MessageRow';
import { Menu, MenuItem, Popover, useOpen } from './Popover';

/** What one can do with a message. */
export function MessageTools({ message, rowing }: { message: Message; rowing: Rowing }) {
  const { guild, channel, me } = rowing;
  const mine = message.author.id === me && message.webhook_id === undefined;
  const picker = useOpen();

  const unread = () => {
    const messages = useStore.getState().timelines[channel.id]?.messages ?? [];
    return markUnread(channel.id, messages, message.id, guild);
  };
  const copyLink = () => navigator.clipboard.writeText(`${location.origin}${channelPath(guild?.id ?? own, channel.id)}#${message.id}`);

  return (
    <div className="actions">
      {rowing.mayReact && (
        <button ref={picker.anchor} type="button" className="icon" aria-label="Add reaction" title="Add reaction" aria-expanded={picker.open} onClick={picker.toggle}>
          <Icon name="emoji" />
        </button>
      )}
      {rowing.mayWrite && (
        <button type="button" className="icon" aria-label="Reply" title="Reply" onClick={() => rowing.onAnswer(message)}>
          <Icon name="reply" />
        </button>
      )}
      {rowing.mayThread && message.thread === undefined && (
        <button type="button" className="icon" aria-label="Start thread" title="Start thread" onClick={() => rowing.onThread(message)}>
          <Icon name="thread" />
        </button>
      )}
      {mine && (
        <button type="button" className="icon" aria-label="Edit" title="Edit" onClick={() => rowing.onEdit(message.id)}>
          <Icon name="edit" />
        </button>
      )}
      {(mine || rowing.mayManage) && (
        <button type="button" className="icon" aria-label="Delete" title="Delete" onClick={() => rowing.onDelete(message)}>
          <Icon name="trash" />
        </button>
      )}
      <Menu label="More" className="icon">
        {(close) => {
          const item = (run: () => Promise<unknown>) => () => {
            close();
            attempt(run());
          };
          return (
            <>
              {rowing.mayPin && (
                <MenuItem icon="pin" onPick={item(() => pin(message, message.pinned !== true))}>
                  {message.pinned === true ? 'Unpin' : 'Pin'}
                </MenuItem>
              )}
              <MenuItem icon="unread" onPick={item(unread)}>
                Mark as unread
              </MenuItem>
              {message.content !== '' && (
                <MenuItem icon="copy" onPick={item(() => navigator.clipboard.writeText(message.content))}>
                  Copy text
                </MenuItem>
              )}
              <MenuItem icon="link" onPick={item(copyLink)}>
                Copy link
              </MenuItem>
            </>
          );
        }}
      </Menu>
      {picker.open && (
        <Popover anchor={picker.anchor} label="Choose a reaction" onClose={picker.close}>
          <EmojiPicker
            emojis={guild?.emojis ?? []}
            onPick={(emoji) => {
              picker.close();
              attempt(react(message, emoji, true));
            }}
          />
        </Popover>
      )}
    </div>
  );
}
