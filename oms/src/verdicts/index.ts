export { verdictRoutes } from './routes.ts';
