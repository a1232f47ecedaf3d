import type { Host as ControlledHost } from '@faultline/contracts';
import type { Host } from '../../oms/records.ts';

/** A host as the page lists it: what the OMS may do there, and whether it is heard. */
export interface ListedHost extends ControlledHost {
  /** What its exporter says; null: this OMS reads no exporter that told this name. */
  heard: Pick<Host, 'url' | 'lastCycle' | 'error'> | null;
}

/** An exporter that never told which host it is on. */
export type Unnamed = Pick<Host, 'url' | 'error'>;

/** The hosts with what is heard of them: first those that are not heard, then the isolated, then by name with numbers in order. */
export function hostsHeard(
  hosts: readonly ControlledHost[],
  exporters: readonly Host[],
): { hosts: ListedHost[]; unnamed: Unnamed[] } {
  const byName = new Map(exporters.flatMap((exporter) => (exporter.host === null ? [] : [[exporter.host, exporter]])));
  const listed = hosts.map((host) => ({ ...host, heard: byName.get(host.name) ?? null }));
  const rank = ({ heard, isolation }: ListedHost) =>
    heard !== null && heard.error !== null ? 0 : isolation !== null ? 1 : 2;
  listed.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en', { numeric: true }));
  return { hosts: listed, unnamed: exporters.filter(({ host }) => host === null) };
}
