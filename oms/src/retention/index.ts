export { createKeeper } from './keeper.ts';
