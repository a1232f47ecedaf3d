import { callerRoutes } from './access/index.ts';
import { alarmRoutes } from './alarms/index.ts';
import { alertmanagerLink, alertmanagerRoutes } from './alertmanager/index.ts';
import { auditRoutes } from './audit/index.ts';
import type { DomainRoutes } from './context.ts';
import { documentationRoutes } from './documentation/index.ts';
import { observedRoutes } from './observed/index.ts';
import { faultReportRoutes } from './fault-reports/index.ts';
import { hostRoutes } from './hosts/index.ts';
import { importantWatch } from './important/index.ts';
import { newsRoutes } from './news/index.ts';
import { operationRoutes } from './operations/index.ts';
import { otlpRoutes } from './otlp/index.ts';
import { reportRoutes } from './reports/index.ts';
import { searchRoutes } from './search/index.ts';
import { serviceDiscoveryRoutes } from './service-discovery/index.ts';
import { statusRoutes } from './status/index.ts';
import { timelineRoutes } from './timeline/index.ts';
import { verdictRoutes } from './verdicts/index.ts';
import { vmRoutes } from './vms/index.ts';

/** What the OMS answers over HTTP, domain by domain. */
export const domains: DomainRoutes[] = [
  statusRoutes,
  callerRoutes,
  vmRoutes,
  verdictRoutes,
  searchRoutes,
  timelineRoutes,
  operationRoutes,
  observedRoutes,
  otlpRoutes,
  hostRoutes,
  serviceDiscoveryRoutes,
  reportRoutes,
  newsRoutes,
  alarmRoutes,
  alertmanagerRoutes,
  alertmanagerLink,
  faultReportRoutes,
  importantWatch,
  auditRoutes,
  documentationRoutes,
];
