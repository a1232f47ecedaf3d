export { hostRoutes } from './routes.ts';
export { isolationBook } from './store.ts';
