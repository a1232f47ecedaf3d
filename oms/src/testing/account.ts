import type { VmRef } from '@faultline/contracts';
import type { FakeLibvirtd } from '@faultline/libvirt/testing';
import { OWN_SOURCE } from '../control/index.ts';
import { openDatabase, type OmsDatabase } from '../database/index.ts';
import { rememberVm } from '../vms/index.ts';
import type { Load } from './load.ts';

/** Has the store know these VMs, as if their host had told of them. */
export async function knowVms(location: string, host: string, vms: readonly VmRef[]): Promise<void> {
  const db = await openDatabase(location);
  await db.transaction().execute(async (trx) => {
    for (const { uuid, name } of vms)
      await rememberVm(trx, { vm: { uuid, name }, host, at: 1, active: true }, { staleAfterMs: 45_000 });
  });
  await db.destroy();
}

/** What is wrong with the store after all that happened; every list is to be empty. */
export interface Wrongs {
  unexpected: string[];
  lostReports: string[];
  halfReports: string[];
  lostOperations: string[];
  runningOperations: string[];
  /** Without hops, or without the audit of who asked. */
  halfOperations: string[];
  /** VMs that were acted upon more than once, though each was asked for once. */
  actedTwice: string[];
  /** VMs that were acted upon without a record of it. */
  actedUnrecorded: string[];
  /** Operations recorded as done of which libvirt knows nothing. */
  claimed: string[];
}

export const NOTHING_WRONG: Wrongs = {
  unexpected: [],
  lostReports: [],
  halfReports: [],
  lostOperations: [],
  runningOperations: [],
  halfOperations: [],
  actedTwice: [],
  actedUnrecorded: [],
  claimed: [],
};

/** What a load was answered, until some moment. */
export type Acknowledged = Pick<Load, 'reports' | 'operations' | 'unexpected'>;

/** Compares what was acknowledged and what libvirt was told to do with what the store has. */
export async function account(
  location: string,
  { load, libvirtd }: { load: Acknowledged; libvirtd: FakeLibvirtd },
): Promise<{ wrongs: Wrongs; summary: string }> {
  const db = await openDatabase(location);
  try {
    const acts = actsByVm(libvirtd);
    // Those that are inferred from the events that are reported are not ours to perform.
    const operations = await db
      .selectFrom('operations')
      .select(['id', 'vm', 'result'])
      .where('source', '=', OWN_SOURCE)
      .execute();
    const byId = new Map(operations.map((operation) => [operation.id, operation]));
    const recordedVms = new Set(operations.map(({ vm }) => vm));
    const whole = await wholeOperations(db);
    const { lostReports, halfReports, stored } = await reportsIn(db, load);
    const wrongs: Wrongs = {
      unexpected: load.unexpected,
      lostReports,
      halfReports,
      lostOperations: [...load.operations.keys()].filter((id) => !byId.has(id)),
      runningOperations: operations.filter(({ result }) => result === 'running').map(({ id }) => id),
      halfOperations: operations.filter(({ id }) => !whole.has(id)).map(({ id }) => id),
      actedTwice: [...acts].filter(([, count]) => count > 1).map(([vm]) => vm),
      actedUnrecorded: [...acts.keys()].filter((vm) => !recordedVms.has(vm)),
      claimed: operations.filter(({ vm, result }) => result === 'ok' && !acts.has(vm)).map(({ id }) => id),
    };
    const results = new Map<string, number>();
    for (const { result } of operations) results.set(result, (results.get(result) ?? 0) + 1);
    const told = [...results].map(([result, count]) => `${count} ${result}`).join(', ');
    const summary =
      `${load.reports.length} reports acknowledged, ${stored} stored, ${lostReports.length} lost; ` +
      `${load.operations.size} operations acknowledged, ${wrongs.lostOperations.length} lost (${told}); ` +
      `${acts.size} VMs acted upon, ${wrongs.actedTwice.length} twice`;
    return { wrongs, summary };
  } finally {
    await db.destroy();
  }
}

function actsByVm(libvirtd: FakeLibvirtd): Map<string, number> {
  const acts = new Map<string, number>();
  for (const { procedure, domains } of libvirtd.calls) {
    if (!procedure.startsWith('domainDestroy')) continue;
    for (const vm of domains) acts.set(vm, (acts.get(vm) ?? 0) + 1);
  }
  return acts;
}

async function wholeOperations(db: OmsDatabase): Promise<Set<string>> {
  const withHops = await db.selectFrom('hops').select('operation').distinct().execute();
  const audited = await db.selectFrom('audit').select('details').where('what', '=', 'operation.ask').execute();
  const asked = new Set(audited.map(({ details }) => (JSON.parse(details) as { id: string }).id));
  return new Set(withHops.map(({ operation }) => operation).filter((id) => asked.has(id)));
}

async function reportsIn(db: OmsDatabase, load: Acknowledged) {
  const ids = async (table: 'reports' | 'domain_events'): Promise<Set<string>> =>
    new Set((await db.selectFrom(table).select('id').execute()).map(({ id }) => id));
  const [reports, events] = [await ids('reports'), await ids('domain_events')];
  const observed = await db.selectFrom('state_observations').select('id').where('id', 'like', 'e:%').execute();
  const observations = new Set(observed.map(({ id }) => id.slice('e:'.length)));
  const isWhole = (id: string): boolean => reports.has(id) && events.has(id) && observations.has(id);
  const other = (id: string): string => id.replace(/[ab]$/, (end) => (end === 'a' ? 'b' : 'a'));
  return {
    stored: reports.size,
    lostReports: load.reports.filter((id) => !isWhole(id)),
    halfReports: [...reports].filter((id) => !isWhole(id) || !reports.has(other(id))),
  };
}
