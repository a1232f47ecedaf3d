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
    [
      { variable: 'alarm-names', host: '$host', vm: '$vm', user: '' },
      { variable: 'alarm-names', host: '$host', vm: '$vm' },
    ],
    // What does not narrow this kind is dropped, as when a person chooses another kind.
    [{ variable: 'hosts', host: 'hv1' }, { variable: 'hosts' }],
  ])('reads %j, as dashboards hold it', (saved, query) => {
    expect(readVariableQuery(saved)).toEqual(query);
  });

  it.each(['verdicts', { variable: 'toString' }, { variable: 7 }])('names %j, which it does not know', (saved) => {
    expect(() => readVariableQuery(saved)).toThrow(expect.objectContaining({ code: 'query-incomplete' }));
  });

  it('asks for the values of what narrows them, whatever it is called', () => {
    const expand = (text: string) => (text === '$host' ? ['hv 1&q=/', 'hv2'] : [text]);
    expect(variableUrl({ variable: 'vms', host: '$host', user: 'ana' }, expand)).toBe(
      '/api/v1/variables/vms?host=hv+1%26q%3D%2F&host=hv2&user=ana',
    );
    expect(variableUrl({ variable: 'hosts' }, expand)).toBe('/api/v1/variables/hosts');
    // "All" narrows nothing, and neither does a variable without values.
    expect(variableUrl({ variable: 'vms', host: '*' }, expand)).toBe('/api/v1/variables/vms');
    expect(variableUrl({ variable: 'vms', host: '' }, expand)).toBe('/api/v1/variables/vms');
  });

  it('says what to change where the other variable has no value, or too many', () => {
    expect(() => variableUrl({ variable: 'vms', host: '$host' }, (text) => [text])).toThrow('has no value');
    const many = Array.from({ length: 101 }, (_, n) => `hv${n}`);
    expect(() => variableUrl({ variable: 'vms', host: '$host' }, () => many)).toThrow('the custom value *');
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
    expect(variableText({ variable: 'alarm-names', host: '$host', vm: '$vm' })).toBe('Alarm names of $host, $vm');
  });
});
