export { describeRoutes } from './describe.ts';
export { documentationRoutes } from './routes.ts';
