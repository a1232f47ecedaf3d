import { BadSettingError } from '@faultline/program';
import type { Logger } from 'pino';
import { messageOf } from '../cycle/link.ts';
import type { Health } from '../health.ts';
import { BasicAuth } from './auth/basic-auth.ts';
import { BcryptWorker } from './auth/bcrypt-worker.ts';
import { CurrentWebConfig } from './config/current.ts';
import { OPEN_WEB, readWebConfig } from './config/web-config.ts';
import type { Exposition } from './exposition.ts';
import { createApp, type Handler } from './handler.ts';
import { listen, type Address } from './listener.ts';

export interface WebOptions {
  addresses: readonly Address[];
  telemetryPath: string;
  /** The web configuration; absent: plain HTTP, open. */
  configFile: string | undefined;
  exposition: Exposition;
  health: Pick<Health, 'registry' | 'webConfigReload'>;
  collectors: { running: readonly string[]; known: readonly string[] };
  log: Logger;
  /** How long a client may take to ask. */
  headersTimeoutMs?: number;
}

export interface Web {
  urls: string[];
  close(): Promise<void>;
}

/**
 * Serves the exposition.
 *
 * @throws BadSettingError when an address cannot be listened on, or the web configuration not be used
 */
export async function startWeb(options: WebOptions): Promise<Web> {
  const { addresses, telemetryPath, configFile, exposition, collectors, log, health } = options;
  if (configFile !== undefined) health.registry.registerMetric(health.webConfigReload);
  const config = new CurrentWebConfig({
    read: () => (configFile === undefined ? OPEN_WEB : readWebConfig('--web.config.file', configFile)),
    log,
    onReload: (isGood) => {
      health.webConfigReload.set(isGood ? 1 : 0);
    },
  });
  const worker = new BcryptWorker();
  const auth = new BasicAuth((password, hash) => worker.compare(password, hash));
  const app = await createApp({
    log,
    exposition,
    telemetryPath,
    collectors,
    admit: async ({ authorization }) => {
      const { users } = config.get();
      if (users !== null) await auth.admit(users, authorization);
    },
    headers: () => config.get().headers,
  });
  try {
    const { headersTimeoutMs } = options;
    const handler: Handler = (request, response) => {
      app.routing(request, response);
    };
    const listener = await listen({ addresses, config, handler, log, ...(headersTimeoutMs && { headersTimeoutMs }) });
    return {
      urls: listener.urls,
      async close() {
        await listener.close();
        await app.close();
        await worker.stop();
      },
    };
  } catch (error) {
    throw new BadSettingError('--web.listen-address', `cannot be listened on: ${messageOf(error)}`);
  }
}
