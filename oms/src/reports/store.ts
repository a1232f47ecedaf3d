import type {
  DomainEventReport,
  GuestProbeReport,
  HostReport,
  HostReportBatch,
  HostReportReceipt,
  RawState,
} from '@faultline/contracts';
import { storeAlarm } from '../alarms/index.ts';
import { storeGuestProbe } from '../connectivity/index.ts';
import { holdKey, type OmsDatabase } from '../database/index.ts';
import { noteEvent, noteGap } from '../observed/index.ts';
import { isActive, recordGap, recordObservation } from '../states/index.ts';
import { learnFacts, rememberVm } from '../vms/index.ts';

export interface IngestOptions {
  /** When the OMS took the batch, ms. */
  received: number;
  staleAfterMs: number;
}

/**
 * Stores a batch of a host's reports in one transaction: all of it, or nothing. A report whose id the host sent before is
 * known, and stores nothing.
 */
export async function ingestReports(
  db: OmsDatabase,
  { host, reports }: HostReportBatch,
  options: IngestOptions,
): Promise<HostReportReceipt> {
  return await db.transaction().execute(async (trx) => {
    await holdKey(trx, `host ${host}`);
    const receipt = { stored: 0, known: 0 };
    for (const report of reports) {
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('reports')
        .values({ host, id: report.id, type: report.type, received: options.received })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) receipt.known += 1;
      else {
        receipt.stored += 1;
        await storeReport(trx, host, report, options);
      }
    }
    return receipt;
  });
}

async function storeReport(db: OmsDatabase, host: string, report: HostReport, options: IngestOptions): Promise<void> {
  switch (report.type) {
    case 'domain-event':
      await storeEvent(db, host, report, options);
      return;
    case 'observation-gap':
      await recordGap(db, { host, id: report.id, from: report.from, to: report.to, cause: report.cause });
      await noteGap(db, host, report);
      return;
    case 'guest-probe': {
      const { vm, at } = report;
      await storeGuestProbe(db, host, report);
      // Only a VM that runs is asked; a paused one may be one that is just arriving from another host.
      if (report.agent !== 'unknown') await rememberVm(db, { vm, host, at, active: true }, options);
      await learnFacts(db, { source: 'guest', at }, [{ vm: vm.uuid, addresses: addressesIn(report) }]);
      return;
    }
    case 'alarm': {
      const { alarm } = report;
      await storeAlarm(db, alarm, options);
      if (alarm.vm !== undefined) {
        await rememberVm(db, { vm: alarm.vm, host: alarm.host, at: alarm.changed, active: false }, options);
      }
    }
  }
}

const addressesIn = ({ nics }: GuestProbeReport): string[] =>
  nics.flatMap(({ mac, ip }) => (ip === null ? [mac] : [mac, ip]));

async function storeEvent(
  db: OmsDatabase,
  host: string,
  report: DomainEventReport,
  options: IngestOptions,
): Promise<void> {
  const { id, at, vm, event, detail } = report;
  await db.insertInto('domain_events').values({ vm: vm.uuid, at, host, id, event, detail }).execute();
  const raw = report.observed ?? stateToldBy(report);
  await rememberVm(db, { vm, host, at, active: raw !== null && isActive(raw) }, options);
  if (raw !== null) await recordObservation(db, { vm: vm.uuid, host }, { at, id: `e:${id}`, raw }, options);
  await noteEvent(db, host, report, options);
}

/**
 * The state that an event itself tells of where the domain could not be read afterwards: a domain without a persistent
 * definition is gone once it stopped, and `stopped (failed)` is the last word there is on it.
 */
export function stateToldBy({ event, detail }: Pick<DomainEventReport, 'event' | 'detail'>): RawState | null {
  if (event !== 'lifecycle') return null;
  const [, reason] = /^stopped \(([a-z0-9_-]{1,40})\)$/.exec(detail) ?? [];
  return reason === undefined ? null : { state: 'shutoff', reason };
}
