/** The control side: CLC, CC, and an NC and a BRM a host, joined by a transport. Everyone who wants a VM acted upon asks here. */
import { hostname } from 'node:os';
import type { ConnectOptions } from '@faultline/libvirt';
import type { Party } from '@faultline/contracts';
import type { Logger } from 'pino';
import { messageOf } from '../errors.ts';
import type { ControlledHost } from './admission.ts';
import { BlockStorageManager } from './brm/brm.ts';
import { ClusterController } from './cc.ts';
import { CloudController } from './clc.ts';
import { deadlinesOf, type ControlDeadlines } from './deadlines.ts';
import type { OperationDoor } from './door.ts';
import { HostConnection } from './host/host-connection.ts';
import { CannotDoError } from './host/outcome.ts';
import type { HypervisorConnection } from './host/hypervisor.ts';
import type { IsolationBook } from './isolation.ts';
import type { Destination } from './nc/acts/index.ts';
import { NodeController } from './nc/nc.ts';
import type { OperationRecords } from './records.ts';
import { LocalTransport } from './transport.ts';

export { FLOWS, type FlowStep } from './flows.ts';
export type { ControlDeadlines } from './deadlines.ts';
export { REFUSALS, type Admission, type RefusalCode } from './door.ts';
export type { IsolationBook } from './isolation.ts';
export { OWN_SOURCE, type Asked, type OperationRecords, type StoredRequest } from './records.ts';

export interface ControlOptions {
  records: OperationRecords;
  isolation: IsolationBook;
  /** By name. */
  hosts: ReadonlyMap<string, ControlledHost>;
  connect: (options: ConnectOptions) => Promise<HypervisorConnection>;
  /** Awaited right before libvirt is asked to act; what it throws is the cause for which nothing was asked. Absent: always. */
  mayAct?: () => Promise<void>;
  logger: Logger;
  now?: () => number;
  deadlines?: Partial<ControlDeadlines>;
}

export interface Control extends OperationDoor {
  /**
   * Ends every connection, and stops waiting for what is under way: it goes on in libvirt, stays recorded as running, and is
   * read back by whoever starts the control side next.
   */
  close(): Promise<void>;
}

/** Starts the control side. What an earlier one left as running is read back from libvirt meanwhile; no host is waited for. */
export async function startControl(options: ControlOptions): Promise<Control> {
  const { records, isolation, hosts, logger, now = Date.now } = options;
  const deadlines = deadlinesOf(options.deadlines);
  const node = hostname();
  const clc: Party = { role: 'CLC', node };
  const cc: Party = { role: 'CC', node };

  const transport = new LocalTransport();
  const connections = serveHosts(transport, { ...options, now, deadlines });
  const clusterController = new ClusterController({
    cc,
    transport,
    isolation,
    deadlines,
    logger: logger.child({ role: 'CC' }),
    now,
  });
  transport.serve(cc, clusterController.answer);
  const cloudController = new CloudController({
    records,
    clc,
    cc,
    transport,
    hosts,
    deadlines,
    logger: logger.child({ role: 'CLC' }),
    now,
  });
  const close = async (): Promise<void> => {
    transport.close('the control side ended');
    await cloudController.close();
    await Promise.all(connections.map((connection) => connection.close()));
  };
  try {
    await cloudController.takeUpLost();
  } catch (error) {
    await close();
    throw error;
  }
  return { ask: (request, caller) => cloudController.ask(request, caller), close };
}

/** Makes the NC and the BRM of every host reachable. */
function serveHosts(
  transport: LocalTransport,
  {
    hosts,
    connect,
    mayAct,
    deadlines,
    logger,
    now,
  }: ControlOptions & { deadlines: ControlDeadlines; now: () => number },
): HostConnection[] {
  const connections = new Map<string, HostConnection>();
  const destinationOf = (host: string): Destination => {
    const connection = connections.get(host);
    const uri = hosts.get(host)?.migrationUri;
    // CLC refused what goes to a host that is none.
    if (connection === undefined || uri === undefined) throw new TypeError(`${host} is no destination`);
    return { uri, current: () => connection.current() };
  };
  for (const [host, { uri }] of hosts) {
    const connection = new HostConnection({
      host,
      uri,
      connect,
      retryMs: { first: 1000, last: 30_000 },
      logger: logger.child({ host }),
    });
    connections.set(host, connection);
    const of = (role: 'NC' | 'BRM') => ({
      host,
      connection,
      mayAct: permitted(mayAct),
      logger: logger.child({ role, host }),
      now,
    });
    const nc = new NodeController({ ...of('NC'), destinationOf, deadlines });
    transport.serve({ role: 'NC', node: host }, nc.answer);
    const brm = new BlockStorageManager({ ...of('BRM'), withinMs: deadlines.brmMs });
    transport.serve({ role: 'BRM', node: host }, brm.answer);
  }
  return [...connections.values()];
}

function permitted(mayAct: ControlOptions['mayAct']): () => Promise<void> {
  return async () => {
    try {
      await mayAct?.();
    } catch (error) {
      throw new CannotDoError(`nothing was asked of libvirt: ${messageOf(error)}`, { cause: error });
    }
  };
}
