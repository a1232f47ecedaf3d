export { admitCallers } from './admit.ts';
export { declareAccess } from './declare.ts';
export { isLoopback } from './loopback.ts';
