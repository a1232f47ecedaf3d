import { describe, expect, it } from '@jest/globals';
import { Alarm, type WebhookAlert } from '@faultline/contracts';
import { Value } from 'typebox/value';
import { alarmOfAlert, subjectOf } from './alarm.ts';
import { DEFAULT_LEVELS, levelOf } from './severity.ts';

const UUID = '11111111-1111-4111-8111-111111111111';
const BEGAN = Date.parse('2023-11-14T22:00:00Z');
const NOW = BEGAN + 600_000;

const alert = (more: Partial<WebhookAlert> = {}): WebhookAlert => ({
  status: 'firing',
  labels: { alertname: 'DiskFailing', severity: 'critical', instance: 'hA:9177' },
  annotations: { summary: 'a disk fails' },
  startsAt: '2023-11-14T22:00:00.000Z',
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: 'f00ba4',
  ...more,
});
function alarmOf(more: Partial<WebhookAlert> = {}, received = NOW): Alarm {
  const alarm = alarmOfAlert(alert(more), { vm: null, received, levels: DEFAULT_LEVELS });
  expect([alarm, [...Value.Errors(Alarm, alarm)]]).toEqual([alarm, []]);
  return alarm;
}

describe('the level of an alert (A42)', () => {
  it.each([
    ['critical', 'critical'],
    ['error', 'major'],
    ['major', 'major'],
    ['Warning', 'minor'],
    [' info ', 'warning'],
    ['none', 'indeterminate'],
    ['', 'indeterminate'],
    [undefined, 'indeterminate'],
    ['P1', 'indeterminate'],
    ['constructor', 'indeterminate'],
    ['__proto__', 'indeterminate'],
  ])('of severity %j is %s', (severity, level) => {
    expect(levelOf(severity, DEFAULT_LEVELS)).toBe(level);
  });
  it('is what the operator says, where that is said', () => {
    expect(levelOf('P1', { ...DEFAULT_LEVELS, p1: 'critical' })).toBe('critical');
    expect(levelOf('warning', { ...DEFAULT_LEVELS, warning: 'warning' })).toBe('warning');
  });
});

describe('the alarm of an alert', () => {
  it('is named, placed and told as the alert says', () => {
    expect(alarmOf()).toEqual({
      ...{ id: `alertmanager:f00ba4:${BEGAN}`, key: 'alertmanager:f00ba4', name: 'DiskFailing' },
      ...{ category: 'processing', level: 'critical', cause: 'a disk fails', host: 'hA', source: 'alertmanager' },
      ...{ raised: BEGAN, changed: BEGAN, occurrences: 1 },
      details: {
        summary: 'a disk fails',
        'label alertname': 'DiskFailing',
        'label severity': 'critical',
        'label instance': 'hA:9177',
      },
      alert: { fingerprint: 'f00ba4', silenced: false, inhibited: false, silencedBy: [], inhibitedBy: [] },
    });
  });

  it('takes category and cause from where they are said, and never fails for want of either', () => {
    expect(alarmOf({ labels: { category: 'Equipment' }, annotations: { cause: 'worn out' } })).toMatchObject({
      ...{ name: 'alert', category: 'equipment', cause: 'worn out', host: 'unknown', level: 'indeterminate' },
    });
    expect(alarmOf({ labels: { category: 'constructor' }, annotations: {} })).toMatchObject({
      ...{ name: 'alert', category: 'processing', cause: 'alert' },
    });
    expect(alarmOf({ annotations: { description: 'long' } }).cause).toBe('long');
  });

  it('is over when the alert is resolved', () => {
    expect(alarmOf({ status: 'resolved', endsAt: '2023-11-14T22:05:00Z' })).toMatchObject({
      ...{ raised: BEGAN, changed: BEGAN + 300_000, cleared: BEGAN + 300_000 },
    });
  });

  it.each<[string, Partial<WebhookAlert>, Partial<Alarm>]>([
    ['begins in the future', { startsAt: '2030-01-01T00:00:00Z' }, { raised: NOW, changed: NOW }],
    ['began before there was time', { startsAt: '0001-01-01T00:00:00Z' }, { raised: 0, changed: 0 }],
    ['has no such day', { startsAt: '2023-02-99T00:00:00Z' }, { raised: NOW }],
    ['ends before it began', { status: 'resolved', endsAt: '2023-11-14T21:00:00Z' }, { raised: BEGAN, cleared: BEGAN }],
    ['ends in the future', { status: 'resolved', endsAt: '2030-01-01T00:00:00Z' }, { raised: BEGAN, cleared: NOW }],
    ['ends at no time', { status: 'resolved' }, { raised: BEGAN, cleared: BEGAN }],
  ])('is told with times that can be true where the alert %s', (_what, more, times) => {
    expect(alarmOf(more)).toMatchObject(times);
  });

  it('fits into a record, whatever the alert is full of', () => {
    const hostile = '\u0000<script>\u202e\ud800💥'.repeat(2000);
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`l${index}`, hostile]));
    const labels = { ...many, alertname: hostile, instance: hostile, severity: hostile, category: hostile };
    const alarm = alarmOf({ labels, annotations: { ...many, [`é"'`.repeat(40)]: 'x', '': 'y', summary: hostile } });
    expect(Object.keys(alarm.details)).toHaveLength(50);
  });
});

describe('the VM that an alert is about', () => {
  const subject = (labels: WebhookAlert['labels']) => subjectOf(alert({ labels }));
  it.each([
    [{ uuid: UUID, domain: 'web', instance: 'hA:9177' }, { uuid: UUID }],
    [{ uuid: UUID.toUpperCase() }, { uuid: UUID }],
    [
      { domain: 'web', instance: 'hA:9177' },
      { name: 'web', host: 'hA' },
    ],
    [
      { domain: 'web', instance: '[::1]:9177' },
      { name: 'web', host: '::1' },
    ],
    [
      { domain: 'web', host: 'hB', instance: 'hA:9177' },
      { name: 'web', host: 'hB' },
    ],
    [
      { uuid: 'x', domain: 'web' },
      { name: 'web', host: null },
    ],
    [{ uuid: 'x' }, null],
    [{ instance: 'hA:9177' }, null],
    [{ domain: '' }, null],
  ])('of %j is %j', (labels, expected) => {
    expect(subject(labels)).toEqual(expected);
  });
});
