import { randomUUID } from 'node:crypto';
import type { GuestProbeReport } from '@faultline/contracts';
import type { GuestReport } from '../guests/report.ts';
import { plainLine } from '../plain-text.ts';
import type { HostSnapshot } from '../snapshot.ts';
import { vmRefOf } from './event-report.ts';

/** What stays the same is told again after so long, so that "nothing has changed" can be told from "nobody looks". */
const REPEAT_MS = 3_600_000;

/** Which rounds the OMS hears of: those that found something else than the one told last, and one now and then (D17). */
export class GuestReports {
  readonly #told = new Map<string, { finding: string; at: number }>();

  /** The records of this cycle that are to be told. */
  news({ domains, readings }: Pick<HostSnapshot, 'domains' | 'readings'>): GuestProbeReport[] {
    const reports = new Map(readings.guests?.value.map((report) => [report.uuid, report]));
    const present = new Set(domains.map(({ uuid }) => uuid));
    for (const uuid of this.#told.keys()) if (!present.has(uuid)) this.#told.delete(uuid);
    return domains.flatMap((domain) => {
      const report = reports.get(domain.uuid);
      if (report === undefined || domain.id < 0 || !this.#isNews(report)) return [];
      return [{ type: 'guest-probe' as const, id: randomUUID(), vm: vmRefOf(domain), ...recordOf(report) }];
    });
  }

  #isNews(report: GuestReport): boolean {
    const finding = findingOf(report);
    const told = this.#told.get(report.uuid);
    if (told?.finding === finding && report.at - told.at < REPEAT_MS) return false;
    this.#told.set(report.uuid, { finding, at: report.at });
    return true;
  }
}

/** What makes one round different from another: all that was concluded, and nothing that was measured. */
function findingOf({ verdict, agent, suppressed, os, external, nics, ...report }: GuestReport): string {
  const gateways = nics.map(({ mac, ip, gateway }) => [mac, ip, gateway.address, gateway.result]);
  return JSON.stringify([verdict, agent, suppressed?.reason, os, external.result, gateways, readOnlyOf(report)]);
}

function readOnlyOf({ fileSystems }: Pick<GuestReport, 'fileSystems'>): string[] {
  return (fileSystems ?? []).filter(({ readOnly }) => readOnly === true).map(({ mountPoint }) => plainLine(mountPoint));
}

function recordOf(report: GuestReport): Omit<GuestProbeReport, 'type' | 'id' | 'vm'> {
  const { at, durationMs, agent, agentText, os, external, nics, verdict, suppressed } = report;
  return { at, durationMs, agent, agentText, os, external, nics, verdict, suppressed, readOnly: readOnlyOf(report) };
}
