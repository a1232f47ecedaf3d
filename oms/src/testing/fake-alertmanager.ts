import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An alert as `GET /api/v2/alerts` has it. */
export interface FakeAlert {
  fingerprint: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  updatedAt: string;
  receivers: { name: string }[];
  status: { state: string; silencedBy: string[]; inhibitedBy: string[] };
}

export interface FakePost {
  authorization: string | undefined;
  alerts: {
    labels: Record<string, string>;
    annotations: Record<string, string>;
    startsAt: string;
    endsAt: string;
    generatorURL?: string;
  }[];
}

/** What Alertmanager's API v2 does, as far as an OMS asks for it, on a port of this machine. */
export class FakeAlertmanager {
  /** What it has. */
  alerts: FakeAlert[] = [];
  /** What was posted, request by request. */
  posts: FakePost[] = [];
  /** When it started, ms; long ago, so that it knows what fires. */
  startedAt = Date.now() - 86_400_000;
  /** Answers in its place. */
  answer: RequestListener | null = null;
  /** The addresses that were asked for. */
  readonly asked: string[] = [];
  readonly #server: Server;
  #port = 0;
  #onPost: (() => void)[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  static async start(): Promise<FakeAlertmanager> {
    const fake = new FakeAlertmanager();
    await fake.listen();
    return fake;
  }

  /** Listens, again on the port that it had. */
  async listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Resolves when something was posted after this call. */
  async posted(): Promise<void> {
    await new Promise<void>((resolve) => this.#onPost.push(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '';
    this.asked.push(`${request.method ?? ''} ${url}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.answer !== null) {
      this.answer(request, response);
      return;
    }
    response.setHeader('content-type', 'application/json');
    if (request.method === 'POST') {
      const alerts = JSON.parse(Buffer.concat(chunks).toString()) as FakePost['alerts'];
      this.posts.push({ authorization: request.headers.authorization, alerts });
      response.end();
      for (const heard of this.#onPost.splice(0)) heard();
    } else if (url.startsWith('/api/v2/alerts')) {
      response.end(JSON.stringify(this.alerts));
    } else if (url.startsWith('/api/v2/status')) {
      response.end(JSON.stringify({ uptime: new Date(this.startedAt).toISOString(), cluster: { status: 'disabled' } }));
    } else {
      response.writeHead(404).end();
    }
  }
}
