export { vmRoutes } from './routes.ts';
export { findVm, rememberVm } from './store.ts';
