import { alarmRecords } from '../alarms/index.ts';
import { connectivityRecords } from '../connectivity/index.ts';
import { cycleRecords } from '../cycles/index.ts';
import type { KeptRecords } from '../database/index.ts';
import { faultReportRecords } from '../fault-reports/index.ts';
import { operationRecords } from '../operations/index.ts';
import { reportRecords } from '../reports/index.ts';
import { stateRecords } from '../states/index.ts';

/** Everything that grows with time, domain by domain: what is pruned where. */
export const keptRecords: readonly KeptRecords[] = [
  ...cycleRecords,
  ...stateRecords,
  ...reportRecords,
  ...connectivityRecords,
  ...operationRecords,
  ...alarmRecords,
  ...faultReportRecords,
];
