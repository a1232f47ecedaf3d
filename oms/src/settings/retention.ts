import type { Kind, Settings, ValuesOf } from '@faultline/program';
import type { Retention } from '../database/index.ts';

const DAY_MS = 86_400_000;

/** How long records are kept, ms. */
const keeping: Kind<number> = {
  allowed: 'days from 1d to 36500d, such as 30d, or forever',
  read: (text) => {
    if (text === 'forever') return Infinity;
    const days = /^\d{1,5}d$/.test(text) ? parseInt(text, 10) : NaN;
    return days >= 1 && days <= 36_500 ? days * DAY_MS : undefined;
  },
};

/** How long records are kept. */
export const retentionSettings = {
  keepSamplesMs: {
    flag: 'retention.samples',
    kind: keeping,
    description: 'How long CPU samples, cycles and single observations are kept.',
    default: '30d',
  },
  keepStatesMs: {
    flag: 'retention.states',
    kind: keeping,
    description: "How long the history of VMs' states is kept; the latest state of each stays.",
    default: '400d',
  },
  keepEventsMs: {
    flag: 'retention.events',
    kind: keeping,
    description: "How long libvirt's events are kept.",
    default: '400d',
  },
  keepReportsMs: {
    flag: 'retention.reports',
    kind: keeping,
    description: 'How long looks into guests are kept, and the ids by which a report that is sent again is known.',
    default: '30d',
  },
  keepOperationsMs: {
    flag: 'retention.operations',
    kind: keeping,
    description: 'How long operations are kept once they ended.',
    default: '400d',
  },
  keepAlarmsMs: {
    flag: 'retention.alarms',
    kind: keeping,
    description: 'How long alarms are kept once they are cleared, and fault reports once their VM is known.',
    default: '400d',
  },
} as const satisfies Settings;

/** How long what was given keeps each kind of record. */
export function retentionIn(given: ValuesOf<{ settings: typeof retentionSettings }>): Retention {
  return {
    samples: given.keepSamplesMs,
    states: given.keepStatesMs,
    events: given.keepEventsMs,
    reports: given.keepReportsMs,
    operations: given.keepOperationsMs,
    alarms: given.keepAlarmsMs,
  };
}
