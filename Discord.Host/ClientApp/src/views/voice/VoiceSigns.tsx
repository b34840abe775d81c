import type { VoiceState } from '../../types';
import { Icon } from '../Icon';

/** Muted, deaf, by whom, and what is shown. */
export function VoiceSigns({ state }: { state: VoiceState }) {
  return (
    <span className="voice-signs">
      {state.self_video === true && <Icon name="camera" label="Camera on" />}
      {state.mute === true ? <Icon name="micoff" className="by-moderator" label="Muted by a moderator" /> : state.self_mute === true && <Icon name="micoff" label="Muted" />}
      {state.deaf === true ? <Icon name="deaf" className="by-moderator" label="Deafened by a moderator" /> : state.self_deaf === true && <Icon name="deaf" label="Deafened" />}
    </span>
  );
}
