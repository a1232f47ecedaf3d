export { storeGuestProbes } from './store.ts';
