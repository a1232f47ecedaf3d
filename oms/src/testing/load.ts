import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostReportBatch, Operation, VmRef } from '@faultline/contracts';

/** Several hosts and several people at a time. */
const REPORTERS = 4;
const OPERATORS = 4;
/** Who got no answer asks again after this long. */
const AGAIN_MS = 50;
const ANSWER_WITHIN_MS = 15_000;

export interface LoadOptions {
  /** Where to send: the first that answers is kept to. */
  urls: string[];
  /** Each is stopped by force once. */
  vms: readonly VmRef[];
}

/**
 * Reports of hosts and requests to stop VMs, without an end. As an exporter and a person with a script would, each sender keeps what was
 * not acknowledged and sends it again, under the same id, to whichever OMS answers; and each request is followed until it has ended.
 */
export class Load {
  /** Ids that were acknowledged, in pairs that were sent as one batch. */
  readonly reports: string[] = [];
  /** The VM by the id of the operation that was acknowledged. */
  readonly operations = new Map<string, string>();
  /** Answers that nobody may give, whatever happens to the OMS and its store. */
  readonly unexpected: string[] = [];
  readonly #options: LoadOptions;
  readonly #stopping = new AbortController();
  readonly #news = new EventEmitter();
  #senders: Promise<void>[] = [];
  #nextVm = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    // Whoever waits then is told; where nobody does, it is in `unexpected`.
    this.#news.on('error', () => undefined);
  }

  start(): void {
    this.#senders = [
      ...Array.from({ length: REPORTERS }, (_, index) => this.#report(index)),
      ...Array.from({ length: OPERATORS }, () => this.#operate()),
    ];
  }

  /** Resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#senders);
  }

  /** Resolves when another batch of reports and another operation were acknowledged. @throws Error on an unexpected answer */
  async moved(): Promise<void> {
    const [complaint] = this.unexpected;
    if (complaint !== undefined) throw new Error(complaint);
    await Promise.all([once(this.#news, 'reports'), once(this.#news, 'operation')]);
  }

  async #report(index: number): Promise<void> {
    const vm = { uuid: `99999999-9999-4999-8999-99999999999${index}`, name: `reported-${index}` };
    const host = `h${index}`;
    for (let number = 0; !this.#stopping.signal.aborted; number += 1) {
      const ids = [`${host}-${number}-a`, `${host}-${number}-b`];
      await this.#until([200], '/api/v1/reports', batch(host, vm, ids));
      this.reports.push(...ids);
      this.#news.emit('reports');
    }
  }

  async #operate(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const vm = this.#options.vms[this.#nextVm];
      if (vm === undefined) throw new Error('there are not enough VMs to stop');
      const id = `op-${this.#nextVm}`;
      this.#nextVm += 1;
      await this.#until([200, 202], '/api/v1/operations', {
        id,
        vm: vm.uuid,
        kind: 'stop',
        force: true,
        initiator: 'ana',
      });
      this.operations.set(id, vm.uuid);
      this.#news.emit('operation');
      for (let result = 'running'; result === 'running';) {
        ({ result } = (await this.#until([200], `/api/v1/operations/${id}`)) as Operation);
        if (result === 'running') await sleep(AGAIN_MS);
      }
    }
  }

  /** Sends until it is answered so; what was unexpected is noted, and sent again all the same. */
  async #until(statuses: number[], path: string, body?: object): Promise<unknown> {
    for (let turn = 0; ; turn += 1) {
      const url = this.#options.urls[turn % this.#options.urls.length] ?? '';
      const answer = await this.#send(url + path, body);
      if (answer !== undefined && statuses.includes(answer.status)) return JSON.parse(answer.text);
      if (answer !== undefined && answer.status !== 503) this.#complain(`${path}: ${answer.status} ${answer.text}`);
      await sleep(AGAIN_MS);
    }
  }

  #complain(what: string): void {
    this.unexpected.push(what);
    this.#news.emit('error', new Error(what));
  }

  async #send(url: string, body?: object): Promise<{ status: number; text: string } | undefined> {
    try {
      const answer = await fetch(url, {
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        ...(body === undefined
          ? {}
          : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      return { status: answer.status, text: await answer.text() };
    } catch {
      // Nobody is there, or was killed before it answered: what it did not acknowledge is sent again.
      return undefined;
    }
  }
}

function batch(host: string, vm: VmRef, ids: string[]): HostReportBatch {
  return {
    host,
    reports: ids.map((id, index) => ({
      type: 'domain-event',
      id,
      at: Date.now(),
      vm,
      event: 'lifecycle',
      detail: 'suspended (paused)',
      observed: { state: index === 0 ? 'paused' : 'running', reason: index === 0 ? 'user' : 'unpaused' },
    })),
  };
}
