import { kinds, type Settings } from '@faultline/program';

/** What the exporter writes about itself. */
export const logSettings = {
  logLevel: {
    flag: 'log.level',
    kind: kinds.logLevel,
    description: 'The least severe log lines that are written.',
    default: 'info',
  },
  logFormat: {
    flag: 'log.format',
    kind: kinds.logFormat,
    description: 'How log lines are written.',
    default: 'logfmt',
  },
} as const satisfies Settings;
