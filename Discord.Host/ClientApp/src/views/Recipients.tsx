import { ask, attempt } from '../actions/session';
import { api } from '../api';
import { useStore } from '../store';
import type { Channel } from '../types';
import { Icon } from './Icon';
import { MemberRow } from './MemberList';

/** Who is in a group. Whoever began it may take people out again. */
export function Recipients({ channel }: { channel: Channel }) {
  const me = useStore((state) => state.me?.id);
  const people = [...(me === undefined ? [] : [me]), ...(channel.recipients ?? []).map(({ id }) => id)];
  return (
    <>
      <h2 className="members-title">
        Members <span className="hint">{people.length}</span>
      </h2>
      <ul className="recipients">
        {people.map((id) => (
          <li key={id}>
            <MemberRow guild={undefined} id={id} />
            {channel.owner_id === me && id !== me && (
              <button type="button" className="icon small" aria-label="Take out of the group" title="Take out of the group" onClick={() => attempt(ask(api.removeRecipient(channel.id, id)))}>
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
