import { own } from './reads';
import type { Call, Dispatch, GuildPayload, StreamInfo, VoiceState } from './types';

/** Who is in voice and where: by guild (`@me`: calls), then by user. */
export type Voices = Readonly<Record<string, Readonly<Record<string, VoiceState>>>>;

export interface VoiceHouse {
  readonly voices: Voices;
  /** By channel. */
  readonly calls: Readonly<Record<string, Call>>;
  /** The shared screens that one shows or watches, by key. */
  readonly streams: Readonly<Record<string, StreamInfo>>;
}

export const nobodySpeaks: VoiceHouse = { voices: {}, calls: {}, streams: {} };

const nobody: Readonly<Record<string, VoiceState>> = {};

/** The people of one guild, or with null those in calls: the same object until somebody there changes. */
export const voicesOf = (voices: Voices, guild: string | null) => voices[guild ?? own] ?? nobody;

export const inRoom = (states: Readonly<Record<string, VoiceState>>, channel: string): VoiceState[] => Object.values(states).filter((state) => state.channel_id === channel);

/** What guilds bring with them stands in place of what was known of them. */
export function voicesWith(voices: Voices, guilds: readonly GuildPayload[]): Voices {
  const brought = guilds.filter(({ voice_states }) => voice_states !== undefined);
  if (brought.length === 0) return voices;
  return { ...voices, ...Object.fromEntries(brought.map(({ id, voice_states = [] }) => [id, byUser(voice_states)])) };
}

/** After somebody came, went or changed. */
export function heard(voices: Voices, state: VoiceState): Voices {
  const place = state.guild_id ?? own;
  const { [state.user_id]: known, ...others } = voicesOf(voices, place);
  if (state.channel_id === null) return known === undefined ? voices : { ...voices, [place]: others };
  const { member: _, ...kept } = state;
  return { ...voices, [place]: { ...others, [state.user_id]: kept } };
}

/** What the dispatches of calls and of shared screens change. */
export function reduceVoice(house: VoiceHouse, { t, d }: Dispatch): Partial<VoiceHouse> {
  switch (t) {
    case 'VOICE_STATE_UPDATE':
      return { voices: heard(house.voices, d) };
    case 'CALL_CREATE':
      return { calls: { ...house.calls, [d.channel_id]: d }, voices: { ...house.voices, [own]: { ...voicesOf(house.voices, null), ...byUser(d.voice_states ?? []) } } };
    case 'CALL_UPDATE':
      return { calls: { ...house.calls, [d.channel_id]: { ...house.calls[d.channel_id], ...d } } };
    case 'CALL_DELETE': {
      const { [d.channel_id]: _, ...calls } = house.calls;
      return { calls };
    }
    case 'STREAM_CREATE':
    case 'STREAM_UPDATE':
      return { streams: { ...house.streams, [d.stream_key]: { ...house.streams[d.stream_key], ...d } } };
    case 'STREAM_DELETE': {
      const { [d.stream_key]: _, ...streams } = house.streams;
      return { streams };
    }
    default:
      return {};
  }
}

/** In the audience of a stage, with a raised hand. */
export const asksToSpeak = ({ suppress, request_to_speak_timestamp: at }: VoiceState) => suppress === true && at != null;

/** Invited to speak on a stage: the server would let them, and they have not said yet whether they want to. */
export const isInvited = ({ suppress, request_to_speak_timestamp: at }: VoiceState) => suppress !== true && at != null;

/** Nobody hears or sees them: they were silenced, are in the audience, or have not taken up an invitation to speak. */
export const listens = (state: VoiceState) => state.suppress === true || isInvited(state);

export const streamKey = (guild: string | null, channel: string, owner: string) => (guild === null ? `call:${channel}:${owner}` : `guild:${guild}:${channel}:${owner}`);

export const streamOwner = (key: string) => key.slice(key.lastIndexOf(':') + 1);

const byUser = (states: readonly VoiceState[]) => Object.fromEntries(states.map((state) => [state.user_id, state]));
