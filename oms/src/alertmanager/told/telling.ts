import type { OmsConfig } from '../../config.ts';
import type { OmsDatabase } from '../../database/index.ts';

/** Something that is told to the Alertmanagers for as long as it is so. Times are ms. */
export interface ToldAlert {
  /** What stays the same while it is so: Alertmanager knows an alert by its labels, and notifies anew of other ones. */
  labels: Record<string, string>;
  /** For people; may change. */
  annotations: Record<string, string>;
  /** Where more can be seen of it. */
  generatorURL?: string;
  startsAt: number;
  /** When it was over; null while it is so. */
  endedAt: number | null;
}

export interface Asked {
  now: number;
  /** What was over before this the Alertmanagers have forgotten. */
  endedAfter: number;
  config: Pick<OmsConfig, 'alertmanager' | 'externalUrl'>;
}

/** One kind of what is told. It is read anew each time, so that what was not sent is not lost. */
export interface Telling {
  /** In the plural, as in "alarms". */
  kind: string;
  /** At most {@link MAX_TOLD} that are so and as many that were, the worst first. */
  read: (db: OmsDatabase, asked: Asked) => Promise<ToldAlert[]>;
}

/** Of each kind. */
export const MAX_TOLD = 5000;
