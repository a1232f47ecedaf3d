import type { Hop, Operation } from '@faultline/contracts';

/** Tables of the domain `operations`; times are ms. */
export interface OperationsTables {
  operations: {
    id: string;
    correlation_id: string | null;
    parent_id: string | null;
    vm: string;
    vm_name: string;
    kind: Operation['kind'];
    initiator: string;
    /** As it was asked for, as JSON: what makes a request the same request. Null of what another system performed. */
    request: string | null;
    /** The host whose NC was asked. */
    host: string | null;
    /** How far it is, as JSON; null unless it runs and tells. */
    progress: string | null;
    started: number;
    ended: number | null;
    result: Operation['result'];
    cause: string | null;
    source: string;
  };
  /** `vm` repeats the operation's, so that a VM's records stay together however the store is spread. */
  hops: {
    operation: string;
    seq: number;
    vm: string;
    parent: number | null;
    from_role: Hop['from']['role'];
    from_node: string | null;
    to_role: Hop['to']['role'];
    to_node: string | null;
    message: string;
    direction: Hop['direction'];
    at: number | null;
    ended: number | null;
    result: Hop['result'];
    cause: string | null;
    observed: Hop['observed'];
  };
}
