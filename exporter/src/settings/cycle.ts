import { kinds, type Settings } from '@faultline/program';

/** How often the host is read, and how patiently. */
export const cycleSettings = {
  cycleIntervalMs: {
    flag: 'cycle.interval',
    kind: kinds.duration({ from: '500ms', to: '10m', example: '15s' }),
    description: 'From one collection cycle to the next.',
    default: '15s',
  },
  statsTimeoutMs: {
    flag: 'stats.timeout',
    kind: kinds.duration({ from: '100ms', to: '1m', example: '2s' }),
    description: 'Deadline of a statistics call; a bulk call has 10 ms more for each domain.',
    default: '2s',
  },
  statsMaxStuckCalls: {
    flag: 'stats.max-stuck-calls',
    kind: kinds.integer({ from: 1, to: 15 }),
    description:
      'When so many domains owe an answer, no more statistics are asked for: each unanswered call holds one of libvirtd’s worker threads (20 by default).',
    default: '5',
  },
} as const satisfies Settings;
