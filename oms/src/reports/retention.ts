import { series, type KeptRecords } from '../database/index.ts';

export const reportRecords: readonly KeptRecords[] = [
  series({ keptAs: 'reports', table: 'reports', keys: ['host'], time: 'at', partitionDays: 1 }),
  series({ keptAs: 'events', table: 'domain_events', keys: ['vm'], time: 'at', partitionDays: 7 }),
];
