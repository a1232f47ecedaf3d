import { describe, expect, it } from '@jest/globals';
import { MetricsSyntaxError, parseMetrics } from './parse.ts';

const plain = (text: string) =>
  parseMetrics(text).map(({ name, labels, value }) => [name, Object.fromEntries(labels), value]);

describe('the Prometheus exposition format', () => {
  it('reads names, labels with every escape, numbers in every form, and timestamps', () => {
    const text = [
      '# HELP a Some help {with="braces"} 1',
      '# TYPE a counter',
      '',
      'a 1',
      'a{} 2 1700000000000',
      '  a { x = "1" , y="q\\"\\\\\\n}" , } -3.5e+2\t',
      'b:c_1{l="ü, =}{#"} NaN',
      'd +Inf',
      'e -Inf',
      'f .5',
      'g 0x1p3 '.replace('0x1p3', '1.'),
      'h{windows="line"} 7\r',
      'last 8',
    ].join('\n');
    expect(plain(text)).toEqual([
      ['a', {}, 1],
      ['a', {}, 2],
      ['a', { x: '1', y: 'q"\\\n}' }, -350],
      ['b:c_1', { l: 'ü, =}{#' }, NaN],
      ['d', {}, Infinity],
      ['e', {}, -Infinity],
      ['f', {}, 0.5],
      ['g', {}, 1],
      ['h', { windows: 'line' }, 7],
      ['last', {}, 8],
    ]);
  });

  it('passes over metrics that are not wanted', () => {
    expect(parseMetrics('a 1\nb 2\nb_more 3', new Set(['b'])).map(({ value }) => value)).toEqual([2]);
  });

  it('keeps labels that are named like members of objects', () => {
    expect(plain('a{__proto__="1",constructor="2"} 1')[0]?.[1]).toEqual(
      Object.fromEntries([
        ['__proto__', '1'],
        ['constructor', '2'],
      ]),
    );
  });

  it.each([
    ['a', 1, 'a number is expected'],
    ['a x', 1, 'a number is expected'],
    ['a 1e', 1, 'a number is expected'],
    ['ok 1\na 0x10', 2, 'a number is expected'],
    ['a 1 2 3', 1, 'nothing but a timestamp'],
    ['a 1 x', 1, 'nothing but a timestamp'],
    ['{x="1"} 1', 1, 'a metric name is expected'],
    ['1a 1', 1, 'a metric name is expected'],
    ['a{x} 1', 1, '= is expected'],
    ['a{x=1} 1', 1, '" is expected'],
    ['a{x="1} 1', 1, 'is not closed'],
    ['a{x="1"', 1, 'a comma or }'],
    ['a{x="1" y="2"} 1', 1, 'a comma or }'],
    ['a{x="\\t"} 1', 1, 'may be escaped'],
    ['a{x="\\', 1, 'may be escaped'],
    ['a{x="1",x="2"} 1', 1, 'given twice'],
    ['a{="1"} 1', 1, 'a label name or }'],
    [`a{${Array.from({ length: 65 }, (_, index) => `l${index}="1"`).join(',')}} 1`, 1, 'more than 64 labels'],
    ['<html>not metrics</html>', 1, 'a metric name is expected'],
    ['\u0000', 1, 'a metric name is expected'],
  ])('refuses %j and names the line', (text, line, why) => {
    const parse = (): unknown => parseMetrics(text);
    expect(parse).toThrow(MetricsSyntaxError);
    expect(parse).toThrow(`line ${line} of the metrics: `);
    expect(parse).toThrow(why);
  });

  it('reads a megabyte in one line, and a hundred thousand lines, in a moment', () => {
    const started = performance.now();
    expect(plain(`a{x="${'\\\\'.repeat(500_000)}"} 1`)).toHaveLength(1);
    expect(() => parseMetrics(`a${' '.repeat(1_000_000)}x`)).toThrow(MetricsSyntaxError);
    expect(parseMetrics('a{x="1"} 1\n'.repeat(100_000))).toHaveLength(100_000);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
