import { dropBackupCodes } from '../actions/people';
import { loggedOut, useStore } from '../store';
import { Dialog } from './Dialog';

/** The codes that let somebody in without their phone: on the page until they say that they have them. */
export function BackupCodes() {
  // With the new session's READY: what stood open before comes back first, and this lies above it.
  const codes = useStore((state) => (state.me === loggedOut.me ? null : state.backupCodes));
  if (codes === null) return null;
  return (
    <Dialog title="Backup codes" onClose={dropBackupCodes}>
      <p className="lead">The second factor is on. Keep these codes where you find them without your phone: each works once, and they are not shown again.</p>
      <ul className="codes" aria-label="Backup codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <footer>
        <button type="button" className="primary" onClick={dropBackupCodes}>
          I have written them down
        </button>
      </footer>
    </Dialog>
  );
}
