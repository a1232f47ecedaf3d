import { pino } from 'pino';
import { alertmanagersOf } from '../alertmanager/index.ts';
import { readConfig, type OmsConfig } from '../config.ts';
import type { OmsContext } from '../context.ts';
import { openDatabase } from '../database/index.ts';
import { createNewsBus } from '../news/index.ts';
import { soleLease } from '../lease/index.ts';
import { createTelemetry } from '../telemetry.ts';
import { answeringHere } from '../timeline/index.ts';

/** For an OMS that is started from its sources: only the built program has threads. */
export const WITHOUT_THREADS = ['--query.threads', '0'] as const;

/** Settings of an OMS that does what anyone on this machine asks, as often as it is asked: `args` come on top. */
export function testConfig(...args: string[]): OmsConfig {
  return readConfig(['--web.anonymous-access', 'operate', '--web.rate-limit', '1000000', ...args], {});
}

/** A context on an empty store in memory, for tests of routes; the caller destroys `db`. */
export async function testContext(more: Partial<OmsContext> = {}): Promise<OmsContext> {
  const queried = {
    config: more.config ?? testConfig(),
    db: more.db ?? (await openDatabase(':memory:')),
    now: more.now ?? (() => Date.now()),
  };
  const log = pino({ level: 'silent' });
  const telemetry = createTelemetry();
  return {
    ...queried,
    answering: answeringHere(queried),
    lease: soleLease(),
    log,
    telemetry,
    alertmanagers: alertmanagersOf(queried.config.alertmanager, { now: queried.now, log, telemetry }),
    news: createNewsBus({ epoch: 'test' }),
    recording: null,
    hosts: () => [],
    ...more,
  };
}
