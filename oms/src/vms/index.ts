export { vmRoutes } from './routes.ts';
export { findVm, listVms, rememberVm, type Sighting } from './store.ts';
