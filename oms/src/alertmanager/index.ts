export { alertmanagersOf, type Alertmanager } from './alertmanager.ts';
export { alertmanagerLink } from './link.ts';
export { alertmanagerRoutes } from './routes.ts';
