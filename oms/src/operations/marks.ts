import type { Operation } from '@faultline/contracts';
import { sql } from 'kysely';
import { overlapOfVm, overlapping, prepared, type OmsDatabase, type OverlapOfVm } from '../database/index.ts';
import { addUp, marksFrom, type Bins, type Marks } from '../frames/index.ts';
import { summaryOfRow, type OperationSummary } from './rows.ts';

type Result = Operation['result'];

/** Best first. */
const RANKED: readonly Result[] = ['ok', 'cancelled', 'running', 'timeout', 'failed'];
/** What went as it should, or was called off: of very many, these are counted. */
const PLAIN: readonly Result[] = ['ok', 'cancelled'];

const rank = sql<number>`case result ${sql.join(
  RANKED.map((result, index) => sql`when ${sql.lit(result)} then ${sql.lit(index)}`),
  sql` `,
)} end`;

const partsOf = (db: OmsDatabase, range: OverlapOfVm) => {
  const [recent, long] = overlapping(range, { began: 'started', ended: 'ended' });
  return [db.selectFrom('operations').where(recent), db.selectFrom('operations').where(long)] as const;
};

type Part = ReturnType<typeof partsOf>[0];

const rowsOf = (narrowed: (part: Part) => Part) =>
  prepared((db, values: OverlapOfVm & { limit: number }) => {
    const [recent, long] = partsOf(db, values);
    return narrowed(recent).selectAll().unionAll(narrowed(long).selectAll()).limit(values.limit);
  });

const findRows = {
  all: rowsOf((part) => part),
  telling: rowsOf((part) => part.where('result', 'not in', PLAIN)),
};

/**
 * Operations of one VM that overlap the range of `bins`, oldest first; one that has not ended overlaps everything after its start.
 * Of more than `limit`, those that went well are counted by the bin in which they began; of more than `limit` that did not, all
 * are.
 */
export async function operationMarks(
  db: OmsDatabase,
  vm: string,
  bins: Bins,
  limit: number,
): Promise<Marks<OperationSummary, Result>> {
  const { from, binMs } = bins;
  const range = overlapOfVm(vm, bins);
  const { marks, buckets } = await marksFrom<OperationSummary, Result>(
    {
      read: async (which, most) => (await findRows[which](db, { ...range, limit: most })).map(summaryOfRow),
      count: async (which) => {
        const counts = await Promise.all(
          partsOf(db, range).map((part) =>
            part
              .$if(which === 'others', (query) => query.where('result', 'in', PLAIN))
              .select([
                sql<number>`(case when started < cast(${from} as bigint) then cast(${from} as bigint) else started end)
                  / cast(${binMs} as bigint)`.as('bin'),
                sql<number>`count(*)`.as('count'),
                sql<number>`sum(case when result in ('failed', 'timeout') then 1 else 0 end)`.as('failed'),
                sql<number>`max(${rank})`.as('rank'),
              ])
              .groupBy('bin')
              .execute(),
          ),
        );
        const found = counts.flat().map(({ rank: index, ...row }) => ({ ...row, worst: RANKED[index] ?? 'timeout' }));
        return addUp(found, (one, other) => RANKED.indexOf(one) > RANKED.indexOf(other));
      },
    },
    limit,
  );
  return { marks: marks.sort((a, b) => a.started - b.started || (a.id < b.id ? -1 : 1)), buckets };
}
