import { ALARM_LEVELS, type AlarmLevel, type AlarmRecord } from '@faultline/contracts';
import { sql } from 'kysely';
import { LONG_MS, type OmsDatabase } from '../database/index.ts';
import { addUp, marksFrom, type Bins, type Marks } from '../frames/index.ts';
import { recordsOf } from './store.ts';

/** The levels that are not counted away as long as there is room for them. */
const TELLING: readonly AlarmLevel[] = ['critical', 'major'];

const rank = sql<number>`case level ${sql.join(
  ALARM_LEVELS.map((level, index) => sql`when ${sql.lit(level)} then ${sql.lit(index)}`),
  sql` `,
)} end`;

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
  const { from, to, binMs, now } = bins;
  const ofVm = db.selectFrom('alarms').where('vm', '=', vm);
  // Two questions, each with its index: see database/overlap.ts.
  const parts = [
    ofVm
      .where('raised', '>=', from - LONG_MS)
      .where('raised', '<=', to)
      .where((row) => row.or([row('cleared', 'is', null), row('cleared', '>=', from)])),
    ofVm
      .where('raised', '<', from - LONG_MS)
      .where(sql<boolean>`(cleared is null or cleared - raised > 86400000)`)
      .where((row) => row.or([row('cleared', 'is', null), row('cleared', '>=', from)])),
  ];
  const { marks, buckets } = await marksFrom<AlarmRecord, AlarmLevel>(
    {
      read: async (which, most) => {
        const rows = await Promise.all(
          parts.map((part) =>
            part
              .$if(which === 'telling', (query) => query.where('level', 'in', TELLING))
              .selectAll()
              .limit(most)
              .execute(),
          ),
        );
        return await recordsOf(db, rows.flat(), now);
      },
      count: async (which) => {
        const counts = await Promise.all(
          parts.map((part) =>
            part
              .$if(which === 'others', (query) => query.where('level', 'not in', TELLING))
              .select([
                sql<number>`(case when raised < cast(${from} as bigint) then cast(${from} as bigint) else raised end)
                  / cast(${binMs} as bigint)`.as('bin'),
                sql<number>`count(*)`.as('count'),
                sql<number>`min(${rank})`.as('rank'),
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
