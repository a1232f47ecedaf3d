import type { AnswerableQuery } from '../query.ts';
import { alarmQuery } from './alarm.ts';
import { alarmsQuery } from './alarms.ts';
import { connectivityQuery } from './connectivity.ts';
import { cpuQuery } from './cpu.ts';
import { cyclesQuery } from './cycles.ts';
import { hostsQuery } from './hosts.ts';
import { operationQuery } from './operation.ts';
import { operationsQuery } from './operations.ts';
import { statesQuery } from './states.ts';
import { timelineQuery } from './timeline.ts';
import { verdictsQuery } from './verdicts.ts';
import { vmsQuery } from './vms.ts';

/** What can be asked of `POST /api/v1/query`. */
export const queries: AnswerableQuery[] = [
  timelineQuery,
  statesQuery,
  cpuQuery,
  connectivityQuery,
  verdictsQuery,
  cyclesQuery,
  operationsQuery,
  alarmsQuery,
  vmsQuery,
  hostsQuery,
  operationQuery,
  alarmQuery,
];
