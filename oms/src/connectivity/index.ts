export { storeGuestProbe } from './store.ts';
