import { everyday } from './support/everyday.mjs';
import { Eris } from './support/libraries.mjs';

everyday('eris over compressed ETF', (host, bot, options) => Eris.start(host, bot, { group: 'packed', compress: true, ...options }), {
  wire: { encoding: 'etf', compress: 'zlib-stream' },
  moderation: false,
});
