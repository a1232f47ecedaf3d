import { describe, expect, it } from '@jest/globals';
import { texts } from '../texts.ts';
import { Problems, type InputProblem } from './problem.ts';

describe('problems of queries', () => {
  it('of two hundred series with one defect are one', () => {
    const problems = new Problems();
    for (let i = 0; i < 200; i++) {
      problems.add({ kind: 'unmapped', query: 'A', of: [`m${i}`] });
      problems.add({ kind: 'bad-rows', query: 'A', count: 2 });
      problems.add({ kind: 'no-vm', query: 'B', labels: ['job'] });
    }
    problems.add({ kind: 'no-vm', query: 'C', labels: [] });
    expect(problems.list()).toEqual([
      { kind: 'unmapped', query: 'A', of: ['m0', 'm1', 'm2', 'm3', 'm4'] },
      { kind: 'bad-rows', query: 'A', count: 400 },
      { kind: 'no-vm', query: 'B', labels: ['job'] },
      { kind: 'no-vm', query: 'C', labels: [] },
    ]);
  });

  it('are kept apart by the field and the use they are about', () => {
    const problems = new Problems();
    problems.add({ kind: 'no-field', query: 'A', as: 'cpu', fields: [] });
    problems.add({ kind: 'no-field', query: 'A', as: 'state', fields: [] });
    problems.add({ kind: 'no-field', query: 'A', as: 'state', fields: [] });
    expect(problems.list()).toHaveLength(2);
  });

  it.each<[InputProblem, string]>([
    [{ kind: 'no-time', query: 'B', fields: ['n'] }, 'Query B has no time field, only n.'],
    [
      { kind: 'no-vm', query: 'C', labels: ['job'] },
      'Query C: the series have no label that names a VM (uuid, domain), only job, so they are left out while there are several VMs.',
    ],
    [
      { kind: 'one-moment', query: 'A' },
      'Query A is an instant query and tells one moment only: choose the type “Range”.',
    ],
    [
      { kind: 'no-field', query: 'A', as: 'cpu', fields: ['time', 'note'] },
      'Query A has no field that can be shown as CPU: it has time, note.',
    ],
    [
      { kind: 'unknown-states', query: 'A', words: ['<b>'] },
      'Query A: “<b>” names no state the panel knows: say in the option “Mapping” what to draw.',
    ],
    [
      { kind: 'unused-row', query: 'Z', field: 'f', as: 'alarms', queries: ['A'] },
      'The option “Mapping” takes the field “f” of query Z as alarms, but the data (query A) has none of it.',
    ],
  ])('name the query and what it lacks: %j', (problem, words) => {
    expect(texts.inputProblem(problem)).toBe(words);
  });
});
