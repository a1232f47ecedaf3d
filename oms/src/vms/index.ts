export { vmRoutes } from './routes.ts';
export { learnFacts, type VmDescription } from './facts.ts';
export { findVms, searchVms, type KnownVm, type VmIdentification } from './find.ts';
export type { Sighting } from './sighting.ts';
export { findVm, rememberVm, rememberVms } from './store.ts';
