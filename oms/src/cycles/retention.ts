import { series, type KeptRecords } from '../database/index.ts';

export const cycleRecords: readonly KeptRecords[] = [
  series({ keptAs: 'samples', table: 'cycles', keys: ['host'], time: 'at', partitionDays: 1 }),
  series({ keptAs: 'samples', table: 'cpu_samples', keys: ['vm'], time: 'at', partitionDays: 1 }),
];
