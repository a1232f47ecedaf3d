import { describe, expect, it } from '@jest/globals';
import type { TemplateSrv } from '@grafana/runtime';
import { templateVariables } from './templateVariables.ts';

/** Replaces as Grafana does: a list as `{a,b}`, unless the asker brings its own way. */
const values: Record<string, string | string[]> = { host: ['h,1', 'h2'], vm: 'u1', none: '' };
const replace: TemplateSrv['replace'] = (text = '', _scoped, format) =>
  text.replace(/\$\{?(\w+)\}?/g, (reference, name: string) => {
    const value = values[name];
    if (value === undefined) return reference;
    if (typeof format === 'function') return format(value, {}, () => '');
    return Array.isArray(value) ? `{${value.join(',')}}` : value;
  });
const variables = templateVariables({ replace });

describe('template variables', () => {
  it('give one text, or all values of one', () => {
    expect(variables.one('$vm')).toBe('u1');
    expect(variables.one('$host')).toBe('{h,1,h2}');
    expect(variables.all('$host')).toEqual(['h,1', 'h2']);
    expect(variables.all('${host}')).toEqual(['h,1', 'h2']);
    expect(variables.all('x-$vm')).toEqual(['x-u1']);
    expect(variables.all('plain')).toEqual(['plain']);
    expect(variables.all('$unknown')).toEqual(['$unknown']);
    expect(variables.all('$none')).toEqual(['']);
  });

  it('of several values stand by themselves', () => {
    expect(() => variables.all('rack-$host')).toThrow(expect.objectContaining({ code: 'query-incomplete' }));
  });
});
