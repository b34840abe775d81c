import { everyday } from './support/everyday.mjs';
import { Oceanic } from './support/libraries.mjs';

everyday('oceanic.js over ETF', (host, bot, options) => Oceanic.start(host, bot, { group: 'packed', ...options }), { wire: { encoding: 'etf' } });
