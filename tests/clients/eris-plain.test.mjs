import { everyday } from './support/everyday.mjs';
import { Eris } from './support/libraries.mjs';

everyday('eris', (host, bot, options) => Eris.start(host, bot, { group: 'plain', ...options }), { wire: { encoding: 'json' }, moderation: false });
