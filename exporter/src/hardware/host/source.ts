import { KINDS, type Kind, type Observation, type SourceObservations } from '../model.ts';
import type { HostFiles } from './files.ts';
import type { HostReader } from './reader.ts';

/** What the host's own operating system told in a cycle, and which readers failed. */
export interface HostObservations extends SourceObservations {
  failures: { reader: string; error: unknown }[];
}

/** Asks every reader. One that fails costs its own items, and what would be concluded from their absence. */
export async function observeHost(
  readers: readonly HostReader[],
  files: HostFiles,
  at: number,
): Promise<HostObservations> {
  const outcomes = await Promise.allSettled(readers.map((reader) => reader.observe(files)));
  const observations: Observation[] = [];
  const failures: HostObservations['failures'] = [];
  const listed = new Set<Kind>();
  outcomes.forEach((outcome, index) => {
    const reader = readers[index];
    if (reader === undefined) return;
    if (outcome.status === 'rejected') {
      failures.push({ reader: reader.name, error: outcome.reason });
      return;
    }
    observations.push(...outcome.value);
    for (const kind of reader.lists) listed.add(kind);
  });
  return {
    source: 'host',
    channel: 'in-band',
    at,
    observations,
    blindTo: new Set(KINDS.filter((kind) => !listed.has(kind))),
    failures,
  };
}
