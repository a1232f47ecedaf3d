/** Pages of lists that are ordered by time and id, newest first: stable while records are added. */
export { cursorOf } from './cursor.ts';
export { isBehind, pageOf, pageRequestOf, type PageRequest } from './page.ts';
