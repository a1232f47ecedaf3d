import { pino } from 'pino';
import { readConfig } from '../config.ts';
import type { OmsContext } from '../context.ts';
import { openDatabase } from '../database/index.ts';
import { createNewsBus } from '../news/index.ts';
import { soleLease } from '../lease/index.ts';
import { createTelemetry } from '../telemetry.ts';

/** A context on an empty store in memory, for tests of routes; the caller destroys `db`. */
export async function testContext(more: Partial<OmsContext> = {}): Promise<OmsContext> {
  return {
    config: readConfig([], {}),
    db: more.db ?? (await openDatabase(':memory:')),
    lease: soleLease(),
    log: pino({ level: 'silent' }),
    telemetry: createTelemetry(),
    news: createNewsBus({ epoch: 'test' }),
    now: () => Date.now(),
    recording: null,
    hosts: () => [],
    ...more,
  };
}
