import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A call as Alertmanager's webhook makes it (version 4), and when it came, ms. */
export interface Call {
  at: number;
  status: 'firing' | 'resolved';
  alerts: { labels: Record<string, string> }[];
}

/** Whoever pages people: it takes Alertmanager's webhook and keeps what it was told. */
export class Pager {
  readonly calls: Call[] = [];
  readonly #server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      this.calls.push({ ...(JSON.parse(body) as Omit<Call, 'at'>), at: Date.now() });
      response.end();
    });
  });

  static async open(): Promise<Pager> {
    const pager = new Pager();
    await new Promise<void>((resolve, reject) => {
      pager.#server.once('error', reject);
      pager.#server.listen(0, '127.0.0.1', resolve);
    });
    return pager;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
  }
}
