import { alarmRoutes } from './alarms/index.ts';
import { auditRoutes } from './audit/index.ts';
import type { DomainRoutes } from './context.ts';
import { newsRoutes } from './news/index.ts';
import { operationRoutes } from './operations/index.ts';
import { reportRoutes } from './reports/index.ts';
import { statusRoutes } from './status/index.ts';
import { timelineRoutes } from './timeline/index.ts';
import { vmRoutes } from './vms/index.ts';

/** What the OMS answers over HTTP, domain by domain. */
export const domains: DomainRoutes[] = [
  statusRoutes,
  vmRoutes,
  timelineRoutes,
  operationRoutes,
  reportRoutes,
  newsRoutes,
  alarmRoutes,
  auditRoutes,
];
