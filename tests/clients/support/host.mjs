import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Proxy } from './proxy.mjs';
import { poll, pulse, within } from './until.mjs';

export const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));

const hostDll = path.resolve(process.env.DISCORD_HOST_DLL ?? path.join(projectRoot, 'artifacts/bin/Discord.Host/release/Discord.Host.dll'));
const READY_DEADLINE = 60_000;
const STOP_DEADLINE = 40_000;
const CLOSE_DEADLINE = 10_000;

/** What a host with voice wants to be told before it tells its metrics. */
export const METRICS_TOKEN = 'a token for metrics alone';

// The address that the host hands out in gateway and attachment URLs: the proxy's, never its own listener.
const publicUrlSetting = 'PublicUrl';

/** Runs a command of the host's command line to its end. Returns its standard output; a failure throws with its output. */
export async function hostCommand(args, env = {}) {
  const child = spawn('dotnet', [hostDll, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', chunk => { output += chunk; });
  child.stderr.on('data', chunk => { errors += chunk; });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The host's command "${args.join(' ')}" ended with ${code}:\n${output}${errors}`);
  return output;
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** The built host as a child process with its own data folder, reached through a loopback proxy. */
export class Host {
  #child = null;
  #env;
  #port;
  #tlsPort = null;
  #lines = [];
  #alive = new Set();

  /** Folder with the host's whole state. */
  data;
  /** The loopback proxy every client goes through. */
  proxy;
  /** With `voice`: the same before the listener with TLS, for voice gateways. */
  voiceProxy = null;

  /** @param voice With a listener for TLS, at which voice clients find their gateway. */
  static async start({ env = {}, rateLimits = true, voice = false } = {}) {
    const host = new Host();
    host.data = await mkdtemp(path.join(os.tmpdir(), 'discord-clients-'));
    host.#port = await freePort();
    host.proxy = await Proxy.listen(host.#port);
    host.#env = {
      Users__RegistrationsPerHour: '0',
      [publicUrlSetting]: host.url,
      ...(rateLimits ? {} : { RateLimits__Enabled: 'false' }),
      // Several hosts may run on one machine.
      Voice__Port: '0',
      ...env,
    };
    if (voice) {
      host.#tlsPort = await freePort();
      host.voiceProxy = await Proxy.listen(host.#tlsPort, { opaque: true });
      host.#env.Voice__Endpoint ??= `127.0.0.1:${host.voiceProxy.port}/voice`;
      host.#env.Metrics__Token = METRICS_TOKEN;
    }
    try {
      await host.#launch();
    } catch (error) {
      await host.close();
      throw error;
    }
    return host;
  }

  get url() { return `http://127.0.0.1:${this.proxy.port}`; }
  get api() { return `${this.url}/api/v10`; }
  get gateway() { return `ws://127.0.0.1:${this.proxy.port}/gateway`; }
  get port() { return this.proxy.port; }

  /** The last lines that the host wrote. */
  tail(count = 60) { return this.#lines.slice(-count).join('\n'); }

  /** Something that must end before the host does (a library's client); `close` ends them in order of arrival. */
  attach(resource) {
    this.#alive.add(resource);
    return resource;
  }

  detach(resource) { this.#alive.delete(resource); }

  /** Asks the host to stop, as an operator would, and waits for its end. New connections wait at the proxy. */
  async stop() {
    this.proxy.hold();
    this.voiceProxy?.hold();
    return this.#end('SIGTERM');
  }

  /** Kills the host process without any warning. New connections wait at the proxy. */
  async kill() {
    this.proxy.hold();
    return this.#end('SIGKILL');
  }

  /** Starts the host again over the same data and at the same address. */
  async startAgain() {
    await this.#launch();
    this.proxy.release();
    this.voiceProxy?.release();
  }

  async restart() {
    await this.stop();
    await this.startAgain();
  }

  /** Runs a maintenance command over the data of the stopped host. */
  command(args) {
    return hostCommand([...args, '--data', this.data], this.#env);
  }

  async close() {
    // A client that cannot end must not keep the host alive; what it left open dies with the host and the proxy.
    for (const resource of [...this.#alive].reverse()) await within(resource.close(), 'a client ends', CLOSE_DEADLINE).catch(error => console.error(error.message));
    this.#alive.clear();
    if (this.#child) await this.#end('SIGTERM');
    await this.proxy.close();
    await this.voiceProxy?.close();
    await rm(this.data, { recursive: true, force: true });
  }

  async #launch() {
    const urls = [`http://127.0.0.1:${this.#port}`, ...(this.#tlsPort ? [`https://127.0.0.1:${this.#tlsPort}`] : [])].join(';');
    const child = spawn('dotnet', [hostDll, 'serve', '--urls', urls, '--data', this.data], {
      env: { ...process.env, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.on('data', chunk => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop();
        this.#lines.push(...lines);
        if (this.#lines.length > 5_000) this.#lines.splice(0, 2_500);
      });
      stream.on('end', () => { if (rest) this.#lines.push(rest); });
    }
    child.once('exit', (code, signal) => {
      this.#lines.push(`(the host ended with ${code ?? signal})`);
      pulse();
    });
    try {
      await poll(async () => {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The host ended with ${child.exitCode ?? child.signalCode} before it was ready`);
        const answer = await fetch(`http://127.0.0.1:${this.#port}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
        await answer?.arrayBuffer();
        return answer?.status === 200;
      }, 'the host answers /readyz with 200', READY_DEADLINE, 100);
    } catch (error) {
      this.#child = null;
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'close');
      }
      throw new Error(`${error.message}\n${this.tail()}`, { cause: error });
    }
  }

  async #end(signal) {
    const child = this.#child;
    this.#child = null;
    const ended = once(child, 'close');
    if (!child.kill(signal)) throw new Error(`The host was not running any more\n${this.tail()}`);
    try {
      await within(ended, `the host ends after ${signal}`, STOP_DEADLINE);
    } catch (error) {
      child.kill('SIGKILL');
      await ended;
      throw new Error(`${error.message}\n${this.tail()}`, { cause: error });
    }
    return child.exitCode;
  }
}
