export { serveConsole } from './serve.ts';
