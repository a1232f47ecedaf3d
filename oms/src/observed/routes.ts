import { OperationRecordBatch, OperationRecordReceipt } from '@faultline/contracts';
import type { DomainRoutes } from '../context.ts';
import { RecordingError } from '../errors.ts';
import { startObserver, type Observer } from './observer.ts';
import { checkOperations } from './told/check.ts';
import { storeTold } from './told/store.ts';

/** A full batch with a handful of hops each is some hundred kilobytes. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/** `POST /api/v1/operation-records`: what other systems did to VMs. Beside it, what hosts saw is judged. */
export const observedRoutes: DomainRoutes = (app, { context }) => {
  let observer: Observer | null = null;
  app.addHook('onReady', () => {
    if (context.recording === null) observer = startObserver(context);
    return Promise.resolve();
  });
  app.addHook('onClose', async () => {
    await observer?.close();
  });

  const options = {
    config: { access: 'report' },
    schema: { body: OperationRecordBatch, response: { 200: OperationRecordReceipt } },
    bodyLimit: BODY_LIMIT_BYTES,
  } as const;
  app.post('/api/v1/operation-records', options, async (request): Promise<OperationRecordReceipt> => {
    if (context.recording !== null) throw new RecordingError();
    const { operations } = request.body;
    const now = context.now();
    checkOperations(operations, now);
    return await storeTold(context.db, operations, { now });
  });
  return Promise.resolve();
};
