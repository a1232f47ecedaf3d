export { observedRoutes } from './routes.ts';
export { judgeAgain, noteEvent, noteGap } from './store.ts';
