import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Type } from 'typebox';
import type { DomainRoutes } from '../context.ts';

/** Swagger UI as its Fastify package carries it: without the part that tells its makers of each installation. */
const ASSETS = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui/package.json')), 'static');
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js'] as const;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Faultline OMS: the API</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/api/docs/swagger-ui.css" />
    <style>
      body { margin: 0; }
      .swagger-ui .wrapper { padding: 0 16px; }
      .swagger-ui .opblock .opblock-summary { flex-wrap: wrap; }
      .swagger-ui .opblock .opblock-summary-path { max-width: 100%; }
      .swagger-ui .opblock .opblock-section-header { flex-wrap: wrap; gap: 8px; }
    </style>
  </head>
  <body>
    <div id="page"></div>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;

/** `validatorUrl` would have a server elsewhere read our document. */
const START = `SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#page',
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
});
`;

const hidden = { config: { access: 'none' }, schema: { hide: true } } as const;

/** `GET /api/v1/openapi.json`, and a page to read it by, which needs nothing from elsewhere. What there is to ask is no secret. */
export const documentationRoutes: DomainRoutes = (app) => {
  app.get(
    '/api/v1/openapi.json',
    {
      config: { access: 'none' },
      schema: {
        summary: 'This description',
        tags: ['status'],
        response: { 200: Type.Record(Type.String(), Type.Unknown(), { description: 'An OpenAPI 3.1 document.' }) },
      },
    },
    () => app.swagger() as unknown as Record<string, unknown>,
  );
  app.get('/api/docs', hidden, (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
  app.get('/api/docs/start.js', hidden, (_request, reply) => reply.type('text/javascript; charset=utf-8').send(START));
  for (const file of FILES) {
    app.get(`/api/docs/${file}`, hidden, (_request, reply) => reply.sendFile(file, ASSETS));
  }
  return Promise.resolve();
};
