import { ask, attempt } from '../../actions/session';
import { setSpeaker, setVolume } from '../../actions/voice';
import { api } from '../../api';
import { isVoice, mayIn, type Guild } from '../../guilds';
import { Permission } from '../../permissions';
import { useStore } from '../../store';
import { ChannelType, type VoiceState } from '../../types';
import { isIn, useLive } from '../../voice/live';
import { usePreferences, volumeOf } from '../../voice/preferences';
import { Choice, Slider, Switch } from '../Form';

/** On somebody's card, while they are in voice: how loud they are for oneself, and what a moderator can do. */
export default function InVoice({ guild, state }: { guild: Guild | undefined; state: VoiceState }) {
  const me = useStore((known) => known.me?.id);
  const { user_id: user, channel_id } = state;
  const together = useLive((live) => channel_id !== null && isIn(live, channel_id));
  const channel = guild?.channels.find(({ id }) => id === channel_id);
  return (
    <section className="in-voice" aria-label="In voice">
      <h4>In voice{channel === undefined ? '' : `: ${channel.name}`}</h4>
      {together && user !== me && <Volume user={user} label="How loud they are for you" />}
      {guild !== undefined && channel !== undefined && <Moderation guild={guild} state={state} me={me} />}
    </section>
  );
}

/** Kept in this browser. Pressed twice it is as it was. */
export function Volume({ user, label }: { user: string; label: string }) {
  const volume = usePreferences((preferences) => volumeOf(preferences, user));
  return <Slider label={label} value={Math.round(volume * 100)} min={0} max={200} step={5} unit="%" onChange={(percent) => setVolume(user, percent / 100)} onReset={() => setVolume(user, 1)} />;
}

function Moderation({ guild, state, me }: { guild: Guild; state: VoiceState; me: string | undefined }) {
  const { user_id: user, channel_id } = state;
  const channel = guild.channels.find(({ id }) => id === channel_id);
  if (channel === undefined) return null;
  const may = mayIn(guild, me, channel);
  const change = (form: object) => attempt(ask(api.updateMember(guild.id, user, form)));
  const isStage = channel.type === ChannelType.Stage;
  const targets = guild.channels.filter((one) => isVoice(one) && one.id !== channel.id && mayIn(guild, me, one)(Permission.Connect));
  return (
    <>
      {isStage && may(Permission.MuteMembers) && user !== me && (
        <button type="button" className="small" onClick={() => attempt(setSpeaker(guild.id, channel.id, user, state.suppress === true))}>
          {state.suppress === true ? 'Invite to speak' : 'Move to the audience'}
        </button>
      )}
      {!isStage && may(Permission.MuteMembers) && <Switch label="Muted for all" on={state.mute === true} onChange={(mute) => change({ mute })} />}
      {!isStage && may(Permission.DeafenMembers) && <Switch label="Hears nobody" on={state.deaf === true} onChange={(deaf) => change({ deaf })} />}
      {may(Permission.MoveMembers) && (
        <>
          {targets.length > 0 && <Choice label="Move to" value="" options={[['', 'Stays here'], ...targets.map(({ id, name }) => [id, name ?? ''] as const)]} onChange={(target) => target !== '' && change({ channel_id: target })} />}
          {user !== me && (
            <button type="button" className="small danger-text" onClick={() => change({ channel_id: null })}>
              Disconnect
            </button>
          )}
        </>
      )}
    </>
  );
}
