import type { VmList } from '@faultline/contracts';
import type { DomainRoutes } from '../context.ts';
import { currentStates } from '../states/index.ts';
import { listVms } from './store.ts';

/** `GET /api/v1/vms`: every known VM with what is drawn of it now; null where that is not known. */
export const vmRoutes: DomainRoutes = (app, { context }) => {
  app.get('/api/v1/vms', { config: { access: 'read' } }, async (): Promise<VmList> => {
    const { staleAfterMs, transientLimitMs } = context.config;
    const states = await currentStates(context.db, { now: context.now(), staleAfterMs, transientLimitMs });
    const vms = await listVms(context.db);
    return { vms: vms.map((vm) => ({ ...vm, state: states.get(vm.uuid) ?? null })) };
  });
  return Promise.resolve();
};
