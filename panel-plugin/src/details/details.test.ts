import { describe, expect, it } from '@jest/globals';
import type { PlainFrame } from '../timeline/frames.ts';
import type { TimeWriter } from '../time.ts';
import { headline, logLines } from './log.ts';
import { alarmFromFrames, furtherDetails, operationFromFrames, shownResult } from './records.ts';

const writer: TimeWriter = {
  format: (time, pattern) => {
    const iso = new Date(time).toISOString();
    return pattern.startsWith('YYYY') ? iso.slice(0, 19).replace('T', ' ') : iso.slice(11, 23);
  },
  zoneOffsetMs: () => 0,
};

function frame(name: string, rows: Record<string, unknown>[]): PlainFrame {
  const fields = Object.keys(rows[0] ?? {});
  return { name, fields: fields.map((field) => ({ name: field, values: rows.map((row) => row[field]) })) };
}

const started = Date.UTC(2012, 0, 5, 18, 34, 35);
const failedMigration = [
  frame('operation', [
    {
      id: 'op-1',
      vm: 'uuid',
      vmName: 'guest-1',
      kind: 'migrate',
      initiator: 'admin',
      time: started,
      timeEnd: started + 90,
      result: 'failed',
      cause: 'NC is isolated',
      source: 'faultline',
    },
  ]),
  frame('hops', [
    {
      seq: 1,
      fromRole: 'CC',
      fromNode: null,
      toRole: 'NC',
      toNode: 'host-1',
      message: 'CC initiates migrate request to NC',
      direction: 'request',
      time: started + 20,
      timeEnd: started + 90,
      result: 'failed',
      cause: 'NC is in isolated state',
      observed: 'reported',
    },
    {
      seq: 0,
      fromRole: 'CLC',
      fromNode: null,
      toRole: 'CC',
      toNode: null,
      message: 'CLC sends migrate request to CC',
      direction: 'request',
      time: started,
      timeEnd: started + 12,
      result: 'ok',
      cause: null,
      observed: 'reported',
    },
    {
      seq: 2,
      fromRole: 'NC',
      fromNode: null,
      toRole: 'CC',
      toNode: null,
      message: 'NC answers CC',
      direction: 'reply',
      time: null,
      timeEnd: null,
      result: 'skipped',
      cause: null,
      observed: 'reported',
    },
  ]),
];

describe('an operation in detail (A26, A29)', () => {
  it('has the headline with time, user, operation and result, and a line per hop with the cause in parentheses', () => {
    const operation = operationFromFrames(failedMigration);
    expect(operation && headline(operation, writer)).toBe('2012-01-05 18:34:35 admin asked to migrate guest-1: failed');
    expect(operation && logLines(operation, writer)).toEqual([
      '2012-01-05 18:34:35 admin asked to migrate guest-1: failed (NC is isolated)',
      '18:34:35.000 CLC sends migrate request to CC 12 ms',
      '18:34:35.020 CC initiates migrate request to NC (NC is in isolated state, failed) [CC → NC host-1] 70 ms',
      '--:--:--.--- NC answers CC (not reached)',
    ]);
  });

  it('puts hops in the order of their numbers', () => {
    expect(operationFromFrames(failedMigration)?.hops.map((hop) => hop.seq)).toEqual([0, 1, 2]);
  });

  it('keeps what nobody told of apart from what failed (A30)', () => {
    const [hop] = operationFromFrames(failedMigration)?.hops ?? [];
    expect(hop && shownResult({ ...hop, observed: 'missing', result: 'unknown' })).toBe('missing');
  });

  it('is nothing where the frame is missing, empty or another', () => {
    expect(operationFromFrames([])).toBeNull();
    expect(operationFromFrames([frame('operation', [])])).toBeNull();
    expect(operationFromFrames([frame('alarm', [{ id: 'a' }])])).toBeNull();
  });
});

describe('an alarm in detail (A43)', () => {
  const alarm = { id: 'a', name: 'Guest panicked', level: 'critical', time: 5, timeEnd: null, occurrences: 2 };

  it('has its facts, and its details as pairs', () => {
    expect(alarmFromFrames([frame('alarm', [{ ...alarm, details: '{"device":"pvpanic","n":3}' }])])).toMatchObject({
      id: 'a',
      name: 'Guest panicked',
      timeEnd: null,
      occurrences: 2,
      details: [
        ['device', 'pvpanic'],
        ['n', '3'],
      ],
    });
  });

  it('says what keeps it from being notified of, and by whom', () => {
    const row = { ...alarm, suppressed: 'silenced', silencedBy: 's1 s2', inhibitedBy: 'f00' };
    expect(alarmFromFrames([frame('alarm', [row])])).toMatchObject({
      ...{ suppressed: 'silenced', silencedBy: 's1 s2', inhibitedBy: 'f00' },
    });
    expect(alarmFromFrames([frame('alarm', [alarm])])).toMatchObject({ suppressed: '', silencedBy: '' });
  });

  it.each([
    ['', []],
    ['not json', [['details', 'not json']]],
    ['[1]', [['details', '[1]']]],
  ])('takes the details %j', (details, pairs) => {
    expect(alarmFromFrames([frame('alarm', [{ ...alarm, details }])])?.details).toEqual(pairs);
  });

  it.each([
    ['what the card says under the same name', { host: 'hA', source: 'nc:hA', device: 'sda' }, [['device', 'sda']]],
    ['the cause under another name', { message: 'the guest crashed', host: 'hB' }, [['host', 'hB']]],
    ['values that are empty', { path: '', reason: 'panicked' }, [['reason', 'panicked']]],
    [
      'nothing but the second of two equal values',
      { state: 'crashed', event: 'crashed', reason: 'panicked' },
      [
        ['state, event', 'crashed'],
        ['reason', 'panicked'],
      ],
    ],
    ['nothing that only looks like one of its fields', { device: 'hA' }, [['device', 'hA']]],
  ])('leaves out of its further details %s', (_, details, further) => {
    const row = { ...alarm, host: 'hA', source: 'nc:hA', cause: 'the guest crashed', details: JSON.stringify(details) };
    const record = alarmFromFrames([frame('alarm', [row])]);
    expect(record && furtherDetails(record)).toEqual(further);
  });
});
