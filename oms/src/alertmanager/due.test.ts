import { describe, expect, it } from '@jest/globals';
import { dueAlerts, identityOf, noteSent, postable, type SentAlerts } from './due.ts';
import type { ToldAlert } from './told/index.ts';

const told = (level: string, more: Partial<ToldAlert> = {}): ToldAlert => ({
  labels: { alertname: 'Disk', severity: level },
  annotations: { cause: 'worn out' },
  ...{ startsAt: 1000, endedAt: null },
  ...more,
});
const AGAIN_MS = 30_000;

/** Tells what there is at these times to one that takes it all. @returns what was sent each time */
function tell(...times: [now: number, told: ToldAlert[]][]) {
  const sent: SentAlerts = new Map();
  const rounds = times.map(([now, all]) => {
    const due = dueAlerts(all, sent, { now, againMs: AGAIN_MS });
    noteSent(sent, due, all, now);
    return due.map(({ labels, endedAt }) => [labels['severity'], endedAt]);
  });
  return { rounds, left: sent.size };
}

describe('what an Alertmanager is to be sent', () => {
  it('is what it does not know, and again in time', () => {
    const all = [told('critical')];
    expect(tell([0, all], [5000, all], [29_999, all], [30_000, all], [31_000, all]).rounds).toEqual([
      ...[[['critical', null]], [], [], [['critical', null]], []],
    ]);
  });

  it('is at once what changed, and what is over', () => {
    const changed = told('critical', { annotations: { cause: 'broken' } });
    const over = { ...changed, endedAt: 2000 };
    const { rounds, left } = tell([0, [told('critical')]], [1, [changed]], [2, [over]], [3, [over]], [60_000, []]);
    expect(rounds).toEqual([[['critical', null]], [['critical', null]], [['critical', 2000]], [], []]);
    expect(left).toBe(0);
  });

  it('is the end of what is told under other labels now, as an alarm that got worse', () => {
    const { rounds, left } = tell([5000, [told('warning')]], [6000, [told('critical')]], [7000, [told('critical')]]);
    expect(rounds).toEqual([
      [['warning', null]],
      [
        ['critical', null],
        ['warning', 6000],
      ],
      [],
    ]);
    expect(left).toBe(1);
  });

  it('is all of it again where it took nothing', () => {
    const sent: SentAlerts = new Map();
    const all = [told('critical'), told('warning')];
    expect(dueAlerts(all, sent, { now: 0, againMs: AGAIN_MS })).toHaveLength(2);
    expect(dueAlerts(all, sent, { now: 1, againMs: AGAIN_MS })).toHaveLength(2);
  });

  it('is one alert of each condition: the one that is so, else the latest', () => {
    const before = told('critical', { endedAt: 2000 });
    const again = told('critical', { startsAt: 3000 });
    expect(tell([5000, [again, before]]).rounds).toEqual([[['critical', null]]]);
    const ended = { ...again, endedAt: 4000 };
    expect(tell([5000, [before, ended]]).rounds).toEqual([[['critical', 4000]]]);
  });

  it('knows an alert by its labels, whatever their order', () => {
    const turned = told('', { labels: { severity: 'critical', alertname: 'Disk' } });
    expect(identityOf(turned)).toBe(identityOf(told('critical')));
  });
});

describe('an alert as it is posted', () => {
  it('says whose it is, and ends by itself unless it is told again', () => {
    expect(postable(told('critical'), { now: 10_000, leaseMs: 240_000 })).toEqual({
      labels: { alertname: 'Disk', severity: 'critical', source: 'faultline' },
      annotations: { cause: 'worn out' },
      startsAt: '1970-01-01T00:00:01.000Z',
      endsAt: '1970-01-01T00:04:10.000Z',
    });
  });
  it('never begins after it ends, wherever the clock of its host is', () => {
    const ahead = postable(told('critical', { startsAt: 99_000 }), { now: 10_000, leaseMs: 5000 });
    expect([ahead.startsAt, ahead.endsAt]).toEqual(['1970-01-01T00:00:15.000Z', '1970-01-01T00:00:15.000Z']);
  });
  it('ends when it was over', () => {
    const over = told('critical', { endedAt: 2000, generatorURL: 'http://oms/' });
    expect(postable(over, { now: 10_000, leaseMs: 1 })).toMatchObject({
      ...{ endsAt: '1970-01-01T00:00:02.000Z', generatorURL: 'http://oms/' },
    });
  });
});
