import type { FaultReport, FaultReportCandidate, FaultReportPage, FaultReportRequest } from '@faultline/contracts';
import type { Selectable } from 'kysely';
import { holdKey, type Database, type OmsDatabase } from '../database/index.ts';
import { VmUnknownError } from '../errors.ts';
import { isBehind, pageOf, type PageRequest } from '../pages/index.ts';
import { findVm, findVms } from '../vms/index.ts';
import { FaultReportIdConflictError, FaultReportResolvedError, FaultReportUnknownError } from './errors.ts';
import { identificationOf, namingOf, resolve } from './resolve.ts';

type Row = Selectable<Database['fault_reports']>;

/** What is shown of the time before a fault. */
const SHOWN_BEFORE_MS = 3_600_000;

/**
 * Keeps a fault report, and looks up whose it is; one that was kept before is looked up again while it is not resolved. Give it a
 * transaction.
 *
 * @param now when it was received, ms
 * @returns the report, and whether its id is new
 * @throws FaultReportNamingError, FaultReportIdConflictError
 */
export async function takeFaultReport(
  db: OmsDatabase,
  request: FaultReportRequest,
  now: number,
): Promise<{ report: FaultReport; isNew: boolean }> {
  const { id, reporter, symptom, at = now } = request;
  const named = namingOf(request);
  await holdKey(db, `fault report ${id}`);
  const known = await findRow(db, id);
  if (known !== undefined && !isSame(known, request)) throw new FaultReportIdConflictError(id);
  if (known !== undefined && known.vm !== null) return { report: reportOf(known), isNew: false };
  const { vm, candidates } = resolve(await findVms(db, identificationOf(named)), now);
  const found = {
    vm: vm?.uuid ?? null,
    vm_name: vm?.name ?? null,
    resolved_at: vm === null ? null : now,
    resolved_by: null,
    candidates: JSON.stringify(candidates),
  };
  const row: Row =
    known === undefined
      ? { id, named_by: named.by, named_value: named.value, reporter, symptom, at, received: now, ...found }
      : { ...known, ...found };
  if (known === undefined) await db.insertInto('fault_reports').values(row).execute();
  else await db.updateTable('fault_reports').set(found).where('id', '=', id).execute();
  return { report: reportOf(row), isNew: known === undefined };
}

function isSame(known: Row, request: FaultReportRequest): boolean {
  const { by, value } = namingOf(request);
  return (
    known.named_by === by &&
    known.named_value === value &&
    known.reporter === request.reporter &&
    known.symptom === request.symptom &&
    (request.at === undefined || known.at === request.at)
  );
}

/**
 * Says which VM a report is of: one of its candidates, or any other that is known. Give it a transaction.
 *
 * @throws FaultReportUnknownError, VmUnknownError, FaultReportResolvedError when it is of another VM already
 */
export async function resolveFaultReport(
  db: OmsDatabase,
  id: string,
  { vm: uuid, by, at }: { vm: string; by: string; at: number },
): Promise<FaultReport> {
  await holdKey(db, `fault report ${id}`);
  const row = await findRow(db, id);
  if (row === undefined) throw new FaultReportUnknownError(id);
  if (row.vm === uuid) return reportOf(row);
  if (row.vm !== null) throw new FaultReportResolvedError(id, row.vm);
  const vm = await findVm(db, uuid);
  if (vm === undefined) throw new VmUnknownError(uuid);
  const chosen = { vm: uuid, vm_name: vm.name, resolved_at: at, resolved_by: by, candidates: '[]' };
  await db.updateTable('fault_reports').set(chosen).where('id', '=', id).execute();
  return reportOf({ ...row, ...chosen });
}

/** @throws FaultReportUnknownError */
export async function findFaultReport(db: OmsDatabase, id: string): Promise<FaultReport> {
  const row = await findRow(db, id);
  if (row === undefined) throw new FaultReportUnknownError(id);
  return reportOf(row);
}

/** A page of fault reports, the last received first: all, or by whether their VM is known, or of one VM. */
export async function faultReportPage(
  db: OmsDatabase,
  { resolved, vm }: { resolved?: boolean; vm?: string },
  page: PageRequest,
): Promise<FaultReportPage> {
  let query = db
    .selectFrom('fault_reports')
    .selectAll()
    .where((row) => isBehind(row, ['received', 'id'], page.after));
  if (resolved !== undefined) query = query.where('vm', resolved ? 'is not' : 'is', null);
  if (vm !== undefined) query = query.where('vm', '=', vm);
  const rows = await query
    .orderBy('received', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  const { items, next } = pageOf(rows, page, ({ received, id }) => ({ at: received, id }));
  return { items: items.map(reportOf), next };
}

const findRow = (db: OmsDatabase, id: string): Promise<Row | undefined> =>
  db.selectFrom('fault_reports').selectAll().where('id', '=', id).executeTakeFirst();

function reportOf(row: Row): FaultReport {
  const { id, reporter, symptom, at, received, vm, resolved_at } = row;
  return {
    ...{ id, named: { by: row.named_by, value: row.named_value }, reporter, symptom, at, received },
    vm: vm === null ? null : { uuid: vm, name: row.vm_name ?? vm },
    resolved: resolved_at === null ? null : { at: resolved_at, by: row.resolved_by },
    candidates: JSON.parse(row.candidates) as FaultReportCandidate[],
    timeline: vm === null ? null : timelineOf(vm, row),
    verdict: null,
  };
}

function timelineOf(vm: string, { at, received }: Row): FaultReport['timeline'] {
  const from = Math.max(0, at - SHOWN_BEFORE_MS);
  const query = { type: 'timeline', vm, from, to: Math.max(at, received, from + 1) } as const;
  return { console: `/?vm=${vm}&from=${from}&to=now`, query };
}
