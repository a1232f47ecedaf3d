import { describe, expect, it } from '@jest/globals';
import { takesGzip, takesText } from './accept.ts';

describe('what a client takes', () => {
  it.each<[string | undefined, boolean]>([
    [undefined, true],
    ['', true],
    ['application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1', true],
    ['Text/Plain', true],
    ['text/*', true],
    ['*/*;q=0', false],
    ['*/*; q=0.0, application/json', false],
    ['application/json', false],
    ['text/plain;q=nonsense', false],
    [';;;,,,', false],
    ['text/plain;charset=utf-8;q=1', true],
  ])('Accept: %j is text: %j', (header, takes) => {
    expect(takesText(header)).toBe(takes);
  });

  it.each<[string | undefined, boolean]>([
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['GZIP, deflate', true],
    ['deflate, gzip;q=0.5, br', true],
    ['gzip;q=0', false],
    ['*', false],
    ['identity', false],
    ['x-gzip', false],
  ])('Accept-Encoding: %j is gzip: %j', (header, takes) => {
    expect(takesGzip(header)).toBe(takes);
  });
});
