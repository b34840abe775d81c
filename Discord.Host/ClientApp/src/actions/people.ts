import { api } from '../api';
import { met, reduce, useStore } from '../store';
import { RelationshipType, type Account, type Status } from '../types';
import { ask, renew, tellStatus } from './session';

const { setState: set } = useStore;

export const addFriend = (username: string) => ask(api.addFriend(username));

/** Asks somebody to be a friend, or says yes to who asked. */
export const befriend = (user: string) => ask(api.relate(user));

export const block = (user: string) => ask(api.relate(user, RelationshipType.Blocked));

/** Ends a friendship, takes a request back or turns it down, lifts a block. */
export async function unrelate(user: string): Promise<void> {
  await ask(api.unrelate(user));
  set((state) => reduce(state, { t: 'RELATIONSHIP_REMOVE', d: { id: user } }));
}

export async function setNote(user: string, note: string): Promise<void> {
  await ask(api.note(user, note));
  set((state) => ({ notes: { ...state.notes, [user]: note } }));
}

/** Others see it at once; the account remembers it for the next session. */
export async function setStatus(status: Status, text: string): Promise<void> {
  const settings = { status, custom_status: text === '' ? null : { text } };
  set((state) => ({ settings: { ...state.settings, ...settings } }));
  tellStatus(status, text);
  await ask(api.updateSettings(settings));
}

/** A new password ends every session, this one too: the answer brings the token to go on with. */
export async function updateAccount(form: object): Promise<void> {
  const { token, ...me } = await ask(api.updateMe(form));
  if (token != null) renew(token);
  else set((state) => ({ ...met(state, undefined, [{ user: me }]), me: { ...state.me, ...(me as Account) } }));
}

/** Turns the second factor on. That ends every session: the new token is taken up at once, and the codes stay on the page until they were written down. */
export async function enableTotp(form: { password: string; secret: string; code: string }): Promise<void> {
  const { token, backup_codes } = await ask(api.enableTotp(form));
  renew(token);
  set({ backupCodes: backup_codes.map(({ code }) => code) });
}

export const dropBackupCodes = () => set({ backupCodes: null });

export async function disableTotp(code: string): Promise<void> {
  renew((await ask(api.disableTotp(code))).token);
}
