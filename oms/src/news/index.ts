export { createNewsBus, type NewsBus } from './bus.ts';
export { newsRoutes } from './routes.ts';
