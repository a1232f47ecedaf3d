import type { Filter } from '@faultline/contracts';
import { sql } from 'kysely';
import { overlapOf, overlappingOfAny, type OmsDatabase } from '../database/index.ts';
import { meets, type FilterColumns } from '../vms/index.ts';
import { summaryOfRow, type OperationSummary } from './rows.ts';

/** An operation with the host that was asked; of another system's, where the VM is now. */
export interface ListedOperation extends OperationSummary {
  host: string | null;
}

/** Where an operation's row, beside that of its VM, has what operations are filtered by. */
export const OPERATION_COLUMNS: FilterColumns = {
  vm: sql.ref('operations.vm'),
  vmName: sql.ref('operations.vm_name'),
  host: sql`coalesce(operations.host, vms.host)`,
  kind: sql.ref('operations.kind'),
  result: sql.ref('operations.result'),
  initiator: sql.ref('operations.initiator'),
  source: sql.ref('operations.source'),
};

/** What the index of the latest operations is by, word by word: the later, the smaller. */
export const AGE = sql<number>`(-operations.started)`;

/** The operations of all VMs that overlap a range and meet the filters, the last begun first, at most `limit` of them. */
export async function operationsInRange(
  db: OmsDatabase,
  range: { from: number; to: number },
  { filters, limit }: { filters: readonly Filter<'operations'>[]; limit: number },
): Promise<ListedOperation[]> {
  const overlap = overlapOf(range);
  const columns = { began: 'operations.started', ended: 'operations.ended' };
  const isRecent = sql<boolean>`${AGE} >= ${-range.to} and ${AGE} <= ${-overlap.longBefore}`;
  const parts = await Promise.all(
    overlappingOfAny(overlap, columns, isRecent).map(async (overlaps) => {
      let query = db
        .selectFrom('operations')
        .leftJoin('vms', 'vms.uuid', 'operations.vm')
        .selectAll('operations')
        .select(sql<string | null>`${OPERATION_COLUMNS.host}`.as('listed_host'))
        .where(overlaps);
      for (const filter of filters) query = query.where(meets(filter, OPERATION_COLUMNS));
      return await query.orderBy(AGE).orderBy('operations.id').limit(limit).execute();
    }),
  );
  return parts
    .flat()
    .map((row) => ({ ...summaryOfRow(row), host: row.listed_host }))
    .sort((a, b) => b.started - a.started || (a.id < b.id ? -1 : 1))
    .slice(0, limit);
}
