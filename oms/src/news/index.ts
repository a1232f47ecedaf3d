export { createNewsBus, type NewsBus } from './bus.ts';
export { NewsRelay } from './relay.ts';
export { newsRoutes } from './routes.ts';
