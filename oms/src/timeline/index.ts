export { answeringHere, answeringInThreads, type Answering } from './answering.ts';
export { timelineRoutes } from './routes.ts';
