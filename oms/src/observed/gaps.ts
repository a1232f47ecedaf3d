import { cycleSince } from '../cycles/index.ts';
import type { OmsDatabase } from '../database/index.ts';
import { readingsAround } from '../states/index.ts';
import { vmsOnHost } from '../vms/index.ts';
import { missedDetail } from './change.ts';
import { forgetGap, noteChange, unseenGaps } from './store.ts';

/** Gaps looked at in one turn. */
const MAX_GAPS = 100;
/** A host that is not seen again within this time is not asked what happened before, ms. */
const GIVE_UP_MS = 86_400_000;

/**
 * Finds what happened to VMs while their host was not seen: what it says of them in its first cycle afterwards differs
 * from what it said before.
 */
export async function lookBehindGaps(db: OmsDatabase, now: number): Promise<void> {
  for (const gap of await unseenGaps(db, MAX_GAPS)) {
    const seenAgain = await cycleSince(db, gap.host, gap.to);
    if (seenAgain === undefined && now - gap.to < GIVE_UP_MS) continue;
    await db.transaction().execute(async (trx) => {
      if (seenAgain !== undefined) await noteMissed(trx, gap, now);
      await forgetGap(trx, gap);
    });
  }
}

async function noteMissed(
  trx: OmsDatabase,
  gap: { host: string; id: string; from: number; to: number },
  now: number,
): Promise<void> {
  const { host, id } = gap;
  for (const { uuid: vm } of await vmsOnHost(trx, host)) {
    const { before, after } = await readingsAround(trx, { vm, host }, gap);
    if (before === null || after === null) continue;
    const detail = missedDetail(before.raw, after.raw);
    if (detail === null) continue;
    const change = { vm, at: after.at, host, id: `gap:${id}:${vm}`, event: 'lifecycle', detail };
    await noteChange(trx, { ...change, state: null, since: before.at }, now);
  }
}
