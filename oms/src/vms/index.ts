export { readAddress } from './address.ts';
export { AddressInvalidError } from './errors.ts';
export { importantVms, learnFacts, setFacts, type VmDescription } from './facts.ts';
export { findVms, searchVms, type KnownVm, type VmIdentification } from './find.ts';
export { hostNames, ownerNames, vmNames } from './names.ts';
export { vmRoutes } from './routes.ts';
export type { Sighting } from './sighting.ts';
export { countVmsByHost, findVm, rememberVm, rememberVms, vmsOnHost } from './store.ts';
