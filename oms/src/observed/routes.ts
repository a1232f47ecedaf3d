import { OperationRecordBatch, OperationRecordReceipt } from '@faultline/contracts';
import type { DomainRoutes } from '../context.ts';
import { RecordingError } from '../errors.ts';
import { startObserver } from './observer.ts';
import { checkOperations } from './told/check.ts';
import { storeTold } from './told/store.ts';

/** A full batch with a handful of hops each is some hundred kilobytes. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/** `POST /api/v1/operation-records`: what other systems did to VMs. Beside it, what hosts saw is judged. */
export const observedRoutes: DomainRoutes = (app, { context }) => {
  let leave: (() => Promise<void>) | undefined;
  app.addHook('onReady', async () => {
    if (context.recording !== null) return;
    leave = await context.lease.whileHeld(() => {
      const { close } = startObserver(context);
      return Promise.resolve(close);
    });
  });
  app.addHook('onClose', async () => {
    await leave?.();
  });

  const options = {
    config: { access: 'report' },
    schema: {
      summary: 'Operations that another system performed, with their hops',
      tags: ['operations'],
      body: OperationRecordBatch,
      response: { 200: OperationRecordReceipt },
    },
    bodyLimit: BODY_LIMIT_BYTES,
  } as const;
  app.post('/api/v1/operation-records', options, async (request): Promise<OperationRecordReceipt> => {
    if (context.recording !== null) throw new RecordingError();
    const { operations } = request.body;
    checkOperations(operations, context.now());
    return await storeTold(context.db, operations, context);
  });
  return Promise.resolve();
};
