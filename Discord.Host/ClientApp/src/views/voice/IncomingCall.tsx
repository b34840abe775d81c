import { useEffect, useState } from 'react';
import { attempt } from '../../actions/session';
import { declineCall, startCall } from '../../actions/voice';
import { own } from '../../reads';
import { channelPath, navigate } from '../../route';
import { useStore } from '../../store';
import { ChannelType } from '../../types';
import { isIn, useLive } from '../../voice/live';
import { usePreferences } from '../../voice/preferences';
import { ring } from '../../voice/ring';
import { Avatar, GroupIcon } from '../Avatar';
import { Icon } from '../Icon';
import { privateName } from '../naming';

/** Somebody calls. */
export function IncomingCall() {
  const me = useStore((state) => state.me?.id ?? '');
  const calling = useStore((state) => Object.values(state.calls).find(({ ringing }) => ringing?.includes(me) === true)?.channel_id);
  const inside = useLive((live) => calling !== undefined && isIn(live, calling));
  return calling === undefined || inside ? null : <Ringing key={calling} id={calling} />;
}

/** It lies over the page without taking it away. */
function Ringing({ id }: { id: string }) {
  const channel = useStore((state) => state.privates[id]);
  const name = useStore((state) => (channel === undefined ? '' : privateName(channel, state.users, state.relationships)));
  const [caller] = channel?.recipients ?? [];
  const undisturbed = useStore((state) => state.settings.status === 'dnd');
  const wanted = usePreferences((preferences) => preferences.ringtone);
  const [silenced, setSilenced] = useState(false);
  const aloud = wanted && !silenced && !undisturbed;
  useEffect(() => (aloud ? ring() : undefined), [aloud]);
  return (
    <div className="ringing" role="alertdialog" aria-label={`${name} is calling`}>
      {channel?.type === ChannelType.Group || caller === undefined ? channel && <GroupIcon channel={channel} name={name} size={64} /> : <Avatar user={caller} name={name} size={64} />}
      <p>
        <strong>{name}</strong> is calling
      </p>
      <div className="choices">
        <button
          type="button"
          className="primary"
          onClick={() => {
            navigate(channelPath(own, id));
            startCall(id);
          }}
        >
          <Icon name="call" /> Answer
        </button>
        <button type="button" onClick={() => attempt(declineCall(id))}>
          <Icon name="hangup" /> Decline
        </button>
        {aloud && (
          <button type="button" className="icon" aria-label="Silence" title="Silence" onClick={() => setSilenced(true)}>
            <Icon name="mute" />
          </button>
        )}
      </div>
    </div>
  );
}
