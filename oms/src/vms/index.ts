export { vmRoutes } from './routes.ts';
export { findVm, rememberVm, vmsOnHost } from './store.ts';
