import { idOfRecord, type Operation, type OperationRecord, type OperationRecordReceipt } from '@faultline/contracts';
import { holdKey, type OmsDatabase } from '../../database/index.ts';
import { addOperation, findOperation, replaceOperation } from '../../operations/index.ts';
import { newsOf, type Surroundings } from '../news.ts';
import { judgeAgain } from '../store.ts';
import { OperationRecordConflictError } from './errors.ts';
import { withTold } from './merge.ts';
import { withMissingHops } from './missing-hops.ts';

/** A told operation explains what its VM's hosts saw from this long before it until this long after it, ms. */
const EXPLAINS_AROUND_MS = 60_000;

/**
 * Stores operations that other systems performed, in one transaction: all of them, or nothing. Each is kept under its
 * source's name and its own id, so that no source can meet another's.
 *
 * @throws OperationRecordConflictError
 */
export async function storeTold(
  db: OmsDatabase,
  records: readonly OperationRecord[],
  { now, news }: Surroundings,
): Promise<OperationRecordReceipt> {
  const { receipt, changed } = await db.transaction().execute(async (trx) => {
    for (const source of [...new Set(records.map((record) => record.source))].toSorted()) {
      await holdKey(trx, `operations of ${source}`);
    }
    const receipt = { stored: 0, updated: 0, known: 0 };
    const changed: Operation[] = [];
    for (const [index, record] of records.entries()) {
      const operation = operationOf(record);
      const answer = await storeOne(trx, operation);
      if (answer === 'conflict') throw new OperationRecordConflictError(`/operations/${index}/id`, record);
      receipt[answer] += 1;
      if (answer !== 'known') changed.push(operation);
    }
    await judgeAround(trx, changed, now());
    return { receipt, changed };
  });
  for (const operation of changed) news.tell(newsOf(operation));
  return receipt;
}

function operationOf(record: OperationRecord): Operation {
  const { parentId, ...rest } = record;
  return {
    ...rest,
    id: idOfRecord(record),
    ...(parentId === undefined ? {} : { parentId: idOfRecord({ ...record, id: parentId }) }),
  };
}

async function storeOne(trx: OmsDatabase, told: Operation): Promise<'stored' | 'updated' | 'known' | 'conflict'> {
  if (await addOperation(trx, withMissingHops(told))) return 'stored';
  const stored = await findOperation(trx, told.id);
  if (stored === undefined || !isSame(stored, told)) return 'conflict';
  const next = withTold(stored, told);
  if (next === stored) return 'known';
  await replaceOperation(trx, withMissingHops(next));
  return 'updated';
}

/** What began as another operation, or ended in another way, is another operation, whatever its id. */
function isSame(stored: Operation, told: Operation): boolean {
  const isSameStart =
    stored.source === told.source &&
    stored.vm.uuid === told.vm.uuid &&
    stored.kind === told.kind &&
    stored.initiator === told.initiator &&
    stored.started === told.started;
  const bothEnded = stored.result !== 'running' && told.result !== 'running';
  return isSameStart && (!bothEnded || (stored.result === told.result && stored.ended === told.ended));
}

/** What hosts saw of these operations was not somebody else's doing. */
export async function judgeAround(trx: OmsDatabase, operations: readonly Operation[], now: number): Promise<void> {
  for (const { vm, started, ended } of operations.toSorted((a, b) => a.vm.uuid.localeCompare(b.vm.uuid))) {
    const range = { from: started - EXPLAINS_AROUND_MS, to: (ended ?? now) + EXPLAINS_AROUND_MS };
    await judgeAgain(trx, vm.uuid, range, now);
  }
}
