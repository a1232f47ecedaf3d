/** Pages of lists that are ordered by time and id, newest first: stable while records are added. */
export { cursorOf, readCursorAs, writeCursor } from './cursor.ts';
export { isBehind, pageOf, pageRequestOf, type PageRequest } from './page.ts';
