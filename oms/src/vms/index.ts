export { vmRoutes } from './routes.ts';
export { countVmsByHost, findVm, rememberVm } from './store.ts';
