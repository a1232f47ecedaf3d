import { holdKey, insertRows, type OmsDatabase } from '../database/index.ts';
import { isActive, recordObservations } from '../states/index.ts';
import { learnFacts, rememberVms, type VmDescription } from '../vms/index.ts';
import { keepMinutes } from './cpu-minutes.ts';
import type { Cycle } from './cycle.ts';
import { placeCycle } from './host-runs.ts';
import { judgeHost } from './host/judge.ts';

/** What storing a cycle came to. */
export interface CycleReceipt {
  /** False where the cycle was known: one cycle may be scraped several times. */
  isNew: boolean;
  /** UUIDs of the VMs whose state is another than the one before. */
  changed: string[];
}

/** Stores a cycle with everything it says, in one transaction. */
export async function ingestCycle(
  db: OmsDatabase,
  cycle: Cycle,
  options: { staleAfterMs: number },
): Promise<CycleReceipt> {
  const { host, at, number, up } = cycle;
  const judgement = judgeHost(cycle.facts ?? {});
  const { state, findings } = judgement;
  return await db.transaction().execute(async (trx) => {
    await holdKey(trx, `host ${host}`);
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('cycles')
      .values({
        host,
        at,
        number,
        up: Number(up),
        state,
        findings: findings.length === 0 ? null : JSON.stringify(findings),
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) return { isNew: false, changed: [] };
    await placeCycle(trx, cycle, judgement, options);
    const changed = await storeDomains(trx, cycle, options);
    await learnFacts(trx, { source: 'host', at }, descriptionsIn(cycle));
    return { isNew: true, changed };
  });
}

const descriptionsIn = ({ domains }: Cycle): VmDescription[] =>
  domains.flatMap(({ vm, described }) => (described === undefined ? [] : [{ vm: vm.uuid, ...described }]));

/** @returns the VMs whose state is another than the one before */
async function storeDomains(db: OmsDatabase, cycle: Cycle, options: { staleAfterMs: number }): Promise<string[]> {
  const { host, at, number, domains } = cycle;
  await rememberVms(
    db,
    domains.map(({ vm, raw }) => ({ vm, host, at, active: raw !== null && isActive(raw) })),
    options,
  );
  const id = `c:${String(number).padStart(16, '0')}`;
  const said = domains.flatMap(({ vm, raw }) => (raw === null ? [] : [{ vm: vm.uuid, observation: { at, id, raw } }]));
  const changed = await recordObservations(db, host, said, options);
  // Without a process there is no counter: what an exporter may still show then is no reading.
  const samples = domains.flatMap(({ vm, raw, cpu }) =>
    cpu === null || (raw !== null && !isActive(raw))
      ? []
      : [{ vm: vm.uuid, at: cpu.at, host, vcpus: cpu.vcpus, cpu_time_seconds: cpu.cpuTimeSeconds, io: cpu.io ?? null }],
  );
  const fresh = await insertRows(db, 'cpu_samples', samples, { returning: ['vm', 'at'] });
  await keepMinutes(db, fresh, options);
  const troubles = domains.flatMap(({ vm, control }) =>
    control === undefined ? [] : [{ vm: vm.uuid, at, host, number, state: control.state, for_ms: control.forMs }],
  );
  await insertRows(db, 'control_troubles', troubles);
  return changed;
}

/** When a host's libvirtd first answered in a cycle at or after `at`, ms; undefined where it has not yet. */
export async function cycleSince(db: OmsDatabase, host: string, at: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('cycles')
    .select('at')
    .where('host', '=', host)
    .where('at', '>=', at)
    .where('up', '=', 1)
    .orderBy('at')
    .limit(1)
    .executeTakeFirst();
  return row?.at;
}
