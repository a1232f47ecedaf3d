export { observedRoutes } from './routes.ts';
export { newsOf, type Surroundings } from './news.ts';
export { RESERVED_SOURCES } from './told/check.ts';
export { judgeAround } from './told/store.ts';
export { changesOfVm, changesToJudge, noteGaps } from './store.ts';
