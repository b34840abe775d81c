import { everyday } from './support/everyday.mjs';
import { DiscordJs } from './support/libraries.mjs';

everyday('discord.js', (host, bot, options) => DiscordJs.start(host, bot, { group: 'plain', ...options }), { wire: { encoding: 'json' } });
