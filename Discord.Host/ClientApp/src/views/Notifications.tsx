import { useState } from 'react';
import { mute, setNotifications } from '../actions/reads';
import { attempt } from '../actions/session';
import { isMuted } from '../reads';
import { useStore } from '../store';
import { MenuItem } from './Popover';

const whole = [
  [0, 'Everything'],
  [1, 'Mentions only'],
  [2, 'Nothing'],
] as const;

const ofChannel = [[3, 'As the server'], ...whole] as const;

const spans = [
  [15, 'For 15 minutes'],
  [60, 'For an hour'],
  [480, 'For 8 hours'],
  [1440, 'For a day'],
  [null, 'Until I unmute it'],
] as const;

/** The part of a menu that says what one wants to be told of, for a guild or one of its channels. */
export function NotificationItems({ guild, channel, close }: { guild: string; channel?: string; close(): void }) {
  const [open, setOpen] = useState<'mute' | 'levels' | null>(null);
  const settings = useStore((state) => state.notify[guild]);
  const muted = useStore((state) => isMuted(state.notify, guild, channel));
  const level = channel === undefined ? (settings?.message_notifications ?? 0) : (settings?.channel_overrides?.find(({ channel_id }) => channel_id === channel)?.message_notifications ?? 3);
  const run = (action: () => Promise<void>) => {
    close();
    attempt(action());
  };
  const set = (form: { message_notifications: number }) => run(() => setNotifications(guild, channel === undefined ? form : { channel_overrides: { [channel]: form } }));

  return (
    <>
      {muted ? (
        <MenuItem icon="bell" onPick={() => run(() => mute(guild, channel, false))}>
          Unmute
        </MenuItem>
      ) : (
        <MenuItem icon="mute" onPick={() => setOpen(open === 'mute' ? null : 'mute')}>
          Mute…
        </MenuItem>
      )}
      {open === 'mute' && (
        <div className="submenu">
          {spans.map(([minutes, text]) => (
            <MenuItem key={text} onPick={() => run(() => mute(guild, channel, true, minutes))}>
              {text}
            </MenuItem>
          ))}
        </div>
      )}
      <MenuItem icon="bell" onPick={() => setOpen(open === 'levels' ? null : 'levels')}>
        Notifications…
      </MenuItem>
      {open === 'levels' && (
        <div className="submenu">
          {(channel === undefined ? whole : ofChannel).map(([value, text]) => (
            <MenuItem key={value} checked={value === level} onPick={() => set({ message_notifications: value })}>
              {text}
            </MenuItem>
          ))}
          {channel === undefined && (
            <>
              <MenuItem checked={settings?.suppress_everyone === true} onPick={() => run(() => setNotifications(guild, { suppress_everyone: settings?.suppress_everyone !== true }))}>
                Ignore @everyone and @here
              </MenuItem>
              <MenuItem checked={settings?.suppress_roles === true} onPick={() => run(() => setNotifications(guild, { suppress_roles: settings?.suppress_roles !== true }))}>
                Ignore role mentions
              </MenuItem>
            </>
          )}
        </div>
      )}
    </>
  );
}
