import { everyday } from './support/everyday.mjs';
import { DiscordJs } from './support/libraries.mjs';

everyday('discord.js over zlib-stream', (host, bot, options) => DiscordJs.start(host, bot, { group: 'packed', ...options }), { wire: { encoding: 'json', compress: 'zlib-stream' } });
