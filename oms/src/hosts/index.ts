export { knownHosts } from './list.ts';
export { hostRoutes } from './routes.ts';
export { isolationBook } from './store.ts';
