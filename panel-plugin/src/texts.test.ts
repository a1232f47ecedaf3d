import { describe, expect, it } from '@jest/globals';
import { en } from './texts/en.ts';
import { zh } from './texts/zh.ts';

/** Every text by its path; functions are called with values that fit the most of them. */
function said(texts: object, path = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]: [string, unknown]): [string, string][] =>
    typeof value === 'string'
      ? [[`${path}${key}`, value]]
      : typeof value === 'object' && value !== null
        ? said(value, `${path}${key}.`)
        : [],
  );
}

describe('the texts', () => {
  it('say the same things in both languages, and leave nothing empty', () => {
    expect(said(zh).map(([path]) => path)).toEqual(said(en).map(([path]) => path));
    expect(said(zh).filter(([, text]) => text === '')).toEqual([]);
  });

  it('call the four drawn states as the requirements do (A22)', () => {
    expect(['running', 'dormant', 'stopped', 'abnormal'].map((state) => zh.state(state))).toEqual([
      '运行',
      '休眠',
      '停止',
      '异常',
    ]);
    expect(zh.level('critical')).toBe('紧急');
  });
});
