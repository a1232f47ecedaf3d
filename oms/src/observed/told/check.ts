import { idOfRecord, MAX_RECORD_ID_LENGTH, type Hop, type OperationRecord } from '@faultline/contracts';
import { OWN_SOURCE } from '../../control/index.ts';
import { CLOCK_TOLERANCE_MS } from '../../reports/index.ts';
import { LIBVIRT_SOURCE } from '../infer.ts';
import { OperationHopsError, OperationSourceError, OperationTimesError, OperationIdTooLongError } from './errors.ts';

/** Sources whose operations the OMS itself writes; `otlp` begins the ids of those that come as spans. */
export const RESERVED_SOURCES: ReadonlySet<string> = new Set([OWN_SOURCE, LIBVIRT_SOURCE, 'otlp']);

/**
 * Checks of told operations what a schema cannot.
 *
 * @param now the OMS's clock, ms
 * @throws OperationSourceError, OperationIdTooLongError, OperationTimesError, OperationHopsError
 */
export function checkOperations(operations: readonly OperationRecord[], now: number): void {
  operations.forEach((operation, index) => {
    const at = `/operations/${index}`;
    checkIdentity(operation, at);
    checkTimes(operation, at, now + CLOCK_TOLERANCE_MS);
    checkHops(operation.hops, `${at}/hops`);
  });
}

function checkIdentity(operation: OperationRecord, at: string): void {
  if (RESERVED_SOURCES.has(operation.source.toLowerCase())) {
    throw new OperationSourceError(`${at}/source`, operation.source);
  }
  for (const field of ['id', 'parentId'] as const) {
    const id = operation[field];
    if (id !== undefined && idOfRecord({ ...operation, id }).length > MAX_RECORD_ID_LENGTH) {
      throw new OperationIdTooLongError(`${at}/${field}`, MAX_RECORD_ID_LENGTH);
    }
  }
}

function checkTimes({ started, ended, result, hops }: OperationRecord, at: string, latest: number): void {
  checkSpan(started, ended, at, 'started', latest);
  if (result === 'running' && ended !== undefined) {
    throw new OperationTimesError(`${at}/ended`, 'is the end of an operation that is still running');
  }
  if (result !== 'running' && ended === undefined) {
    throw new OperationTimesError(`${at}/ended`, 'is missing: an operation that does not run has ended');
  }
  hops.forEach((hop, index) => {
    checkSpan(hop.at, hop.ended, `${at}/hops/${index}`, 'at', latest);
  });
}

function checkSpan(
  from: number | undefined,
  to: number | undefined,
  at: string,
  field: 'started' | 'at',
  latest: number,
): void {
  if (from !== undefined && from > latest) throw new OperationTimesError(`${at}/${field}`, 'is in the future');
  if (to !== undefined && to > latest) throw new OperationTimesError(`${at}/ended`, 'is in the future');
  if (from !== undefined && to !== undefined && to < from) {
    throw new OperationTimesError(`${at}/ended`, 'is before it began');
  }
}

/** A hop's cause comes before it, so that no chain of parents ends in itself. */
function checkHops(hops: readonly Hop[], at: string): void {
  const seqs = new Set<number>();
  hops.forEach(({ seq }, index) => {
    if (seqs.has(seq)) throw new OperationHopsError(`${at}/${index}/seq`, `tells of hop ${seq} a second time`);
    seqs.add(seq);
  });
  hops.forEach(({ seq, parent }, index) => {
    if (parent === undefined) return;
    if (!seqs.has(parent))
      throw new OperationHopsError(`${at}/${index}/parent`, `names hop ${parent}, which is not told of`);
    if (parent >= seq)
      throw new OperationHopsError(`${at}/${index}/parent`, `names hop ${parent}, which does not come before it`);
  });
}
