export { admitCallers, isStillAdmitted } from './admit.ts';
export { declareAccess } from './declare.ts';
export { callerRoutes } from './routes.ts';
