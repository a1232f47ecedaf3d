import type { OmsStatus } from '@faultline/contracts';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Logger } from 'pino';
import type { Alertmanager } from './alertmanager/index.ts';
import type { OmsConfig } from './config.ts';
import type { OmsDatabase } from './database/index.ts';
import type { Lease } from './lease/index.ts';
import type { NewsBus } from './news/index.ts';
import type { Telemetry } from './telemetry.ts';
import type { Answering } from './timeline/index.ts';

/** What every domain's routes are given; tests make one with fakes. */
export interface OmsContext {
  config: OmsConfig;
  db: OmsDatabase;
  /** Whether this OMS is the one that performs operations and judges periodically; `whileHeld` is for what only that one does. */
  lease: Lease;
  log: Logger;
  telemetry: Telemetry;
  /** Who answers queries. */
  answering: Answering;
  /** Where what was stored is told, after its commit. */
  news: NewsBus;
  /** The OMS's clock, ms. While a recorded incident is shown it stands at the end of the recording. */
  now: () => number;
  recording: OmsStatus['recording'];
  /** How each scraped exporter is doing. */
  hosts: () => OmsStatus['hosts'];
  /** Those that the OMS asks and tells; empty where none is named. */
  alertmanagers: readonly Alertmanager[];
}

/**
 * The routes of one domain, as a Fastify plugin that is registered with `{ context }`. What a domain opens it closes in
 * an `onClose` hook of the instance that it is given.
 */
export type DomainRoutes = FastifyPluginAsyncTypebox<{ context: OmsContext }>;
