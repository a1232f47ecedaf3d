import { waitMs } from '@faultline/program';
import type { DomainRoutes } from '../context.ts';
import type { Tenure } from '../lease/index.ts';
import { readAuthorization } from './credentials.ts';
import { Reconciler, type LinkContext } from './reconcile.ts';
import { Teller } from './tell.ts';

/** What is told at once is gathered for this long: a host that fails raises an alarm for each of its VMs. */
const GATHERED_FOR_MS = 500;

/**
 * No routes: what the OMS asks the Alertmanagers and tells them, which only the holder of the lease does.
 *
 * @throws BadSettingError where the credentials cannot be used
 */
export const alertmanagerLink: DomainRoutes = async (app, { context }) => {
  const { alertmanagers, config, lease, recording } = context;
  if (alertmanagers.length === 0 || recording !== null) return;
  if (config.alertmanager.credentials !== null) await readAuthorization(config.alertmanager.credentials);
  let leave: (() => Promise<void>) | undefined;
  // Not before everything is registered: a server that does not come up must leave nothing behind.
  app.addHook('onReady', async () => {
    leave = await lease.whileHeld((tenure) => keepLink(context, tenure));
  });
  app.addHook('onClose', async () => {
    await leave?.();
  });
};

/** Asks all of them together, and tells each for itself, so that one that is slow keeps no other waiting. @returns ends it */
export function keepLink(context: LinkContext, tenure: Tenure): () => Promise<void> {
  const { alertmanagers, config, log, news } = context;
  const { intervalMs, isSending } = config.alertmanager;
  const stopping = new AbortController();
  const stop = (): void => {
    stopping.abort(new Error('the OMS does not ask or tell Alertmanager any more'));
  };
  tenure.signal.addEventListener('abort', stop, { once: true });
  if (tenure.signal.aborted) stop();

  const attempt = async (round: (stop: AbortSignal) => Promise<void>): Promise<void> => {
    try {
      await round(stopping.signal);
    } catch (error) {
      if (!stopping.signal.aborted)
        log.error({ err: error }, 'a round with Alertmanager failed; there will be another');
    }
  };
  async function ask(): Promise<void> {
    const reconciler = new Reconciler(context, tenure);
    while (!stopping.signal.aborted) {
      await attempt((signal) => reconciler.round(signal));
      await waitMs(intervalMs, stopping.signal);
    }
  }
  const bells = new Set<() => void>();
  async function tell(teller: Teller): Promise<void> {
    while (!stopping.signal.aborted) {
      const bell = new AbortController();
      const ring = (): void => {
        bell.abort();
      };
      bells.add(ring);
      stopping.signal.addEventListener('abort', ring);
      await attempt((signal) => teller.round(signal));
      await waitMs(intervalMs, bell.signal);
      bells.delete(ring);
      stopping.signal.removeEventListener('abort', ring);
      await waitMs(Math.min(GATHERED_FOR_MS, intervalMs), stopping.signal);
    }
  }
  const stopListening = news.listen(({ topic }) => {
    if (topic === 'alarm') for (const ring of bells) ring();
  });
  const tellers = isSending ? alertmanagers.map((each) => new Teller(each, context, tenure)) : [];
  const loops = [ask(), ...tellers.map(tell)];
  return async () => {
    stop();
    tenure.signal.removeEventListener('abort', stop);
    stopListening();
    await Promise.all(loops);
  };
}
