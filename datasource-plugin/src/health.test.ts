import { describe, expect, it } from '@jest/globals';
import { assess, readStatus } from './health.ts';

const NOW = 1_000_000;
const host = { url: 'http://h:9177/metrics', host: 'h', lastCycle: NOW - 3_000, error: null };
const status = { version: '0.1.0', now: NOW, recording: null, performer: null, hosts: [host], alertmanagers: [] };
const exchange = { askedAt: NOW - 10, answeredAt: NOW + 10 };

describe('assess', () => {
  it('tells version, duration and age of the data', () => {
    expect(assess(status, exchange)).toMatchObject({
      status: 'success',
      message: 'Faultline OMS 0.1.0 answered in 20 ms. Newest data: 3.0 s old, 1 of 1 hosts.',
    });
  });

  it('tells reachability, authentication, version, clock and data apart', () => {
    const { details } = assess({ ...status, now: NOW + 8_000 }, exchange, '0.1.0');
    expect(details.verboseMessage.split('\n').map((line) => line.split(':')[0])).toEqual([
      'ok reachability',
      'ok authentication',
      'ok version',
      'look clock',
      'ok data',
    ]);
  });

  it.each([
    ['0.1.0', '0.1.7', undefined],
    ['0.2.0', '0.1.0', undefined],
    ['0.1.0', '0.2.0', 'update the OMS'],
    ['0.9.0', '1.0.0', 'update the OMS'],
    ['1.0.0', '0.1.0', 'update the plugin'],
    ['dev', '0.1.0', undefined],
    ['0.1.0', '%VERSION%', undefined],
    ['0.1.0', undefined, undefined],
  ])('judges OMS %s with plugin %s', (version, plugin, advice) => {
    const { status: severity, message } = assess({ ...status, version }, exchange, plugin);
    expect(severity).toBe(advice === undefined ? 'success' : 'warning');
    expect(message).toContain(advice ?? `Faultline OMS ${version} answered`);
  });

  it.each([
    ['ahead', 8_000],
    ['behind', -8_000],
  ])('names a clock that is %s by more than 5 s', (word, skewMs) => {
    const { status: severity, message } = assess(
      { ...status, now: NOW + skewMs, hosts: [{ ...host, lastCycle: NOW + skewMs }] },
      exchange,
    );
    expect(severity).toBe('warning');
    expect(message).toContain(`8.0 s ${word}`);
  });

  it('does not blame the clock for a slow answer', () => {
    const slow = { askedAt: NOW, answeredAt: NOW + 20_000 };
    expect(assess({ ...status, now: NOW + 1_000 }, slow).status).toBe('success');
  });

  it('names every host without fresh data, with its error', () => {
    const hosts = [
      host,
      { url: 'http://i:9177/metrics', host: null, lastCycle: null, error: 'connection refused' },
      { ...host, host: 'j', lastCycle: NOW - 90_000 },
    ];
    const { status: severity, message } = assess({ ...status, hosts }, exchange);
    expect(severity).toBe('warning');
    expect(message).toContain('http://i:9177/metrics has sent nothing yet: connection refused.');
    expect(message).toContain('j: last data 90 s ago.');
    expect(message).not.toContain(' h: ');
  });

  it('says that an OMS without exporters has nothing to read', () => {
    expect(assess({ ...status, hosts: [] }, exchange).message).toContain('--scrape.url');
  });

  it('calls a recording a recording, and never stale', () => {
    const recording = { name: 'guest-panic', title: 'A guest panics', from: 0, to: 1 };
    const answer = assess({ ...status, recording, hosts: [{ ...host, lastCycle: 0 }] }, exchange);
    expect(answer.status).toBe('success');
    expect(answer.message).toContain('recorded incident "A guest panics"');
  });
});

describe('readStatus', () => {
  it.each<[string, unknown, string]>([
    ['a web page', '<html>', 'answer-not-json'],
    ['null', null, 'answer-not-json'],
    ["another service's JSON", { status: 'ok' }, 'answer-malformed'],
    ['hosts that are no list', { version: '1', now: 1, hosts: {} }, 'answer-malformed'],
  ])('refuses %s', (_what, answer, code) => {
    expect(() => readStatus(answer)).toThrow(expect.objectContaining({ code }));
  });
});
