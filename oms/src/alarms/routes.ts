import {
  AlarmActRequest,
  AlarmListQuery,
  AlarmNoteRequest,
  AlarmPage,
  AlarmShelveRequest,
  AlarmWithHistory,
  RecordId,
  type AlarmAct,
} from '@faultline/contracts';
import type { FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { recordAudit } from '../audit/index.ts';
import type { DomainRoutes } from '../context.ts';
import { RecordingError } from '../errors.ts';
import { pageRequestOf } from '../pages/index.ts';
import { actOnAlarm, alarmWithHistory } from './act.ts';
import { alarmPage } from './list.ts';

const Named = Type.Object({ id: RecordId });
const REPLIES = { 200: AlarmWithHistory };
const tags = ['alarms'];
const SUMMARIES = {
  acknowledge: 'Says that somebody looks after an alarm',
  unshelve: 'Shows a shelved alarm again',
  close: 'Ends an alarm by hand',
};

type ActBody = Static<typeof AlarmActRequest> & { until?: number };

/** The list of alarms, each with its history, and what operators do about them. */
export const alarmRoutes: DomainRoutes = (app, { context }) => {
  const { db, news, now, recording } = context;

  app.get(
    '/api/v1/alarms',
    {
      config: { access: 'read' },
      schema: { summary: 'Alarms, newest first', tags, querystring: AlarmListQuery, response: { 200: AlarmPage } },
    },
    async ({ query }) => alarmPage(db, query, pageRequestOf(query), now()),
  );

  app.get(
    '/api/v1/alarms/:id',
    {
      config: { access: 'read' },
      schema: { summary: 'An alarm, and what people did about it', tags, params: Named, response: REPLIES },
    },
    async ({ params }) => alarmWithHistory(db, params.id, now()),
  );

  async function act(
    request: Pick<FastifyRequest, 'caller'> & { params: { id: string }; body: ActBody },
    what: AlarmAct,
  ): Promise<AlarmWithHistory> {
    if (recording !== null) throw new RecordingError();
    const { caller, params, body } = request;
    const { by = caller.who, note = null, until = null } = body;
    const at = now();
    const acted = await db.transaction().execute(async (trx) => {
      const alarm = await actOnAlarm(trx, params.id, { act: what, by, note, until }, at);
      const details = { by, ...(until !== null && { until }) };
      const target = `alarm/${alarm.id}`;
      await recordAudit(trx, {
        at,
        caller,
        what: `alarm.${what}`,
        target,
        why: note ?? undefined,
        outcome: 'done',
        details,
      });
      return alarm;
    });
    news.tell({ topic: 'alarm', vm: acted.vm?.uuid ?? null, id: acted.id, at });
    return acted;
  }

  for (const what of ['acknowledge', 'unshelve', 'close'] as const) {
    app.post(
      `/api/v1/alarms/:id/${what}`,
      {
        config: { access: 'operate' },
        schema: { summary: SUMMARIES[what], tags, params: Named, body: AlarmActRequest, response: REPLIES },
      },
      async (request) => act(request, what),
    );
  }

  app.post(
    '/api/v1/alarms/:id/shelve',
    {
      config: { access: 'operate' },
      schema: {
        summary: 'Hides an alarm for a while',
        tags,
        params: Named,
        body: AlarmShelveRequest,
        response: REPLIES,
      },
    },
    async (request) => act(request, 'shelve'),
  );

  app.post(
    '/api/v1/alarms/:id/note',
    {
      config: { access: 'operate' },
      schema: { summary: 'Adds a note to an alarm', tags, params: Named, body: AlarmNoteRequest, response: REPLIES },
    },
    async (request) => act(request, 'note'),
  );

  return Promise.resolve();
};
