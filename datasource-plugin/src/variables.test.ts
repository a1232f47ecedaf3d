import { describe, expect, it } from '@jest/globals';
import { VARIABLES } from '@faultline/contracts';
import { readVariableQuery, readVariableValues, VARIABLE_KINDS, variableText, variableUrl } from './variables.ts';

describe('variables', () => {
  it('offers every kind that the OMS answers', () => {
    expect(VARIABLE_KINDS.map(({ value }) => value).sort()).toEqual([...VARIABLES].sort());
  });

  it.each<[unknown, object]>([
    [undefined, { variable: 'vms' }],
    ['', { variable: 'vms' }],
    ['vms', { variable: 'vms' }],
    ['hosts', { variable: 'hosts' }],
    [{ refId: 'A', variable: 'users' }, { variable: 'users' }],
    [
      { variable: 'vms', host: ' $host ' },
      { variable: 'vms', host: '$host' },
    ],
    [{ variable: 'projects', host: '' }, { variable: 'projects' }],
    [{ host: 'hv1' }, { variable: 'vms', host: 'hv1' }],
  ])('reads %j, as dashboards hold it', (saved, query) => {
    expect(readVariableQuery(saved)).toEqual(query);
  });

  it.each(['verdicts', { variable: 'toString' }, { variable: 7 }])('names %j, which it does not know', (saved) => {
    expect(() => readVariableQuery(saved)).toThrow(expect.objectContaining({ code: 'query-incomplete' }));
  });

  it('asks for the values of one host, whatever it is called', () => {
    const replace = (text: string) => text.replace('$host', 'hv 1&q=/');
    expect(variableUrl({ variable: 'vms', host: '$host' }, replace)).toBe('/api/v1/variables/vms?host=hv+1%26q%3D%2F');
    expect(variableUrl({ variable: 'hosts' }, replace)).toBe('/api/v1/variables/hosts');
  });

  it('reads texts and values', () => {
    const values = [{ text: 'web', value: 'u1' }];
    expect(readVariableValues({ values, truncated: false })).toEqual(values);
  });

  it.each([null, 'text', {}, { values: 'web' }, { values: [{ text: 'web' }] }, { values: [null] }])(
    'refuses the answer %j',
    (answer) => {
      expect(() => readVariableValues(answer)).toThrow(expect.objectContaining({ code: 'answer-malformed' }));
    },
  );

  it('says what a variable holds', () => {
    expect(variableText({ variable: 'vms' })).toBe('All VMs');
    expect(variableText({ variable: 'users' })).toBe('All users');
    expect(variableText({ variable: 'vms', host: '$host' })).toBe('VMs of $host');
  });
});
