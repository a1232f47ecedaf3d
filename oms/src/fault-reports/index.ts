export { faultReportRoutes } from './routes.ts';
