import { Agent, request } from 'node:http';
import type { DomainEventReport, HostReportBatch } from '@faultline/contracts';

/** Reports in a batch, as an exporter's delivery sends them. */
export const BATCH = 100;
/** VMs of one host. */
const VMS = 200;

export const uuidOf = (number: number): string => `0b5e0000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** The events of one host whose storage comes and goes, batch after batch: each is a new state of its VM. */
export class EventStream {
  readonly #host: string;
  readonly #firstVm: number;
  readonly #startMs: number;
  #sent = 0;

  constructor(number: number, startMs: number) {
    this.#host = `bench${number}`;
    this.#firstVm = number * VMS;
    this.#startMs = startMs;
  }

  /** The body of the next batch. */
  next(): string {
    const reports = Array.from({ length: BATCH }, () => this.#event(this.#sent++));
    return JSON.stringify({ host: this.#host, reports } satisfies HostReportBatch);
  }

  #event(number: number): DomainEventReport {
    const vm = this.#firstVm + (number % VMS);
    const isPaused = Math.floor(number / VMS) % 2 === 0;
    return {
      type: 'domain-event',
      id: `${this.#host}-${number}`,
      at: this.#startMs + number,
      vm: { uuid: uuidOf(vm), name: `vm${vm}` },
      event: 'io-error',
      detail: isPaused ? 'pause' : 'report',
      observed: isPaused ? { state: 'paused', reason: 'ioerror' } : { state: 'running', reason: 'unpaused' },
    };
  }
}

/** Connections that are kept, as an exporter and Grafana keep theirs. */
export const connections = new Agent({ keepAlive: true, maxSockets: 256 });

/** Posts a JSON body and reads the answer to its end. @throws Error for any status but 200 */
export function post(url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asked = request(url, { method: 'POST', agent: connections, headers }, (answer) => {
      const isWell = answer.statusCode === 200;
      let said = '';
      answer.on('error', reject);
      answer.on('end', () => {
        if (isWell) resolve();
        else reject(new Error(`${url} answered ${answer.statusCode ?? 0}: ${said}`));
      });
      // Who asks shares the machine with who answers: what nobody looks at is not made a text.
      if (isWell) answer.resume();
      else answer.setEncoding('utf8').on('data', (text: string) => (said = said.length > 1000 ? said : said + text));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
