import type { Isolation, PerformedKind } from '@faultline/contracts';
import type { OperationOrder } from './messages.ts';

/** Who knows which hosts are isolated: the OMS's records. */
export interface IsolationBook {
  /** The isolation in which a host is now. */
  of(host: string): Promise<Isolation | undefined>;
}

/**
 * What an isolated NC still does (A31). Nothing new comes to the host or leaves it through its NC; what runs there can be
 * kept alive, saved and stopped.
 */
export const ISOLATED_NC_DOES: Record<PerformedKind, boolean> = {
  create: false,
  start: false,
  migrate: false,
  'attach-disk': false,
  snapshot: true,
  reboot: true,
  stop: true,
  suspend: true,
  resume: true,
};

/** The NCs through which an order goes: of a migration also the destination's (A41). */
const ncsOf = ({ task, host }: OperationOrder): string[] => (task.kind === 'migrate' ? [host, task.toHost] : [host]);

/** Why an NC must not be asked, in the words of A29; undefined when it may. */
export async function isolationCause(order: OperationOrder, book: IsolationBook): Promise<string | undefined> {
  if (ISOLATED_NC_DOES[order.task.kind]) return undefined;
  for (const host of ncsOf(order)) {
    const isolation = await book.of(host);
    if (isolation !== undefined) return causeOf(host, isolation, host !== order.host);
  }
  return undefined;
}

function causeOf(host: string, { by, why, since, until }: Isolation, isDestination: boolean): string {
  const nc = isDestination ? `destination NC ${host}` : `NC ${host}`;
  const end = until === undefined ? '' : ` until ${new Date(until).toISOString()}`;
  return `${nc} is in isolated state since ${new Date(since).toISOString()}${end}, by ${by}: ${why}`;
}
