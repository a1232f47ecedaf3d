import { describe, expect, it } from '@jest/globals';
import { FaultlineError, fromFailedFetch } from './errors.ts';

const url = '/api/datasources/proxy/uid/x/api/v1/query';

describe('fromFailedFetch', () => {
  it("keeps the OMS's own code, detail and status (404 vm-unknown)", () => {
    const error = fromFailedFetch({ status: 404, data: { code: 'vm-unknown', detail: 'no VM 1234 is known' } }, url);
    expect([error.code, error.message, error.status]).toEqual(['vm-unknown', 'no VM 1234 is known', 404]);
  });

  it('names the field that the OMS found wrong', () => {
    const error = fromFailedFetch(
      { status: 400, data: { code: 'invalid', detail: 'must be a number', field: '/from' } },
      url,
    );
    expect(error.message).toBe('must be a number (field /from)');
  });

  it.each<[string, unknown, string]>([
    ['a refused connection', { status: 0, statusText: 'Failed to fetch' }, 'oms-unreachable'],
    ['a plain TypeError', new TypeError('Failed to fetch'), 'oms-unreachable'],
    ['a bare string', 'boom', 'oms-unreachable'],
    ['null', null, 'oms-unreachable'],
    ['a cancelled request', { status: -1, cancelled: true }, 'oms-unreachable'],
    ['500 with a stack page', { status: 500, statusText: 'Internal Server Error', data: '<h1>oops</h1>' }, 'oms-error'],
    ['502 of a proxy', { status: 502, data: { message: 'Bad gateway' } }, 'oms-unreachable'],
    ['504 of a proxy', { status: 504, data: '' }, 'oms-unreachable'],
    ['what Grafana itself refuses', { status: 403, data: { message: 'Access denied' } }, 'forbidden'],
    ['a 502 that the OMS explains', { status: 502, data: { code: 'internal', detail: 'x' } }, 'internal'],
    ['503 with null', { status: 503, data: null }, 'oms-error'],
    ['401 without a body', { status: 401 }, 'unauthorized'],
    [
      "what Grafana's proxy makes of 401",
      { status: 400, data: 'Authentication to data source failed' },
      'unauthorized',
    ],
    ['200 that could not be parsed', { status: 200, data: '<html>' }, 'answer-not-json'],
  ])('tells %s apart', (_what, reason, code) => {
    expect(fromFailedFetch(reason, url).code).toBe(code);
  });

  it.each(['unauthorized', 'forbidden'])('says what to do about %s', (code) => {
    const { message } = fromFailedFetch({ status: 401, data: { code, detail: 'no token' } }, url);
    expect(message).toMatch(/^no token\. .*data source's settings/);
  });

  it('passes its own errors on unchanged', () => {
    const error = new FaultlineError({ code: 'answer-malformed', message: 'm' });
    expect(fromFailedFetch(error, url)).toBe(error);
  });

  it('tells the address in words a person can act on', () => {
    expect(fromFailedFetch({ status: 0 }, url).message).toContain(url);
  });
});
