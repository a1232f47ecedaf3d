import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { HostReportBatch } from '@faultline/contracts';

/** What passed between an exporter and an OMS. */
export interface Recording {
  scrapes: { at: number; text: string }[];
  reports: HostReportBatch[];
}

export interface Relay {
  url: string;
  recording: Recording;
  /** Where to pass on what is asked; both are known only after the relay listens. */
  exporterUrl?: string;
  omsUrl?: string;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/**
 * Stands between an exporter and an OMS, passes everything on unchanged, and keeps what an OMS took from the exporter:
 * each scrape with its time, and each batch of reports that the OMS acknowledged.
 */
export async function startRelay(): Promise<Relay> {
  const recording: Recording = { scrapes: [], reports: [] };
  const relay: Pick<Relay, 'exporterUrl' | 'omsUrl'> = {};

  async function pass(request: IncomingMessage): Promise<{ status: number; type: string; text: string }> {
    const scrape = request.method === 'GET' && request.url === '/metrics';
    const target = scrape ? relay.exporterUrl : relay.omsUrl;
    if (target === undefined) return { status: 503, type: 'text/plain', text: 'not there yet' };
    const body = await bodyOf(request);
    const answer = await fetch(scrape ? target : `${target}${request.url ?? ''}`, {
      method: request.method ?? 'GET',
      headers: { accept: request.headers.accept ?? '*/*', ...(scrape ? {} : { 'content-type': 'application/json' }) },
      ...(scrape ? {} : { body }),
    });
    const text = await answer.text();
    if (answer.ok && scrape) recording.scrapes.push({ at: Date.now(), text });
    if (answer.ok && request.url === '/api/v1/reports')
      recording.reports.push(JSON.parse(body) as Recording['reports'][number]);
    return { status: answer.status, type: answer.headers.get('content-type') ?? 'text/plain', text };
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    pass(request).then(
      ({ status, type, text }) => response.writeHead(status, { 'content-type': type }).end(text),
      (error: unknown) => response.writeHead(502, { 'content-type': 'text/plain' }).end(String(error)),
    );
  }

  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(relay, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    recording,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  });
}
