import { Host } from './support/host.mjs'; import * as R from './support/rest.mjs'; import { Gateway, ALL_INTENTS } from './support/gateway.mjs';
const host=await Host.start({rateLimits:false}); try { const o=await R.register(host,'o'); const g=await R.createGuild(host,o,'gg'); const h=await R.register(host,'h'); await R.join(host,g,h);
const gw=await Gateway.identified(host,o.token); const hw=await Gateway.identified(host,h.token);
const c=await R.createChannel(host,g,'secret'); 
const say=t=>R.must(host,o.token,'POST',`/channels/${c.id}/messages`,{content:t});
await say('a'); 
console.log((await R.rest(host,o.token,'PUT',`/channels/${c.id}/permissions/${g.id}`,{type:0,allow:'0',deny:'1024'})).status);
const b=await say('b'); await R.must(host,o.token,'PATCH',`/channels/${c.id}/messages/${b.id}`,{content:'bb'}); await R.must(host,o.token,'POST',`/channels/${c.id}/typing`); await R.must(host,o.token,'DELETE',`/channels/${c.id}/messages/${b.id}`);
await new Promise(r=>setTimeout(r,500));
const d=await R.must(host,o.token,'POST',`/channels/${g.general.id}/messages`,{content:'d'});
await new Promise(r=>setTimeout(r,1000));
console.log(gw.dispatches.map(f=>f.t+':'+(f.d.content??'')),hw.dispatches.map(f=>f.t+':'+(f.d.content??''))); console.log(host.tail(10)); } finally { await host.close(); }
