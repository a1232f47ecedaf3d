import type { AnswerableQuery } from '../query.ts';
import { alarmQuery } from './alarm.ts';
import { operationQuery } from './operation.ts';
import { timelineQuery } from './timeline.ts';

/** What can be asked of `POST /api/v1/query`. */
export const queries: AnswerableQuery[] = [timelineQuery, operationQuery, alarmQuery];
