import { ALARM_LEVELS, type AlarmLevel, type AlarmRecord } from '@faultline/contracts';
import { sql } from 'kysely';
import { overlapOfVm, overlapping, prepared, type OmsDatabase, type OverlapOfVm } from '../database/index.ts';
import { addUp, marksFrom, type Bins, type Marks } from '../frames/index.ts';
import { RANK } from './rank.ts';
import { recordsOf } from './store.ts';

/** The levels that are not counted away as long as there is room for them. */
const TELLING: readonly AlarmLevel[] = ['critical', 'major'];

const partsOf = (db: OmsDatabase, range: OverlapOfVm) => {
  const [recent, long] = overlapping(range, { began: 'raised', ended: 'cleared' });
  return [db.selectFrom('alarms').where(recent), db.selectFrom('alarms').where(long)] as const;
};

type Part = ReturnType<typeof partsOf>[0];

const rowsOf = (narrowed: (part: Part) => Part) =>
  prepared((db, values: OverlapOfVm & { limit: number }) => {
    const [recent, long] = partsOf(db, values);
    return narrowed(recent).selectAll().unionAll(narrowed(long).selectAll()).limit(values.limit);
  });

const findRows = {
  all: rowsOf((part) => part),
  telling: rowsOf((part) => part.where('level', 'in', TELLING)),
};

/**
 * A VM's alarms that were raised or not cleared within the range of `bins`, oldest first. Of more than `limit`, those below major
 * are counted by the bin in which they were raised; of more than `limit` that are critical or major, all are.
 */
export async function alarmMarks(
  db: OmsDatabase,
  vm: string,
  bins: Bins & { now: number },
  limit: number,
): Promise<Marks<AlarmRecord, AlarmLevel>> {
  const { from, binMs, now } = bins;
  const range = overlapOfVm(vm, bins);
  const { marks, buckets } = await marksFrom<AlarmRecord, AlarmLevel>(
    {
      read: async (which, most) => await recordsOf(db, await findRows[which](db, { ...range, limit: most }), now),
      count: async (which) => {
        const counts = await Promise.all(
          partsOf(db, range).map((part) =>
            part
              .$if(which === 'others', (query) => query.where('level', 'not in', TELLING))
              .select([
                sql<number>`(case when raised < cast(${from} as bigint) then cast(${from} as bigint) else raised end)
                  / cast(${binMs} as bigint)`.as('bin'),
                sql<number>`count(*)`.as('count'),
                sql<number>`min(${RANK})`.as('rank'),
              ])
              .groupBy('bin')
              .execute(),
          ),
        );
        const found = counts
          .flat()
          .map(({ rank: index, ...row }) => ({ ...row, failed: 0, worst: ALARM_LEVELS[index] ?? 'indeterminate' }));
        return addUp(found, (one, other) => ALARM_LEVELS.indexOf(one) < ALARM_LEVELS.indexOf(other));
      },
    },
    limit,
  );
  return { marks: marks.sort((a, b) => a.raised - b.raised || (a.id < b.id ? -1 : 1)), buckets };
}
