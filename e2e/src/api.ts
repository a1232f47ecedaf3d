import type {
  Isolation,
  IsolationRequest,
  Operation,
  OperationRequest,
  QueryAnswer,
  VmList,
} from '@faultline/contracts';
import { until } from './programs.ts';

async function json<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  const body = (await response.json()) as T;
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${JSON.stringify(body)}`);
  return body;
}

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** The OMS's HTTP API, as a script of an operator would use it. Every call throws what a 4xx or 5xx says. */
export class OmsApi {
  constructor(readonly url: string) {}

  async vms(): Promise<VmList['vms']> {
    return (await json<VmList>(`${this.url}/api/v1/vms`)).vms;
  }

  /** The frames of one VM's timeline, by name, each as its columns by field name. */
  async timeline(vm: string, from: number, to: number): Promise<Record<string, Record<string, unknown[]>>> {
    const { frames } = await json<QueryAnswer>(`${this.url}/api/v1/query`, post({ type: 'timeline', vm, from, to }));
    return Object.fromEntries(
      frames.map(({ schema, data }) => [
        schema.name,
        Object.fromEntries(schema.fields.map(({ name }, index) => [name, data.values[index] ?? []])),
      ]),
    );
  }

  /** Asks for an operation and waits until it ended, however it ended. */
  async perform(request: OperationRequest, timeoutMs = 90_000): Promise<Operation> {
    const accepted = await json<Operation>(`${this.url}/api/v1/operations`, post(request));
    return this.ended(accepted.id, timeoutMs);
  }

  /** Waits until an operation ended, however it ended. */
  async ended(id: string, timeoutMs = 90_000): Promise<Operation> {
    return until(
      `operation ${id} ended`,
      async () => {
        const operation = await this.operation(id);
        return operation.result === 'running' ? undefined : operation;
      },
      timeoutMs,
    );
  }

  async operation(id: string): Promise<Operation> {
    return json<Operation>(`${this.url}/api/v1/operations/${encodeURIComponent(id)}`);
  }

  async isolate(host: string, isolation: IsolationRequest): Promise<Isolation> {
    return json<Isolation>(this.#isolationOf(host), { ...post(isolation), method: 'PUT' });
  }

  async release(host: string, by: string): Promise<Isolation> {
    return json<Isolation>(`${this.#isolationOf(host)}?by=${encodeURIComponent(by)}`, { method: 'DELETE' });
  }

  #isolationOf(host: string): string {
    return `${this.url}/api/v1/hosts/${encodeURIComponent(host)}/isolation`;
  }
}
