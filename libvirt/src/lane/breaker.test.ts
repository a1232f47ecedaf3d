import type { DomainControlInfo } from '../domain.ts';
import { describe, expect, it } from '@jest/globals';
import { Breaker } from './breaker.ts';

const ref = { name: 'web', uuid: '11111111-1111-4111-8111-111111111111', id: 3 };
const control = (state: DomainControlInfo['state'], stateTimeMs = 0): DomainControlInfo => ({
  state,
  details: 'none',
  stateTimeMs,
});

describe('breaker', () => {
  it.each([
    [control('ok'), true],
    [control('job', 90_000), true],
    [control('occupied', 200), true],
    [control('occupied', 1500), false],
    [control('error'), false],
    [null, true],
  ])('lets a domain be asked by its control interface: %j -> %s', (info, may) => {
    expect(new Breaker().mayAsk(ref, info)).toBe(may);
  });

  it('asks a domain that did not answer again only when its control interface was freed', () => {
    const breaker = new Breaker();
    breaker.missed(ref, control('occupied', 2000), 0);
    expect(breaker.stuck).toBe(1);
    for (const info of [control('occupied', 4000), control('job'), null]) {
      breaker.observe([{ ref, control: info }], 5000);
      expect(breaker.mayAsk(ref, info)).toBe(false);
    }
    breaker.observe([{ ref, control: control('ok') }], 10_000);
    expect(breaker.mayAsk(ref, control('ok'))).toBe(true);
    expect(breaker.stuck).toBe(0);
  });

  it('does not believe an interface that looked free all along: it waits longer after each miss', () => {
    const breaker = new Breaker();
    const askedAt = (now: number) => {
      breaker.observe([{ ref, control: control('ok') }], now);
      return breaker.mayAsk(ref, control('ok'));
    };
    breaker.missed(ref, control('ok'), 0);
    expect(askedAt(59_999)).toBe(false);
    expect(askedAt(60_000)).toBe(true);
    breaker.missed(ref, control('ok'), 60_000);
    expect(askedAt(179_999)).toBe(false);
    expect(askedAt(180_000)).toBe(true);
    breaker.answered(ref);
    breaker.missed(ref, control('ok'), 200_000);
    expect(askedAt(260_000)).toBe(true);
  });

  it('starts anew with another instance of the domain, and forgets domains that are gone', () => {
    const breaker = new Breaker();
    breaker.missed(ref, control('occupied', 2000), 0);
    breaker.observe([{ ref: { ...ref, id: 4 }, control: control('ok') }], 1);
    expect(breaker.mayAsk({ ...ref, id: 4 }, control('ok'))).toBe(true);
    breaker.missed(ref, control('occupied', 2000), 2);
    breaker.observe([], 3);
    expect(breaker.stuck).toBe(0);
  });
});
