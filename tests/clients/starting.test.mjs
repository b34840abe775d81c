import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { projectRoot } from './support/host.mjs';
import { within } from './support/until.mjs';

// A server that cannot start says why in one line of words, with exit code 1 and no stack trace.

const hostDll = path.resolve(process.env.DISCORD_HOST_DLL ?? path.join(projectRoot, 'artifacts/bin/Discord.Host/release/Discord.Host.dll'));

async function run(args, env = {}, look = () => {}) {
  const home = await mkdtemp(path.join(os.tmpdir(), 'discord-start-'));
  const data = path.join(home, 'data');
  const child = spawn('dotnet', [hostDll, ...args, '--data', data], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of Object.keys(said)) child[name].on('data', chunk => { said[name] += chunk; });
  try {
    const [code] = await within(once(child, 'close'), 'the host ends', 60_000);
    await look(data);
    return { code, ...said };
  } finally {
    child.kill('SIGKILL');
    await rm(home, { recursive: true, force: true });
  }
}

async function refuses(words, args, env) {
  const { code, stdout, stderr } = await run(['serve', ...args], env);
  assert.deepEqual({ code, stderr }, { code: 1, stderr: `Cannot start: ${words}\n` });
  assert.doesNotMatch(stdout, / {3}at |Exception|ERR|FTL/);
  return stdout;
}

const free = ['--urls', 'http://127.0.0.1:0'];

test('a listener that another program has; and a setting that does not exist is told and passed over', async () => {
  const other = net.createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const url = `http://127.0.0.1:${other.address().port}`;
  try {
    const said = await refuses(`${url} is taken by another program; choose another with --urls.`, ['--urls', url], { Voice__Prot: '1', Node: 'somewhere' });
    assert.deepEqual(said.match(/\S+ is no setting of this server/g), ['Voice:Prot is no setting of this server']);
    const carrier = { Voice__Home: 'http://127.0.0.1:9', Voice__Secret: 'a secret of sixteen or more', Voice__Port: '0' };
    await refuses(`${url} is taken by another program; choose another with --urls.`, ['--role', 'voice', '--urls', url], carrier);
  } finally {
    other.close();
  }
});

test('a media port that another program has, and an address of another machine', async () => {
  const other = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address();
  try {
    await refuses(`UDP port ${port} is taken by another program; choose another by Voice:Port.`, free, { Voice__Port: String(port) });
    await refuses('Voice:Bind is 192.0.2.7, which is no address of this machine.', free, { Voice__Bind: '192.0.2.7' });
  } finally {
    other.close();
  }
});

test('a setting that is wrong', async () => {
  await refuses("'http://127.0.0.1:99999' is no address to listen on; it must be as http://127.0.0.1:5000.", ['--urls', 'http://127.0.0.1:99999']);
  await refuses("PublicUrl is 'chat.example.org'; it must be as https://chat.example.org.", free, { PublicUrl: 'chat.example.org' });
  await refuses("Node:Id is '1024'; it must be a number from 0 to 1023.", free, { Node__Id: '1024' });
  await refuses("Voice:Region is 'eu west'; it must be one name of letters, digits and hyphens, 100 at most.", free, { Voice__Region: 'eu west' });
  await refuses("Database:Postgres is no connection string: Format of the initialization string does not conform to specification starting at index 0.", free, { Database__Engine: 'postgres', Database__Postgres: 'nonsense' });
});

test('doctor says what clients would be told of voice, and what would keep them from being heard', async () => {
  const { stdout } = await run(['doctor', ...free], { Voice__Port: '0', Voice__Bind: '127.0.0.1', PublicUrl: 'https://chat.example.org', Voice__Prot: '1' });
  assert.match(stdout, /^ok {3}Voice: clients are told wss:\/\/chat\.example\.org\/voice, and to send packets to 127\.0\.0\.1/m);
  assert.match(stdout, /^BAD {2}Voice: clients are told .* which the Internet does not reach/m);
  assert.match(stdout, /^BAD {2}Voice:Prot is no setting/m);
});

test('doctor before the first start makes the data folder for this user alone, and nothing in it; a certificate that cannot be used is told', async () => {
  const { stdout } = await run(['doctor', '--urls', 'https://127.0.0.1:0'], { Voice__Port: '0' }, async data => {
    assert.equal((await stat(data)).mode & 0o777, 0o700);
    assert.deepEqual(await readdir(data), []);
  });
  assert.match(stdout, /^ok {3}HTTPS: the first start makes a certificate/m);
  const broken = await run(['doctor', '--urls', 'https://127.0.0.1:0'], { Voice__Port: '0', Listen__Certificate: hostDll });
  assert.match(broken.stdout, /^BAD {2}Listen:Certificate is '.*', which cannot be used: /m);
  assert.equal(broken.code, 1);
});
