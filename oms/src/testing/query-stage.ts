import type { FrameJson, QueryAnswer } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import type { OmsContext } from '../context.ts';
import { createServer } from '../server.ts';
import { testConfig, testContext } from './context.ts';
import type { Engine } from './engines.ts';

/** An OMS on one engine that is asked for frames, without a network between. */
export interface QueryStage {
  context: OmsContext;
  app: FastifyInstance;
  /** Posts a query; `code` and `field` are those of the problem where it is refused. */
  query(payload: object): Promise<{ status: number; code?: string; field?: string; frames: FrameJson[] }>;
  close(): Promise<void>;
}

export async function openQueryStage(
  engine: Engine,
  { staleAfterMs, now }: { staleAfterMs: number; now: () => number },
): Promise<QueryStage> {
  const config = { ...testConfig(), staleAfterMs };
  const context = await testContext({ db: await engine.open(), config, now });
  const app = await createServer(context);
  return {
    context,
    app,
    async query(payload) {
      const answer = await app.inject({ method: 'POST', url: '/api/v1/query', payload });
      return { status: answer.statusCode, ...answer.json<QueryAnswer>() };
    },
    async close() {
      await app.close();
      await context.db.destroy();
    },
  };
}
