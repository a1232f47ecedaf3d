import { ALARM_LEVELS, type AlarmLevel, type AlarmRecord } from '@faultline/contracts';
import { sql } from 'kysely';
import { LONG_MS, prepared, type OmsDatabase } from '../database/index.ts';
import { addUp, marksFrom, type Bins, type Marks } from '../frames/index.ts';
import { recordsOf } from './store.ts';

/** The levels that are not counted away as long as there is room for them. */
const TELLING: readonly AlarmLevel[] = ['critical', 'major'];

const rank = sql<number>`case level ${sql.join(
  ALARM_LEVELS.map((level, index) => sql`when ${sql.lit(level)} then ${sql.lit(index)}`),
  sql` `,
)} end`;

interface Range {
  vm: string;
  from: number;
  to: number;
  /** `from`, less what makes a record a long one. */
  longBefore: number;
}

/** Two questions, each with its index: see database/overlap.ts. */
function overlapping(db: OmsDatabase, { vm, from, to, longBefore }: Range) {
  const ofVm = db
    .selectFrom('alarms')
    .where('vm', '=', vm)
    .where((row) => row.or([row('cleared', 'is', null), row('cleared', '>=', from)]));
  return [
    ofVm.where('raised', '>=', longBefore).where('raised', '<=', to),
    ofVm.where('raised', '<', longBefore).where(sql<boolean>`(cleared is null or cleared - raised > 86400000)`),
  ] as const;
}

type Overlapping = ReturnType<typeof overlapping>[0];

const rowsOf = (narrowed: (part: Overlapping) => Overlapping) =>
  prepared((db, values: Range & { limit: number }) => {
    const [recent, long] = overlapping(db, values);
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
  const { from, to, binMs, now } = bins;
  const range = { vm, from, to, longBefore: from - LONG_MS };
  const { marks, buckets } = await marksFrom<AlarmRecord, AlarmLevel>(
    {
      read: async (which, most) => await recordsOf(db, await findRows[which](db, { ...range, limit: most }), now),
      count: async (which) => {
        const counts = await Promise.all(
          overlapping(db, range).map((part) =>
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
