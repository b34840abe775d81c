import { everyday } from './support/everyday.mjs';
import { Oceanic } from './support/libraries.mjs';

everyday('oceanic.js over compressed ETF', (host, bot, options) => Oceanic.start(host, bot, { group: 'packed', compress: 'zlib-stream', ...options }), { wire: { encoding: 'etf', compress: 'zlib-stream' } });
