export { admitCallers } from './admit.ts';
export { declareAccess } from './declare.ts';
