import { describe, expect, it } from '@jest/globals';
import { DETAIL_FRAMES, LIST_FRAMES, TIMELINE_FRAMES } from '@faultline/contracts';
import { rowsOf, type ShownFrame } from '../frames.ts';
import { alarmAnnotations, operationAnnotations, verdictAnnotations } from './annotations.ts';
import { withLinks } from './links.ts';
import { alarmListLogs, operationListLogs, operationLogs } from './logs.ts';
import { operationTrace } from './trace.ts';

const T = 1_700_000_000_000;
const NOTICES = [{ severity: 'info' as const, text: 'Only the 2 newest' }];

/** A frame as the OMS gives it; what a row does not have is null. */
function frame(name: string, fields: readonly string[], rows: Array<Record<string, unknown>>): ShownFrame {
  return {
    schema: {
      name,
      refId: 'B',
      meta: { notices: NOTICES },
      fields: fields.map((field) => ({ name: field, type: 'string' })),
    },
    data: { values: fields.map((field) => rows.map((row) => row[field] ?? null)) },
  };
}

// The failed migration of the source document (A29, A31), and a hop that another cloud did not tell of.
const headline = frame('operation', DETAIL_FRAMES.operation, [
  {
    ...{ id: 'op1', vm: 'uuid', vmName: 'web', kind: 'migrate', initiator: 'admin', time: T, timeEnd: T + 30 },
    ...{ result: 'failed', cause: 'NC is in isolated state', source: 'faultline' },
  },
]);
const hop = (seq: number, more: Record<string, unknown>) => ({
  ...{ seq, fromRole: 'CLC', toRole: 'CC', direction: 'request', result: 'ok', observed: 'reported' },
  ...more,
});
const hops = frame('hops', DETAIL_FRAMES.hops, [
  hop(0, { message: 'CLC sends migrate request to CC', time: T, timeEnd: T + 5 }),
  hop(1, {
    ...{ parent: 0, fromRole: 'CC', toRole: 'NC', toNode: 'hA', message: 'CC initiates migrate request to NC' },
    ...{ time: T + 10, timeEnd: T + 40, result: 'failed', cause: 'NC is in isolated state' },
  }),
  hop(2, { parent: 1, message: 'NC migrates', result: 'skipped' }),
  hop(3, { parent: 2, message: 'CC tells CLC', time: T + 20 }),
  hop(4, { message: 'CLC records it', observed: 'missing', result: 'unknown' }),
]);
const none = {
  operation: frame('operation', DETAIL_FRAMES.operation, []),
  hops: frame('hops', DETAIL_FRAMES.hops, []),
};

describe('an operation as a trace', () => {
  const trace = operationTrace(headline, hops);
  const spans = rowsOf(trace);

  it('is a tree of spans that Grafana draws as a trace (A26)', () => {
    expect(trace.schema.meta).toEqual({ preferredVisualisationType: 'trace', notices: NOTICES });
    expect(spans.map(({ spanID, parentSpanID, serviceName }) => [spanID, parentSpanID, serviceName])).toEqual([
      ['operation', null, 'faultline'],
      ['0', 'operation', 'CC'],
      ['1', '0', 'NC hA'],
      // Its parent has no time, and so no span.
      ['3', 'operation', 'CC'],
    ]);
    expect(new Set(spans.map(({ traceID }) => traceID))).toEqual(new Set(['op1']));
  });

  it('lasts as long as its hops, and marks what failed with its cause (A29)', () => {
    expect(spans.map(({ startTime, duration }) => [startTime, duration])).toEqual([
      [T, 40],
      [T, 5],
      [T + 10, 30],
      [T + 20, 0],
    ]);
    expect(spans.map(({ statusCode }) => statusCode)).toEqual([2, 1, 2, 1]);
    expect(spans[2]).toMatchObject({ statusMessage: 'NC is in isolated state' });
    expect(spans[2]?.['tags']).toContainEqual({ key: 'error', value: true });
    expect(spans[1]?.['tags']).not.toContainEqual(expect.objectContaining({ key: 'error' }));
  });

  it('tells of the hops that have no place on the time axis, missing apart from not reached (A30)', () => {
    expect(spans[0]?.['warnings']).toEqual([
      'Hop 2 has no time (skipped): NC migrates',
      'Hop 4 has no time (missing): CLC records it',
    ]);
  });

  it('of which nothing is known has no spans', () => {
    expect(operationTrace(none.operation, none.hops).data.values[0]).toEqual([]);
  });
});

