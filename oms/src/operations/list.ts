import type { OperationListQuery, OperationPage } from '@faultline/contracts';
import type { OmsDatabase } from '../database/index.ts';
import { sql } from 'kysely';
import { isBehind, pageOf, type PageRequest } from '../pages/index.ts';
import { AGE } from './in-range.ts';
import { summaryOfRow } from './rows.ts';

/** A page of operations without their hops, the last started first. */
export async function operationPage(
  db: OmsDatabase,
  { vm, host, kind, result, initiator, from, to }: OperationListQuery,
  page: PageRequest,
): Promise<OperationPage> {
  let query = db
    .selectFrom('operations')
    .selectAll()
    .where((row) => isBehind(row, ['started', 'id'], page.after));
  if (vm !== undefined) query = query.where('vm', '=', vm);
  if (host !== undefined) query = query.where('host', '=', host);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (result !== undefined) query = query.where('result', '=', result);
  if (initiator !== undefined) query = query.where('initiator', '=', initiator);
  if (from !== undefined) query = query.where('started', '>=', from);
  if (to !== undefined) query = query.where('started', '<=', to);
  // Where the index begins to be read; what is behind in the same millisecond the condition above says.
  if (page.after !== null) query = query.where(sql<boolean>`${AGE} >= ${-page.after.at}`);
  const rows = await query
    .orderBy(AGE)
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  const { items, next } = pageOf(rows, page, ({ started, id }) => ({ at: started, id }));
  return { items: items.map(summaryOfRow), next };
}
