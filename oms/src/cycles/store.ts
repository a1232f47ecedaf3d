import { sql } from 'kysely';
import { holdKey, inParts, type OmsDatabase } from '../database/index.ts';
import { isActive, recordObservations } from '../states/index.ts';
import { learnFacts, rememberVms, type VmDescription } from '../vms/index.ts';
import type { CounterReading } from './cpu.ts';
import type { Cycle } from './cycle.ts';

/**
 * Stores a cycle with everything it says, in one transaction.
 *
 * @returns false where the cycle was known: one cycle may be scraped several times
 */
export async function ingestCycle(db: OmsDatabase, cycle: Cycle, options: { staleAfterMs: number }): Promise<boolean> {
  const { host, at, number, up } = cycle;
  return await db.transaction().execute(async (trx) => {
    await holdKey(trx, `host ${host}`);
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('cycles')
      .values({ host, at, number, up: Number(up) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) return false;
    await storeDomains(trx, cycle, options);
    await learnFacts(trx, { source: 'host', at }, descriptionsIn(cycle));
    return true;
  });
}

const descriptionsIn = ({ domains }: Cycle): VmDescription[] =>
  domains.flatMap(({ vm, described }) => (described === undefined ? [] : [{ vm: vm.uuid, ...described }]));

async function storeDomains(db: OmsDatabase, cycle: Cycle, options: { staleAfterMs: number }): Promise<void> {
  const { host, at, number, domains } = cycle;
  await rememberVms(
    db,
    domains.map(({ vm, raw }) => ({ vm, host, at, active: raw !== null && isActive(raw) })),
    options,
  );
  const id = `c:${String(number).padStart(16, '0')}`;
  const said = domains.flatMap(({ vm, raw }) => (raw === null ? [] : [{ vm: vm.uuid, observation: { at, id, raw } }]));
  await recordObservations(db, host, said, options);
  // Without a process there is no counter: what an exporter may still show then is no reading.
  const samples = domains.flatMap(({ vm, raw, cpu }) =>
    cpu === null || (raw !== null && !isActive(raw))
      ? []
      : [{ vm: vm.uuid, at: cpu.at, host, vcpus: cpu.vcpus, cpu_time_seconds: cpu.cpuTimeSeconds }],
  );
  await inParts(samples, 5, (part) =>
    db
      .insertInto('cpu_samples')
      .values(part)
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

/**
 * A VM's CPU counter over a range, oldest first, with one reading before the range; at most about `limit` readings. Of a
 * counter, the last reading of each equally long step loses nothing of the mean over the step.
 */
export async function counterReadings(
  db: OmsDatabase,
  vm: string,
  { from, to }: { from: number; to: number },
  limit: number,
): Promise<{ readings: CounterReading[]; stepMs: number }> {
  const inRange = db.selectFrom('cpu_samples').where('vm', '=', vm).where('at', '<=', to);
  const before = await inRange.selectAll().where('at', '<', from).orderBy('at', 'desc').limit(1).execute();
  const { count } = await inRange
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('at', '>=', from)
    .executeTakeFirstOrThrow();
  const stepMs = count <= limit ? 0 : Math.ceil((to - from) / limit);
  const backInStep = sql<number>`row_number() over (partition by floor((at - ${from}) / ${Math.max(1, stepMs)}) order by at desc)`;
  const rows = await db
    .selectFrom(inRange.selectAll().where('at', '>=', from).select(backInStep.as('back')).as('sample'))
    .selectAll()
    .$if(stepMs > 0, (query) => query.where('back', '=', 1))
    .orderBy('at')
    .execute();
  const readings = [...before, ...rows].map((row) => ({
    at: row.at,
    host: row.host,
    vcpus: row.vcpus,
    cpuTimeSeconds: row.cpu_time_seconds,
  }));
  return { readings, stepMs };
}
