export { faultReportRoutes } from './routes.ts';
export { faultReportRecords } from './retention.ts';
