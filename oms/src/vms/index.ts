export { vmRoutes } from './routes.ts';
export { learnFacts, type VmDescription } from './facts.ts';
export { findVms, searchVms, type KnownVm, type VmIdentification } from './find.ts';
export { hostNames, ownerNames, vmNames } from './names.ts';
export { countVmsByHost, findVm, rememberVm } from './store.ts';
