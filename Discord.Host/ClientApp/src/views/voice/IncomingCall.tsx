import { attempt } from '../../actions/session';
import { declineCall, startCall } from '../../actions/voice';
import { own } from '../../reads';
import { channelPath, navigate } from '../../route';
import { useStore } from '../../store';
import { isIn, useLive } from '../../voice/live';
import { Icon } from '../Icon';
import { privateName } from '../naming';

/** Somebody calls. It lies over the page without taking it away. */
export function IncomingCall() {
  const me = useStore((state) => state.me?.id ?? '');
  const calling = useStore((state) => Object.values(state.calls).find(({ ringing }) => ringing?.includes(me) === true)?.channel_id);
  const name = useStore((state) => (calling === undefined || state.privates[calling] === undefined ? '' : privateName(state.privates[calling], state.users, state.relationships)));
  const inside = useLive((live) => calling !== undefined && isIn(live, calling));
  if (calling === undefined || inside) return null;
  return (
    <div className="ringing" role="alertdialog" aria-label={`${name} is calling`}>
      <p>
        <strong>{name}</strong> is calling
      </p>
      <div className="choices">
        <button
          type="button"
          className="primary"
          onClick={() => {
            navigate(channelPath(own, calling));
            startCall(calling);
          }}
        >
          <Icon name="call" /> Answer
        </button>
        <button type="button" onClick={() => attempt(declineCall(calling))}>
          <Icon name="hangup" /> Decline
        </button>
      </div>
    </div>
  );
}
