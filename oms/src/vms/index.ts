export { vmRoutes } from './routes.ts';
export type { Sighting } from './sighting.ts';
export { findVm, rememberVm, rememberVms } from './store.ts';
