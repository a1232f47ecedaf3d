import type {
  AlarmReport,
  DomainEventReport,
  GuestProbeReport,
  HostReport,
  HostReportBatch,
  HostReportReceipt,
  ObservationGapReport,
  RawState,
} from '@faultline/contracts';
import { storeAlarm } from '../alarms/index.ts';
import { storeGuestProbes } from '../connectivity/index.ts';
import { holdKey, insertRows, insertTogether, rowsFor, type OmsDatabase } from '../database/index.ts';
import { changesToJudge, noteGaps } from '../observed/index.ts';
import { isActive, recordGaps, recordObservations } from '../states/index.ts';
import { learnFacts, rememberVms, type Sighting } from '../vms/index.ts';
import { timeOf } from './schema.ts';

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
    const fresh = await takeNew(trx, host, reports, options);
    const { events, gaps, probes, alarms } = byType(fresh);
    await storeEvents(trx, host, events, options);
    await recordGaps(
      trx,
      gaps.map(({ id, from, to, cause }) => ({ host, id, from, to, cause })),
    );
    await noteGaps(trx, host, gaps);
    await storeGuestProbes(trx, host, probes);
    for (const { alarm } of alarms) await storeAlarm(trx, alarm, options);
    await rememberVms(
      trx,
      fresh.flatMap((report) => sightingIn(host, report)),
      options,
    );
    for (const probe of probes) {
      await learnFacts(trx, { source: 'guest', at: probe.at }, [{ vm: probe.vm.uuid, addresses: addressesIn(probe) }]);
    }
    return { stored: fresh.length, known: reports.length - fresh.length };
  });
}

/** Takes down the ids of reports that were not sent before, and gives back these reports. */
async function takeNew(
  db: OmsDatabase,
  host: string,
  reports: readonly HostReport[],
  { received }: IngestOptions,
): Promise<HostReport[]> {
  const first = new Map<string, HostReport>();
  for (const report of reports) if (!first.has(report.id)) first.set(report.id, report);
  const rows = [...first.values()].map((report) => ({
    host,
    at: timeOf(report),
    id: report.id,
    type: report.type,
    received,
  }));
  const taken = await insertRows(db, 'reports', rows, { returning: ['id'] });
  const ids = new Set(taken.map(({ id }) => id));
  return [...first.values()].filter(({ id }) => ids.has(id));
}

interface ReportsByType {
  events: DomainEventReport[];
  gaps: ObservationGapReport[];
  probes: GuestProbeReport[];
  alarms: AlarmReport[];
}

function byType(reports: readonly HostReport[]): ReportsByType {
  const sorted: ReportsByType = { events: [], gaps: [], probes: [], alarms: [] };
  for (const report of reports) {
    switch (report.type) {
      case 'domain-event':
        sorted.events.push(report);
        break;
      case 'observation-gap':
        sorted.gaps.push(report);
        break;
      case 'guest-probe':
        sorted.probes.push(report);
        break;
      case 'alarm':
        sorted.alarms.push(report);
    }
  }
  // In one order of their conditions, so that two batches never wait for each other.
  sorted.alarms.sort((a, b) => (a.alarm.key < b.alarm.key ? -1 : a.alarm.key > b.alarm.key ? 1 : 0));
  return sorted;
}

/** What a report says of where its VM is. */
function sightingIn(host: string, report: HostReport): Sighting[] {
  switch (report.type) {
    case 'domain-event': {
      const raw = stateAfter(report);
      return [{ vm: report.vm, host, at: report.at, active: raw !== null && isActive(raw) }];
    }
    case 'guest-probe':
      // Only a VM that runs is asked; a paused one may be one that is just arriving from another host.
      return report.agent === 'unknown' ? [] : [{ vm: report.vm, host, at: report.at, active: true }];
    case 'alarm': {
      const { vm, host: of, changed } = report.alarm;
      return vm === undefined ? [] : [{ vm, host: of, at: changed, active: false }];
    }
    case 'observation-gap':
      return [];
  }
}

const addressesIn = ({ nics }: GuestProbeReport): string[] =>
  nics.flatMap(({ mac, ip }) => (ip === null ? [mac] : [mac, ip]));

async function storeEvents(
  db: OmsDatabase,
  host: string,
  events: readonly DomainEventReport[],
  options: IngestOptions,
): Promise<void> {
  const rows = events.map(({ id, at, vm, event, detail }) => ({ vm: vm.uuid, at, host, id, event, detail }));
  await insertTogether(db, [rowsFor('domain_events', rows), changesToJudge(host, events, options)]);
  const said = events.flatMap((event) => {
    const raw = stateAfter(event);
    return raw === null ? [] : [{ vm: event.vm.uuid, observation: { at: event.at, id: `e:${event.id}`, raw } }];
  });
  await recordObservations(db, host, said, options);
}

const stateAfter = (event: DomainEventReport): RawState | null => event.observed ?? stateToldBy(event);

/**
 * The state that an event itself tells of where the domain could not be read afterwards: a domain without a persistent
 * definition is gone once it stopped, and `stopped (failed)` is the last word there is on it.
 */
export function stateToldBy({ event, detail }: Pick<DomainEventReport, 'event' | 'detail'>): RawState | null {
  if (event !== 'lifecycle') return null;
  const [, reason] = /^stopped \(([a-z0-9_-]{1,40})\)$/.exec(detail) ?? [];
  return reason === undefined ? null : { state: 'shutoff', reason };
}
