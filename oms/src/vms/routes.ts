import { VmDetails, VmList, VmListQuery, VmPatch, VmUuid } from '@faultline/contracts';
import { Type } from 'typebox';
import { recordAudit } from '../audit/index.ts';
import type { DomainRoutes, OmsContext } from '../context.ts';
import { RecordingError, VmUnknownError } from '../errors.ts';
import { currentStates } from '../states/index.ts';
import { readAddress } from './address.ts';
import { AddressInvalidError } from './errors.ts';
import { setFacts } from './facts.ts';
import { findVms } from './find.ts';
import { vmPage } from './list.ts';
import { findVm } from './store.ts';

const Named = Type.Object({ uuid: VmUuid });

/** The VMs that are known, each with what is drawn of it now (null where that is not known), and what operators say of them. */
export const vmRoutes: DomainRoutes = (app, { context }) => {
  const { db, now, recording } = context;

  app.get(
    '/api/v1/vms',
    {
      config: { access: 'read' },
      schema: { summary: 'The known VMs, by name', tags: ['vms'], querystring: VmListQuery, response: { 200: VmList } },
    },
    async ({ query }) => {
      const { staleAfterMs, transientLimitMs } = context.config;
      return await vmPage(db, query, { now: now(), staleAfterMs, transientLimitMs });
    },
  );

  app.get(
    '/api/v1/vms/:uuid',
    {
      config: { access: 'read' },
      schema: {
        summary: 'A VM, and what operators say of it',
        tags: ['vms'],
        params: Named,
        response: { 200: VmDetails },
      },
    },
    async ({ params }) => detailsOf(context, params.uuid),
  );

  app.patch(
    '/api/v1/vms/:uuid',
    {
      config: { access: 'operate' },
      schema: {
        summary: 'Says what a VM is to operators',
        tags: ['vms'],
        params: Named,
        body: VmPatch,
        response: { 200: VmDetails },
      },
    },
    async ({ params: { uuid }, body, caller }) => {
      if (recording !== null) throw new RecordingError();
      checkAddresses(body.addresses ?? []);
      const at = now();
      await db.transaction().execute(async (trx) => {
        if ((await findVm(trx, uuid)) === undefined) throw new VmUnknownError(uuid);
        await setFacts(trx, uuid, body, at);
        const target = `vm/${uuid}`;
        await recordAudit(trx, { at, caller, what: 'vm.describe', target, outcome: 'done', details: { ...body } });
      });
      return detailsOf(context, uuid);
    },
  );

  return Promise.resolve();
};

function statesOf({ db, config, now }: OmsContext) {
  const { staleAfterMs, transientLimitMs } = config;
  return currentStates(db, { now: now(), staleAfterMs, transientLimitMs });
}

/** @throws VmUnknownError */
async function detailsOf(context: OmsContext, uuid: string): Promise<VmDetails> {
  const [vm] = await findVms(context.db, { uuid });
  if (vm === undefined) throw new VmUnknownError(uuid);
  return { ...vm, state: (await statesOf(context)).get(uuid) ?? null };
}

/** @throws AddressInvalidError at the first text that is none */
function checkAddresses(texts: readonly string[]): void {
  texts.forEach((text, index) => {
    if (readAddress(text) === null) throw new AddressInvalidError(text, `/addresses/${index}`);
  });
}
