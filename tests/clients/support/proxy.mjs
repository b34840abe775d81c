import net from 'node:net';
import { pulse } from './until.mjs';

const HEADER_END = Buffer.from('\r\n\r\n');

/**
 * A loopback TCP proxy in front of the host. It sees the request line and the first server frame of every WebSocket,
 * can cut the sockets without a close frame, and holds new connections while the host is down. Of `opaque` connections
 * (TLS, which ends at the host) it sees nothing, and takes each for a WebSocket.
 */
export class Proxy {
  #server;
  #target;
  #connections = new Set();
  #waiting = [];
  #held = false;
  #opaque = false;

  /** Every WebSocket opened so far: { path, query, firstFrame: 'text'|'binary', firstByte, alive }. */
  upgrades = [];
  /** How many WebSockets were cut by `cut`. */
  cuts = 0;

  static async listen(targetPort, { opaque = false } = {}) {
    const proxy = new Proxy();
    proxy.#opaque = opaque;
    proxy.#target = targetPort;
    proxy.#server = net.createServer(socket => proxy.#accept(socket));
    proxy.#server.listen(0, '127.0.0.1');
    await new Promise((resolve, reject) => proxy.#server.once('listening', resolve).once('error', reject));
    return proxy;
  }

  get port() { return this.#server.address().port; }

  /** New connections wait instead of being refused. */
  hold() { this.#held = true; }

  /** Connections that waited go on. */
  release() {
    this.#held = false;
    for (const connection of this.#waiting.splice(0)) this.#dial(connection);
  }

  /** Cuts open WebSockets (all, or those the filter picks) with a TCP reset, as a lost network would. Returns how many. */
  cut(filter = () => true) {
    let count = 0;
    for (const connection of this.#connections) {
      if (!connection.upgrade?.alive || !filter(connection.upgrade)) continue;
      count++;
      this.cuts++;
      connection.client.resetAndDestroy();
      connection.server?.resetAndDestroy();
    }
    return count;
  }

  async close() {
    for (const connection of [...this.#connections]) {
      connection.client.destroy();
      connection.server?.destroy();
    }
    this.#server.close();
    await new Promise(resolve => this.#server.once('close', resolve));
  }

  #accept(client) {
    const connection = { client, server: null, buffered: [], upgrade: null };
    this.#connections.add(connection);
    client.setNoDelay(true);
    client.on('error', () => {});
    client.on('close', () => {
      this.#connections.delete(connection);
      connection.server?.destroy();
      if (connection.upgrade) connection.upgrade.alive = false;
      pulse();
    });
    client.once('data', chunk => this.#note(connection, chunk));
    client.pause();
    if (this.#held) this.#waiting.push(connection);
    else this.#dial(connection);
  }

  #dial(connection) {
    if (connection.client.destroyed) return;
    const server = net.connect(this.#target, '127.0.0.1');
    connection.server = server;
    server.setNoDelay(true);
    server.on('error', () => connection.client.destroy());
    server.on('close', () => connection.client.end());
    server.once('connect', () => {
      server.on('data', chunk => this.#answer(connection, chunk));
      connection.client.pipe(server);
      server.pipe(connection.client);
    });
  }

  // The request head of a WebSocket is always the first thing on its own connection.
  #note(connection, chunk) {
    if (this.#opaque) {
      connection.upgrade = { firstFrame: 'opaque', alive: true };
      this.upgrades.push(connection.upgrade);
      return;
    }
    const head = chunk.toString('latin1');
    if (!/^upgrade:\s*websocket/im.test(head)) return;
    const target = new URL(head.slice(4, head.indexOf(' ', 4)), 'http://host');
    connection.upgrade = { path: target.pathname, query: Object.fromEntries(target.searchParams), firstFrame: null, firstByte: null, alive: true };
    connection.answered = Buffer.alloc(0);
    this.upgrades.push(connection.upgrade);
    pulse();
  }

  #answer(connection, chunk) {
    const { upgrade } = connection;
    if (!upgrade || upgrade.firstFrame !== null) return;
    connection.answered = Buffer.concat([connection.answered, chunk]);
    const end = connection.answered.indexOf(HEADER_END);
    if (end < 0) return;
    const frame = connection.answered.subarray(end + HEADER_END.length);
    if (frame.length < 2) return;
    const length = frame[1] & 0x7f;
    const payload = length === 126 ? 4 : length === 127 ? 10 : 2;
    if (frame.length <= payload) return;
    upgrade.firstFrame = { 1: 'text', 2: 'binary' }[frame[0] & 0x0f] ?? `opcode ${frame[0] & 0x0f}`;
    upgrade.firstByte = frame[payload];
    connection.answered = null;
    pulse();
  }
}
