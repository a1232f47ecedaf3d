export { vmRoutes } from './routes.ts';
export { learnFacts, type VmDescription } from './facts.ts';
export { findVms, searchVms, type KnownVm, type VmIdentification } from './find.ts';
export { findVm, rememberVm, vmsOnHost } from './store.ts';
