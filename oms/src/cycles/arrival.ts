import type { Telemetry } from '../telemetry.ts';
import type { Cycle } from './cycle.ts';

/** A cycle further ahead of our clock than this would stand above everything that follows. */
const CLOCK_TOLERANCE_MS = 600_000;

/** What every source does with the cycles that it brings. */
export interface ArrivalOptions {
  /** Stores a cycle and says whether it was new. */
  ingest: (cycle: Cycle) => Promise<boolean>;
  now: () => number;
  telemetry: Telemetry;
}

/** Thrown for a cycle from the future. It says nothing about the host's VMs. */
class ClockAheadError extends Error {
  override readonly name = 'ClockAheadError';
  readonly code = 'clock-ahead';
}

/** Stores a cycle and counts it. @throws ClockAheadError, or what storing throws */
export async function arrive(cycle: Cycle, { ingest, now, telemetry }: ArrivalOptions): Promise<void> {
  const { host, at } = cycle;
  if (at > now() + CLOCK_TOLERANCE_MS) {
    throw new ClockAheadError(`the cycle of ${host} is ${at - now()} ms in the future`);
  }
  const isNew = await ingest(cycle);
  telemetry.cycles.inc({ host, outcome: isNew ? 'stored' : 'known' });
  telemetry.lastCycle.set({ host }, at / 1000);
}

/** What a host's status says of a cycle that arrived: null where nothing is wrong. */
export const troubleOf = ({ host, up }: Cycle): string | null =>
  up ? null : `${host}: its exporter does not reach libvirtd`;
