import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** A network cable between one person's browser and the host: everything passes, until it is pulled out. */
export class Wire {
  #target;
  #port = 0;
  #server = null;
  #ends = new Set();

  static async to(host) {
    const wire = new Wire();
    wire.#target = host;
    await wire.plugIn();
    return wire;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  async plugIn() {
    this.#server = createServer((near) => this.#join(near)).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = this.#server.address().port;
  }

  /** Breaks what is connected and refuses what comes. */
  async pullOut() {
    if (this.#server === null) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server = null;
    for (const end of this.#ends) end.destroy();
    await closed;
  }

  #join(near) {
    const far = connect(this.#target.port, '127.0.0.1');
    for (const [end, other] of [[near, far], [far, near]]) {
      this.#ends.add(end);
      end.pipe(other);
      // A broken connection is what this is for; both ends go together.
      end.on('error', () => other.destroy());
      end.on('close', () => {
        this.#ends.delete(end);
        other.destroy();
      });
    }
  }
}
