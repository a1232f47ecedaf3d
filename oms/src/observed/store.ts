import type { DomainEventReport, ObservationGapReport } from '@faultline/contracts';
import { holdKey, insertRows, rowsFor, type OmsDatabase, type RowsFor } from '../database/index.ts';
import { isChange, stateText, type Change } from './change.ts';

/** What belongs together arrives within this time, ms: both hosts of a migration, a shutdown and the stop after it. */
const JUDGE_AFTER_MS = 3000;
/** More changes of one VM than this in one window are not judged together. */
const MAX_CHANGES = 5000;

interface Key {
  vm: string;
  at: number;
  host: string;
  id: string;
}

/** A change of a VM that waits to be judged. */
export type WaitingChange = Key & { due: number };

/** One transaction at a time judges a VM's changes, or has them judged. */
export async function holdVm(trx: OmsDatabase, vm: string): Promise<void> {
  await holdKey(trx, `observed on vm ${vm}`);
}

/** The events that may tell of an operation, to be judged soon. They belong in the transaction that stores the reports. */
export function changesToJudge(
  host: string,
  reports: readonly DomainEventReport[],
  { received }: { received: number },
): RowsFor {
  const changes = reports.filter(isChange).map(({ vm, at, id, event, detail, observed }) => {
    const state = observed === null ? null : stateText(observed);
    return { vm: vm.uuid, at, host, id, event, detail, state, since: null, due: received + JUDGE_AFTER_MS };
  });
  return rowsFor('vm_changes', changes);
}

/** Keeps gaps until it is known what was on their other sides. Call it in the transaction that stores the reports. */
export async function noteGaps(
  trx: OmsDatabase,
  host: string,
  reports: readonly ObservationGapReport[],
): Promise<void> {
  const rows = reports.map(({ id, from, to }) => ({ host, id, from_at: from, to_at: to }));
  await insertRows(trx, 'unseen_gaps', rows);
}

export async function noteChange(trx: OmsDatabase, change: Change & { vm: string }, due: number): Promise<void> {
  await trx
    .insertInto('vm_changes')
    .values({ ...change, due })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Has the changes around an operation judged anew, after somebody told of it. Several VMs: in order of their UUIDs. */
export async function judgeAgain(
  trx: OmsDatabase,
  vm: string,
  range: { from: number; to: number },
  due: number,
): Promise<void> {
  await holdVm(trx, vm);
  await trx
    .updateTable('vm_changes')
    .set({ due })
    .where('vm', '=', vm)
    .where('at', '>=', range.from)
    .where('at', '<=', range.to)
    .execute();
}

/** What is to be judged now, longest due first. */
export async function waitingChanges(db: OmsDatabase, now: number, limit: number): Promise<WaitingChange[]> {
  const rows = await db
    .selectFrom('vm_changes')
    .select(['vm', 'at', 'host', 'id', 'due'])
    .where('due', 'is not', null)
    .where('due', '<=', now)
    .orderBy('due')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, due: row.due ?? now }));
}

/** @param due when it is to be judged again; null: it was judged. One that was made due meanwhile stays so. */
export async function settle(trx: OmsDatabase, change: WaitingChange, due: number | null): Promise<void> {
  await trx
    .updateTable('vm_changes')
    .set({ due })
    .where('vm', '=', change.vm)
    .where('at', '=', change.at)
    .where('host', '=', change.host)
    .where('id', '=', change.id)
    .where('due', '=', change.due)
    .execute();
}

export async function changesOfVm(
  db: OmsDatabase,
  vm: string,
  { from, to }: { from: number; to: number },
): Promise<Change[]> {
  const rows = await db
    .selectFrom('vm_changes')
    .select(['at', 'host', 'id', 'event', 'detail', 'state', 'since'])
    .where('vm', '=', vm)
    .where('at', '>=', from)
    .where('at', '<=', to)
    .orderBy('at')
    .limit(MAX_CHANGES)
    .execute();
  return rows;
}

/** Gaps whose other side is not known, oldest first. */
export async function unseenGaps(
  db: OmsDatabase,
  limit: number,
): Promise<{ host: string; id: string; from: number; to: number }[]> {
  const rows = await db.selectFrom('unseen_gaps').selectAll().orderBy('to_at').limit(limit).execute();
  return rows.map(({ host, id, from_at, to_at }) => ({ host, id, from: from_at, to: to_at }));
}

export async function forgetGap(trx: OmsDatabase, { host, id }: { host: string; id: string }): Promise<void> {
  await trx.deleteFrom('unseen_gaps').where('host', '=', host).where('id', '=', id).execute();
}

/** Forgets changes that are too old to belong to anything that still arrives. */
export async function forgetChangesBefore(db: OmsDatabase, at: number): Promise<void> {
  await db.deleteFrom('vm_changes').where('at', '<', at).where('due', 'is', null).execute();
}
