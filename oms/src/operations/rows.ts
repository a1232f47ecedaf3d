import type {
  Hop,
  Operation,
  OperationProgress,
  OperationRequest,
  OperationSummary,
  Party,
} from '@faultline/contracts';
import type { Insertable, Selectable } from 'kysely';
import type { Asked, StoredRequest } from '../control/index.ts';
import type { OperationsTables } from './tables.ts';

export type { OperationSummary };

type OperationRow = OperationsTables['operations'];
type HopRow = OperationsTables['hops'];

export function rowOfOperation(operation: Operation, asked: Asked | undefined): Insertable<OperationRow> {
  return {
    id: operation.id,
    correlation_id: operation.correlationId ?? null,
    parent_id: operation.parentId ?? null,
    vm: operation.vm.uuid,
    vm_name: operation.vm.name,
    kind: operation.kind,
    initiator: operation.initiator,
    request: asked === undefined ? null : JSON.stringify(asked.request),
    host: asked?.host ?? null,
    progress: null,
    started: operation.started,
    ended: operation.ended ?? null,
    result: operation.result,
    cause: operation.cause ?? null,
    source: operation.source,
  };
}

export function rowsOfHops({ id, vm, hops }: Operation): Insertable<HopRow>[] {
  return hops.map((hop) => ({
    operation: id,
    seq: hop.seq,
    vm: vm.uuid,
    parent: hop.parent ?? null,
    from_role: hop.from.role,
    from_node: hop.from.node ?? null,
    to_role: hop.to.role,
    to_node: hop.to.node ?? null,
    message: hop.message,
    direction: hop.direction,
    at: hop.at ?? null,
    ended: hop.ended ?? null,
    result: hop.result,
    cause: hop.cause ?? null,
    observed: hop.observed,
  }));
}

/** An operation as CLC takes it up again. */
export function storedRequestOfRows(
  row: Selectable<OperationRow>,
  hopRows: readonly Selectable<HopRow>[],
): StoredRequest {
  return {
    operation: operationOfRows(row, hopRows),
    request: row.request === null ? undefined : (JSON.parse(row.request) as OperationRequest),
    host: row.host ?? undefined,
  };
}

/** `hopRows` are those of this operation, in order of `seq`. */
function operationOfRows(row: Selectable<OperationRow>, hopRows: readonly Selectable<HopRow>[]): Operation {
  return { ...summaryOfRow(row), hops: hopRows.map(hopOfRow) };
}

export function summaryOfRow(row: Selectable<OperationRow>): OperationSummary {
  return {
    id: row.id,
    ...(row.correlation_id === null ? {} : { correlationId: row.correlation_id }),
    ...(row.parent_id === null ? {} : { parentId: row.parent_id }),
    vm: { uuid: row.vm, name: row.vm_name },
    kind: row.kind,
    initiator: row.initiator,
    started: row.started,
    ...(row.ended === null ? {} : { ended: row.ended }),
    result: row.result,
    ...(row.cause === null ? {} : { cause: row.cause }),
    ...(row.progress === null ? {} : { progress: JSON.parse(row.progress) as OperationProgress }),
    source: row.source,
  };
}

function hopOfRow(row: Selectable<HopRow>): Hop {
  return {
    seq: row.seq,
    ...(row.parent === null ? {} : { parent: row.parent }),
    from: partyOf(row.from_role, row.from_node),
    to: partyOf(row.to_role, row.to_node),
    message: row.message,
    direction: row.direction,
    ...(row.at === null ? {} : { at: row.at }),
    ...(row.ended === null ? {} : { ended: row.ended }),
    result: row.result,
    ...(row.cause === null ? {} : { cause: row.cause }),
    observed: row.observed,
  };
}

function partyOf(role: Party['role'], node: string | null): Party {
  return node === null ? { role } : { role, node };
}
