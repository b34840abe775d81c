import { everyday } from './support/everyday.mjs';
import { Oceanic } from './support/libraries.mjs';

everyday('oceanic.js', (host, bot, options) => Oceanic.start(host, bot, { group: 'plain', ...options }), { wire: { encoding: 'json' } });
