/** The control side: CLC, CC and one NC a host, joined by a transport. Everyone who wants a VM acted upon asks here. */
import { hostname } from 'node:os';
import type { ConnectOptions } from '@faultline/libvirt';
import type { Party } from '@faultline/contracts';
import type { Logger } from 'pino';
import { ClusterController } from './cc.ts';
import { CloudController } from './clc.ts';
import type { OperationDoor } from './door.ts';
import { HostConnection } from './nc/host-connection.ts';
import type { HypervisorConnection } from './nc/hypervisor.ts';
import { NodeController } from './nc/nc.ts';
import type { OperationRecords } from './records.ts';
import { LocalTransport } from './transport.ts';

export { FLOWS, type FlowStep } from './flows.ts';
export type { Admission, RefusalCode } from './door.ts';
export { OWN_SOURCE, type OperationRecords } from './records.ts';

export interface ControlOptions {
  records: OperationRecords;
  /** libvirt URI (read-write) by host name, as `--control.host name=uri` gives it. */
  hosts: ReadonlyMap<string, string>;
  connect: (options: ConnectOptions) => Promise<HypervisorConnection>;
  logger: Logger;
  now?: () => number;
  deadlines?: Partial<ControlDeadlines>;
}

/** All in ms. */
export interface ControlDeadlines {
  /** For a guest to shut down or reboot when it is asked to. */
  guestMs: number;
  /** For a VM to be seen in its new state after libvirt acted on it. */
  settleMs: number;
  readEveryMs: number;
  /** For the NC's whole answer: the guest's deadline and that of each libvirt call beside it. */
  ncMs: number;
  /** For CC's whole answer: more than the NC's, so that CC's word that the NC is silent still arrives. */
  ccMs: number;
  /** Pauses before a record that could not be written is written again; the last one again and again. */
  recordAgainMs: readonly number[];
}

export interface Control extends OperationDoor {
  /** Ends what is under way (recorded as not observed) and every connection. */
  close(): Promise<void>;
}

/** Starts the control side. Operations that an earlier run left as running are ended first. */
export async function startControl(options: ControlOptions): Promise<Control> {
  const { records, hosts, connect, logger, now = Date.now } = options;
  const deadlines = deadlinesOf(options.deadlines);
  const node = hostname();
  const clc: Party = { role: 'CLC', node };
  const cc: Party = { role: 'CC', node };

  const transport = new LocalTransport();
  const connections = [...hosts].map(([host, uri]) => {
    const ncLogger = logger.child({ role: 'NC', host });
    const connection = new HostConnection({
      host,
      uri,
      connect,
      retryMs: { first: 1000, last: 30_000 },
      logger: ncLogger,
    });
    const nc = new NodeController({ host, connection, patience: deadlines, logger: ncLogger, now });
    transport.serve({ role: 'NC', node: host }, nc.answer);
    return connection;
  });
  const clusterController = new ClusterController({
    cc,
    transport,
    ncWithinMs: deadlines.ncMs,
    logger: logger.child({ role: 'CC' }),
    now,
  });
  transport.serve(cc, clusterController.answer);
  const cloudController = new CloudController({
    records,
    clc,
    cc,
    transport,
    ccWithinMs: deadlines.ccMs,
    hosts: new Set(hosts.keys()),
    recordAgainMs: deadlines.recordAgainMs,
    logger: logger.child({ role: 'CLC' }),
    now,
  });
  await cloudController.endLostOperations();

  return {
    ask: (request, caller) => cloudController.ask(request, caller),
    close: async () => {
      transport.close('the OMS ended while it ran; its outcome was not observed');
      await cloudController.close();
      await Promise.all(connections.map((connection) => connection.close()));
    },
  };
}

/** @param given what the caller wants otherwise; what depends on the guest's deadline follows it */
function deadlinesOf(given: Partial<ControlDeadlines> = {}): ControlDeadlines {
  const guestMs = given.guestMs ?? 60_000;
  const ncMs = given.ncMs ?? guestMs + 60_000;
  return {
    guestMs,
    settleMs: given.settleMs ?? 5000,
    readEveryMs: given.readEveryMs ?? 1000,
    ncMs,
    ccMs: given.ccMs ?? ncMs + 5000,
    recordAgainMs: given.recordAgainMs ?? [1000, 5000, 15_000],
  };
}