describe('logs', () => {
  it('tell an operation hop by hop, the failed one with its cause in parentheses (A29)', () => {
    const logs = operationLogs(headline, hops);
    expect(logs.schema.meta).toMatchObject({ type: 'log-lines', preferredVisualisationType: 'logs', notices: NOTICES });
    expect(
      rowsOf(logs).map(({ timestamp, body, severity, id }) => [Number(timestamp) - T, severity, id, body]),
    ).toEqual([
      [0, 'error', 'op1', 'admin: migrate web, failed (NC is in isolated state)'],
      [0, 'info', 'op1#0', 'CLC sends migrate request to CC'],
      [10, 'error', 'op1#1', 'CC initiates migrate request to NC (NC is in isolated state)'],
      [10, 'info', 'op1#2', 'not reached, NC migrates'],
      [20, 'info', 'op1#3', 'CC tells CLC'],
      [20, 'info', 'op1#4', 'missing, CLC records it'],
    ]);
    expect(operationLogs(none.operation, none.hops).data.values[0]).toEqual([]);
  });

  it('tell of many operations, and of alarms by their levels (A42, A43)', () => {
    const operations = frame('operationList', LIST_FRAMES.operationList, [
      { id: 'a', time: T, kind: 'stop', vmName: 'web', initiator: 'ana', result: 'ok' },
      { id: 'b', time: T, kind: 'stop', vmName: 'web', initiator: 'ana', result: 'of a newer OMS' },
    ]);
    expect(rowsOf(operationListLogs(operations)).map(({ body, severity }) => [body, severity])).toEqual([
      ['ana: stop web, ok', 'info'],
      ['ana: stop web, of a newer OMS', 'unknown'],
    ]);
    const alarms = frame('alarmList', LIST_FRAMES.alarmList, [
      { id: 'a', time: T, name: 'VM crashed', vmName: 'web', host: 'hA', level: 'critical', cause: 'it panicked' },
      { id: 'b', time: T, name: 'Disk fails', host: 'hA', level: 'minor', cause: 'SMART says so' },
    ]);
    const lines = rowsOf(alarmListLogs(alarms));
    expect(lines.map(({ body, severity }) => [body, severity])).toEqual([
      ['VM crashed on web (hA): it panicked', 'critical'],
      ['Disk fails on hA: SMART says so', 'warning'],
    ]);
    expect(lines[1]?.['labels']).toEqual({ id: 'b', level: 'minor', host: 'hA' });
  });
});

describe('annotations', () => {
  const shown = (annotations: ShownFrame) =>
    rowsOf(annotations).map(({ time, timeEnd, title, text, tags }) => [time, timeEnd, title, text, tags]);

  it('of operations, alarms and verdicts have what Grafana reads by itself', () => {
    const operations = frame('operationList', LIST_FRAMES.operationList, [
      { time: T, timeEnd: T + 5, kind: 'stop', vmName: 'web', initiator: 'ana', result: 'failed', cause: 'no answer' },
      { time: T, kind: 'migrate', vmName: 'web', initiator: 'ana', result: 'running' },
    ]);
    expect(shown(operationAnnotations(operations))).toEqual([
      [T, T + 5, 'stop web: failed', 'Asked for by ana: no answer', ['stop', 'failed', 'web']],
      [T, null, 'migrate web: running', 'Asked for by ana', ['migrate', 'running', 'web']],
    ]);
    const alarms = frame('alarmList', LIST_FRAMES.alarmList, [
      { time: T, name: 'Disk fails', level: 'minor', category: 'equipment', host: 'hA', cause: 'SMART says so' },
    ]);
    expect(shown(alarmAnnotations(alarms))).toEqual([
      [T, null, 'Disk fails', 'minor on hA: SMART says so', ['minor', 'equipment', 'hA']],
    ]);
    const verdicts = frame('verdicts', TIMELINE_FRAMES.verdicts, [
      { time: T, id: 'v', fault: 'host', recommended: 'move the VM' },
      { time: T, id: 'w', fault: 'guest', taken: 'restart' },
    ]);
    expect(shown(verdictAnnotations(verdicts))).toEqual([
      [T, null, 'Fault: host', 'Recommended: move the VM. Done: nothing', ['host']],
      [T, null, 'Fault: guest', 'Recommended: nothing. Done: restart', ['guest']],
    ]);
  });
});

describe('links', () => {
  it('lead from the lists to the trace of an operation, to alarms and to timelines, in the same data source', () => {
    const list = frame('operationList', LIST_FRAMES.operationList, []);
    const { fields } = withLinks(list, { uid: 'u', name: 'Faultline' }).schema;
    const links = (name: string) => fields.find((field) => field.name === name)?.config?.links ?? [];
    expect(links('id')[0]).toEqual({
      title: 'Trace of this operation',
      url: '',
      internal: {
        datasourceUid: 'u',
        datasourceName: 'Faultline',
        query: { refId: 'A', type: 'operation', id: '${__value.raw}', format: 'trace' },
      },
    });
    expect(links('vm')[0]?.internal?.query).toMatchObject({ type: 'timeline', vm: '${__value.raw}' });
    expect(links('kind')).toEqual([]);
    expect(withLinks(headline, { uid: 'u', name: 'n' })).toBe(headline);
  });
});
