import { describe, expect, it } from '@jest/globals';
import { FaultlineError } from './errors.ts';
import { readFrames } from './frames.ts';

const cpu = {
  schema: {
    name: 'cpu',
    fields: [
      { name: 'time', type: 'time' },
      { name: 'cpu', type: 'number' },
    ],
  },
  data: {
    values: [
      [1, 2],
      [3, null],
    ],
  },
};
const state = { schema: { name: 'state', fields: [] }, data: { values: [] } };

function codeOf(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof FaultlineError) {
      return { code: error.code, message: error.message };
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('readFrames', () => {
  it('gives the named frames in the order asked for, each with the refId', () => {
    const frames = readFrames({ frames: [state, cpu] }, ['cpu', 'state'], 'B');
    expect(frames.map(({ schema }) => [schema.name, schema.refId])).toEqual([
      ['cpu', 'B'],
      ['state', 'B'],
    ]);
    expect(frames[0]?.data.values).toEqual([
      [1, 2],
      [3, null],
    ]);
  });

  it('drops frames that were not asked for: a newer OMS may send more', () => {
    const extra = { schema: { name: 'verdicts', fields: [] }, data: { values: [] } };
    expect(readFrames({ frames: [cpu, extra] }, ['cpu'], 'A')).toHaveLength(1);
  });

  it.each([
    ['a login page', '<!doctype html><html></html>'],
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
  ])('says that %s is no JSON answer', (_what, answer) => {
    expect(codeOf(() => readFrames(answer, ['cpu'], 'A')).code).toBe('answer-not-json');
  });

  it.each<[string, unknown, string]>([
    ['no list of frames', {}, 'no list of frames'],
    ['an array instead of an object', [], 'no list of frames'],
    ['frames that are no list', { frames: 'cpu' }, 'no list of frames'],
    ['a missing frame', { frames: [state] }, 'no frame "cpu"'],
    ['null among the frames', { frames: [null, 3, 'x'] }, 'no frame "cpu"'],
    ['a frame without data', { frames: [{ schema: cpu.schema }] }, 'lacks its fields or its values'],
    ['data that is null', { frames: [{ schema: cpu.schema, data: null }] }, 'lacks its fields or its values'],
    [
      'a frame without fields',
      { frames: [{ schema: { name: 'cpu' }, data: { values: [] } }] },
      'lacks its fields or its values',
    ],
    [
      'fewer columns than fields',
      { frames: [{ schema: cpu.schema, data: { values: [[1]] } }] },
      '2 fields and 1 columns',
    ],
    [
      'columns of unequal length',
      { frames: [{ schema: cpu.schema, data: { values: [[1, 2], [3]] } }] },
      'has 1 values, not 2',
    ],
    [
      'a column that is no list',
      { frames: [{ schema: cpu.schema, data: { values: [[1], 'x'] } }] },
      'no name or no values',
    ],
    [
      'a field that is null',
      { frames: [{ schema: { name: 'cpu', fields: [null] }, data: { values: [[]] } }] },
      'no name or no values',
    ],
  ])('names what is wrong with %s', (_what, answer, says) => {
    const { code, message } = codeOf(() => readFrames(answer, ['cpu'], 'A'));
    expect(code).toBe('answer-malformed');
    expect(message).toContain(says);
  });
});
