import { describe, expect, it } from '@jest/globals';
import { FILTER_FIELDS, VARIABLES } from '@faultline/contracts';
import { withIgnored } from '../notices.ts';
import type { ShownFrame } from '../frames.ts';
import type { FaultlineQuery } from '../types.ts';
import { applied, withAdHoc, type AdHocFilter } from './adHoc.ts';
import { allFields, FIELD_LABELS, fieldsOf, VALUES } from './fields.ts';
import { filterBodies } from './saved.ts';
import { offered, sourceOf } from './values.ts';

const adHoc = (key: string, operator: string, value: string, values?: string[]): AdHocFilter => ({
  ...{ key, operator, value },
  ...(values === undefined ? {} : { values }),
});

describe("a dashboard's ad-hoc filters", () => {
  it.each<[AdHocFilter, object]>([
    [adHoc('host', '=', 'hv1'), { field: 'host', operator: '=', values: ['hv1'] }],
    [adHoc('kind', '!=', 'stop'), { field: 'kind', operator: '!=', values: ['stop'] }],
    [adHoc('kind', '=|', 'stop', ['stop', 'start']), { field: 'kind', operator: '=', values: ['stop', 'start'] }],
    [adHoc('vm', '!=|', 'a', ['a', 'b']), { field: 'vm', operator: '!=', values: ['a', 'b'] }],
  ])('narrow lists: %j', (filter, applies) => {
    expect(applied('operations', [filter])).toEqual({ filters: [applies], ignored: [] });
  });

  it.each([adHoc('host', '=', ''), adHoc('', '=', 'x')])(
    'filter nothing while they are being written: %j',
    (filter) => {
      expect(applied('operations', [filter])).toEqual({ filters: [], ignored: [] });
    },
  );

  it.each([
    [adHoc('host', '=~', 'hv.*'), 'compares with ='],
    [adHoc('host', '<', '3'), 'compares with ='],
    [adHoc('toString', '=', 'x'), 'nothing to filter by "toString"'],
    [adHoc('instance', '=', 'x'), 'nothing to filter by "instance"'],
  ])('are refused where the OMS has nothing like them: %j', (filter, says) => {
    expect(() => applied('operations', [filter])).toThrow(
      expect.objectContaining({ code: 'filter-unsupported', message: expect.stringContaining(says) }),
    );
  });

  it('that do not apply to a list are told of, and do not apply', () => {
    const filters = [adHoc('level', '=', 'major'), adHoc('host', '=', 'hv1')];
    expect(applied('operations', filters).ignored).toEqual(['level']);
    const frame: ShownFrame = { schema: { name: 'operationList', refId: 'A', fields: [] }, data: { values: [] } };
    const [marked] = withIgnored([frame], { list: 'operations' }, filters);
    expect(marked?.schema.meta?.notices?.[0]?.text).toContain('do not apply here: level.');
    expect(withIgnored([frame], {}, filters)).toEqual([frame]);
  });

  it("come beside the query's own, and go with it into Explore", () => {
    const own = { field: 'kind' as const, operator: '=' as const, values: ['stop', 'stop'] };
    expect(filterBodies('operations', { refId: 'A', filters: [own] }, [adHoc('host', '=', 'hv1')])).toEqual({
      filters: [
        { field: 'kind', operator: '=', values: ['stop'] },
        { field: 'host', operator: '=', values: ['hv1'] },
      ],
    });
    const query: FaultlineQuery = { refId: 'A', type: 'operations', filters: [own] };
    expect(withAdHoc(query, 'operations', [adHoc('host', '=', 'hv1')])).toMatchObject({
      filters: [own, { field: 'host', operator: '=', values: ['hv1'] }],
    });
    expect(withAdHoc(query, undefined, [adHoc('x', '=~', 'hv1')])).toBe(query);
  });
});

describe('the fields of filters', () => {
  it('are those of the contract, each with a label and with values that the OMS can give', () => {
    for (const list of ['operations', 'alarms', 'vms'] as const) expect(fieldsOf(list)).toEqual(FILTER_FIELDS[list]);
    expect(new Set(allFields).size).toBe(allFields.length);
    for (const field of allFields) {
      expect(FIELD_LABELS[field]).toMatch(/^[A-Z]/);
      const source = VALUES[field];
      if (source !== null && 'variable' in source) expect(VARIABLES).toContain(source.variable);
    }
  });

  it('have values that depend on the other filters', () => {
    const others = [adHoc('host', '=', 'hv1'), adHoc('user', '!=', 'ana'), adHoc('level', '=', 'major')];
    expect(sourceOf('vm', others)).toEqual({ query: { variable: 'vms', host: 'hv1' } });
    expect(sourceOf('host', others)).toEqual({ query: { variable: 'hosts' } });
    expect(sourceOf('level')).toMatchObject({ words: expect.arrayContaining([{ text: 'major', value: 'major' }]) });
    expect(sourceOf('source')).toEqual({ words: [] });
  });

  it('offer VMs by UUID, and their names each once', () => {
    const vms = [
      { text: 'web (hA)', value: 'u1' },
      { text: 'web (hB)', value: 'u2' },
    ];
    expect(offered('vm', vms)).toEqual(vms);
    expect(offered('vmName', vms)).toEqual([{ text: 'web', value: 'web' }]);
  });
});
