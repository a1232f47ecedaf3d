export { nameCallers } from './caller.ts';
export { declareAccess } from './declare.ts';
