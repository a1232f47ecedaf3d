import type { DomainRef } from '../domain.ts';
import type { ProcedureName } from '../protocol/index.ts';
import { daemonError } from './fake-errors.ts';
import type { FakeHost } from './fake-host.ts';
import { hasFlag, needsMonitor, selectDomains } from './fake-stats.ts';

/** Which calls a fault concerns: all that match every field given. */
export interface FakeFault {
  procedure?: ProcedureName;
  /** Calls that name this domain. */
  uuid?: string;
  /** Only calls that enter a domain's monitor, or only those that do not. */
  monitor?: boolean;
  /** Lets so many matching calls through first. Default 0. */
  after?: number;
}

type Fault = FakeFault & ({ hold: true } | { delayMs: number } | { code: number; message: string });

/** A call as faults see it. */
export interface FaultyCall {
  procedure: ProcedureName;
  domains: readonly string[];
  args: unknown;
}

/** Calls on one domain that go through its QEMU's monitor or agent channel. */
const monitorCalls: ReadonlySet<ProcedureName> = new Set<ProcedureName>([
  'domainShutdown',
  'domainShutdownFlags',
  'domainReboot',
  'domainReset',
  'domainSuspend',
  'domainResume',
  'domainPmSuspendForDuration',
  'domainPmWakeup',
  'domainManagedSave',
  'domainAgentCommand',
  'domainMonitorCommand',
  'domainGetBlockInfo',
  'domainGetDiskErrors',
  'domainAttachDeviceFlags',
  'domainDetachDeviceFlags',
  'domainDetachDeviceAlias',
  'domainUpdateDeviceFlags',
  'domainSetVcpusFlags',
  'domainSetMemoryFlags',
  'domainSnapshotCreateXml',
  'domainRevertToSnapshot',
  'domainMigratePerform3Params',
  'domainMigrateSetMaxDowntime',
  'domainMigrateGetMaxDowntime',
]);

/** What goes wrong on purpose, and the calls that wait because of it. */
export class FakeFaults {
  readonly #host: FakeHost;
  readonly #held: (() => void)[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #faults: Fault[] = [];

  constructor(host: FakeHost) {
    this.#host = host;
  }

  add(fault: Fault): void {
    this.#faults.push({ ...fault });
  }

  /** Ends all faults; `answer` says whether what was held is answered now or never. */
  clear({ answer }: { answer: boolean }): void {
    this.#faults = [];
    this.#host.hung.clear();
    for (const domain of this.#host.domains) domain.occupiedSince = undefined;
    for (const timer of this.#timers) clearTimeout(timer);
    const held = this.#held.splice(0);
    if (answer) for (const proceed of held) proceed();
  }

  /** Runs `proceed` when the faults let the call through. Throws RemoteError for a scripted failure. */
  apply(call: FaultyCall, proceed: () => void): void {
    if (this.#entersHungMonitor(call)) {
      this.#held.push(proceed);
      return;
    }
    const monitor = this.#monitorsEntered(call).length > 0;
    const fault = this.#faults.find((each) => matches(each, call, monitor) && countDown(each));
    if (!fault) proceed();
    else if ('hold' in fault) this.#held.push(proceed);
    else if ('delayMs' in fault) this.#later(fault.delayMs, proceed);
    else throw daemonError(fault.code, fault.message);
  }

  #later(delayMs: number, proceed: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      proceed();
    }, delayMs);
    this.#timers.add(timer);
  }

  /** Marks each hung domain whose monitor the call enters as occupied from then on. */
  #entersHungMonitor(call: FaultyCall): boolean {
    const entered = this.#monitorsEntered(call).filter(({ uuid }) => this.#host.hung.has(uuid));
    const now = Date.now();
    for (const domain of entered) domain.occupiedSince ??= now;
    return entered.length > 0;
  }

  #monitorsEntered({ procedure, domains, args }: FaultyCall) {
    if (procedure === 'connectGetAllDomainStats') {
      const { domains: listed, stats, flags } = args as { domains: DomainRef[]; stats: number; flags: number };
      if (!needsMonitor(stats)) return [];
      const active = selectDomains(this.#host, listed, flags).filter((domain) => domain.active);
      // NOWAIT helps only those that would wait for somebody else's job: who comes first goes in and stays in.
      return hasFlag(flags, 'noWait') ? active.filter(({ occupiedSince }) => occupiedSince === undefined) : active;
    }
    if (!monitorCalls.has(procedure)) return [];
    return this.#host.domains.filter(({ uuid, active }) => active && domains.includes(uuid));
  }
}

function matches({ procedure, uuid, monitor }: FakeFault, call: FaultyCall, entersMonitor: boolean): boolean {
  return (
    (procedure === undefined || procedure === call.procedure) &&
    (monitor === undefined || monitor === entersMonitor) &&
    (uuid === undefined || call.domains.includes(uuid.toLowerCase()))
  );
}

/** Whether the fault's turn has come; counts the call if not. */
function countDown(fault: FakeFault): boolean {
  const { after = 0 } = fault;
  fault.after = after - 1;
  return after <= 0;
}
