import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { hostCommand } from '../../clients/support/host.mjs';

export const dll = process.env.DISCORD_HOST_DLL ?? fileURLToPath(new URL('../../../artifacts/bin/Discord.Host/release/Discord.Host.dll', import.meta.url));

/** How long a host may take to be ready, in milliseconds: the first start of a cold runtime on a busy machine. */
const patience = 60_000;

/** The built host on a free loopback port, with a data folder of its own. */
export class Host {
  #process;
  #data;
  #settings = {};
  log = '';

  /** `settings`: more of them, by the names of their environment variables. */
  static async start(settings = {}) {
    const host = new Host();
    host.#settings = settings;
    host.port = await freePort();
    host.securePort = await freePort();
    host.#data = await mkdtemp(join(tmpdir(), 'browser-test-'));
    try {
      await host.run();
    } catch (error) {
      await host.stop();
      throw error;
    }
    return host;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Its certificate is signed by itself. */
  get secureUrl() {
    return `https://127.0.0.1:${this.securePort}`;
  }

  /** Starts the host, also again after {@link halt}: then it finds the data that it left. */
  async run() {
    this.#process = spawn('dotnet', [dll, 'serve', '--urls', `${this.url};${this.secureUrl}`, '--data', this.#data], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, Users__RegistrationsPerHour: '0', RateLimits__Enabled: 'false', Voice__Port: '0', ...this.#settings },
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) stream.setEncoding('utf8').on('data', (text) => (this.log += text));

    const end = Date.now() + patience;
    while (!(await this.#isReady())) {
      if (this.#process.exitCode !== null || Date.now() > end) {
        const { exitCode } = this.#process;
        await this.halt();
        throw new Error(`The host is not ready (exit code ${exitCode}).\n${this.log}`);
      }
      await pause(50);
    }
  }

  /** Asks the host to stop and waits until it has. */
  async halt() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await exited;
  }

  /** Runs one of its commands on its data. It has to be halted. */
  command(...words) {
    return hostCommand([...words, '--data', this.#data]);
  }

  async stop() {
    await this.halt();
    await rm(this.#data, { recursive: true, force: true });
  }

  /** A REST call in somebody's name; throws for what is no success. */
  async call(method, path, token, body) {
    const response = await fetch(`${this.url}/api/v10${path}`, {
      method,
      headers: { ...(token === undefined ? {} : { Authorization: token }), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async #isReady() {
    try {
      const response = await fetch(`${this.url}/readyz`);
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
