import { joinVoice } from '../../actions/voice';
import { mayIn } from '../../guilds';
import { Permission } from '../../permissions';
import { channelPath, navigate } from '../../route';
import { useStore } from '../../store';
import { ChannelType } from '../../types';
import { inRoom, voicesOf } from '../../voices';
import { isIn, useLive } from '../../voice/live';
import { Badge } from '../Badge';
import { useSignals, type RowProps } from '../ChannelList';
import { Icon } from '../Icon';
import { Menu, MenuItem } from '../Popover';
import { Occupants } from './people';

/** A voice channel and who is in it. A press joins; pressed again, it opens. */
export function VoiceChannelRow({ guild, channel, current, onPick, onEdit }: RowProps) {
  const me = useStore((state) => state.me?.id);
  const joined = useLive((live) => isIn(live, channel.id));
  const count = useStore((state) => inRoom(voicesOf(state.voices, guild.id), channel.id).length);
  const { unread, mentions } = useSignals(guild, channel.id);
  const mayJoin = mayIn(guild, me, channel)(Permission.Connect);
  const name = channel.name ?? '';
  const limit = channel.user_limit ?? 0;
  const topic = guild.stages.find(({ channel_id }) => channel_id === channel.id)?.topic;
  const open = () => {
    navigate(channelPath(guild.id, channel.id));
    onPick();
  };

  return (
    <>
      <div className={unread && !current ? 'channel-row unread' : 'channel-row'}>
        <button
          type="button"
          className="channel voice bare"
          aria-current={current ? 'page' : undefined}
          aria-disabled={!mayJoin}
          title={joined ? `Open ${name}` : mayJoin ? `Join ${name}` : 'You may not join this channel'}
          onClick={() => {
            if (joined) open();
            else if (mayJoin) joinVoice(guild.id, channel.id);
          }}
        >
          <Icon name={mayJoin ? (channel.type === ChannelType.Stage ? 'stage' : 'voice') : 'lock'} className="sign" label={channel.type === ChannelType.Stage ? 'Stage' : 'Voice'} />
          <span className="name">
            {name}
            {topic !== undefined && <span className="hint">{topic}</span>}
          </span>
          {unread && !current && <span className="unseen">, unread</span>}
          <Badge count={current ? 0 : mentions} />
          {limit > 0 && (
            <span className="room-limit" aria-label={`${count} of ${limit} people`} role="img">
              {count}/{limit}
            </span>
          )}
        </button>
        <span className="row-tools">
          <Menu label={`Options of ${name}`} className="icon small">
            {(close) => {
              const item = (run: () => void) => () => {
                close();
                run();
              };
              return (
                <>
                  {mayJoin && (
                    <MenuItem icon="chat" onPick={item(open)}>
                      Open
                    </MenuItem>
                  )}
                  {onEdit !== undefined && (
                    <MenuItem icon="gear" onPick={item(onEdit)}>
                      Channel settings
                    </MenuItem>
                  )}
                </>
              );
            }}
          </Menu>
        </span>
      </div>
      <Occupants guild={guild} channel={channel.id} name={name} onOpen={open} />
    </>
  );
}
