import { Operation, OperationListQuery, OperationPage, OperationRequest, RecordId } from '@faultline/contracts';
import { connect } from '@faultline/libvirt';
import { Type } from 'typebox';
import { startControl, type Admission, type Control, type ControlOptions } from '../control/index.ts';
import type { DomainRoutes, OmsContext } from '../context.ts';
import { RecordingError, VmUnknownError } from '../errors.ts';
import { isolationBook } from '../hosts/index.ts';
import {
  DefinitionInvalidError,
  OperationIdConflictError,
  OperationRefusedError,
  OperationUnknownError,
} from './errors.ts';
import { NoPerformerError, performedByHolder, type Tenure } from '../lease/index.ts';
import { pageRequestOf } from '../pages/index.ts';
import { operationPage } from './list.ts';
import { recordsIn } from './records.ts';
import { findOperation } from './store.ts';

const tags = ['operations'];
const PostReplies = { 200: Operation, 202: Operation };

/** `POST` and `GET /api/v1/operations`, and `GET /api/v1/operations/:id`, with the control side behind them. */
export const operationRoutes: DomainRoutes = (app, { context }) => {
  let control: Control | null = null;
  let leave: (() => Promise<void>) | undefined;
  // Not before everything is registered: a server that does not come up must leave no connection behind.
  app.addHook('onReady', async () => {
    if (context.recording !== null) return;
    leave = await context.lease.whileHeld(async (tenure) => {
      const begun = await startControl(controlOptions(context, tenure));
      control = begun;
      return async () => {
        control = null;
        await begun.close();
      };
    });
  });
  app.addHook('onClose', async () => {
    await leave?.();
  });

  app.post(
    '/api/v1/operations',
    {
      config: { access: 'operate' },
      schema: {
        summary: 'Has a VM acted upon; performed once for each id',
        tags,
        body: OperationRequest,
        response: PostReplies,
      },
      preHandler: performedByHolder(context.lease),
    },
    async (request, reply) => {
      if (context.recording !== null) throw new RecordingError();
      if (control === null) throw new NoPerformerError('this OMS is just about to perform operations');
      const { status, operation } = answerOf(await control.ask(request.body, request.caller), request.body);
      return reply.code(status).send(operation);
    },
  );

  app.get(
    '/api/v1/operations',
    {
      config: { access: 'read' },
      schema: {
        summary: 'Operations without their hops, newest first',
        tags,
        querystring: OperationListQuery,
        response: { 200: OperationPage },
      },
    },
    async ({ query }) => operationPage(context.db, query, pageRequestOf(query)),
  );

  app.get(
    '/api/v1/operations/:id',
    {
      config: { access: 'read' },
      schema: {
        summary: 'An operation with its hops',
        tags,
        params: Type.Object({ id: RecordId }),
        response: { 200: Operation },
      },
    },
    async (request) => {
      const operation = await findOperation(context.db, request.params.id);
      if (operation === undefined) throw new OperationUnknownError(request.params.id);
      return operation;
    },
  );
  return Promise.resolve();
};

function controlOptions({ db, config, log, now, news }: OmsContext, tenure: Tenure): ControlOptions {
  return {
    records: recordsIn(db, {
      tenure,
      staleAfterMs: config.staleAfterMs,
      tell: (each) => {
        news.tell(each);
      },
    }),
    isolation: isolationBook(db, now),
    hosts: new Map(Object.entries(config.controlHosts)),
    connect,
    mayAct: () => tenure.confirm(),
    logger: log,
    now,
  };
}

/**
 * What HTTP says of an admission. A refused request is recorded (A30) and answered 409 all the same: nobody was asked to
 * act.
 *
 * @throws ApiError
 */
function answerOf(admission: Admission, asked: OperationRequest): { status: 200 | 202; operation: Operation } {
  switch (admission.answer) {
    case 'accepted':
      return { status: 202, operation: admission.operation };
    case 'known':
      return { status: 200, operation: admission.operation };
    case 'conflict':
      throw new OperationIdConflictError(admission.operation, asked);
    case 'refused':
      throw new OperationRefusedError(admission.code, admission.operation);
    case 'vm-unknown':
      throw new VmUnknownError(asked.vm);
    case 'definition-invalid':
      throw new DefinitionInvalidError(admission.why);
  }
}
