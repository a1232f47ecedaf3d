export { serviceDiscoveryRoutes } from './routes.ts';
