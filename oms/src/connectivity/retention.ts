import { series, type KeptRecords } from '../database/index.ts';

export const connectivityRecords: readonly KeptRecords[] = [
  series({ keptAs: 'reports', table: 'guest_probes', keys: ['vm'], time: 'at', partitionDays: 1 }),
];
