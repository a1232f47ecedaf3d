import type { DomainRoutes } from '../context.ts';
import { keepWatch } from './watch.ts';

/** No routes: the watch over important VMs (A5), which only the holder of the lease keeps. */
export const importantWatch: DomainRoutes = (app, { context }) => {
  let leave: (() => Promise<void>) | undefined;
  // Not before everything is registered: a server that does not come up must leave nothing behind.
  app.addHook('onReady', async () => {
    if (context.recording === null) leave = await context.lease.whileHeld((tenure) => keepWatch(context, tenure));
  });
  app.addHook('onClose', async () => {
    await leave?.();
  });
  return Promise.resolve();
};
