const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A secret as authenticator apps take it (RFC 4648, without padding). */
export function base32(bytes: Uint8Array): string {
  let out = '';
  let held = 0;
  let count = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    count += 8;
    for (; count >= 5; count -= 5) out += alphabet[(held >> (count - 5)) & 31];
    held &= 31;
  }
  return count === 0 ? out : out + alphabet[(held << (5 - count)) & 31];
}

/** What opens an authenticator app with the secret filled in. */
export const otpAddress = (issuer: string, account: string, secret: string) =>
  `otpauth://totp/${encodeURIComponent(`${issuer}:${account}`)}?${new URLSearchParams({ secret, issuer })}`;
