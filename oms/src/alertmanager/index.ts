export { alertmanagerRoutes } from './routes.ts';
