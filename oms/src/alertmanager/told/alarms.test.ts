import { describe, expect, it } from '@jest/globals';
import type { AlarmLevel, AlarmOperator, AlarmRecord } from '@faultline/contracts';
import { testConfig } from '../../testing/context.ts';
import { alertOf } from './alarms.ts';

const UUID = '11111111-1111-4111-8111-111111111111';
const URL = ['--alertmanager.url', 'http://127.0.0.1:9093'];
const NOBODY: AlarmOperator = { state: 'none', by: null, at: null, note: null, until: null };
const alarm = (more: Partial<AlarmRecord> = {}): AlarmRecord => ({
  ...{ id: 'a1', key: `domain-crashed/${UUID}`, name: 'VM crashed', category: 'processing', level: 'critical' },
  ...{ cause: 'the guest crashed', details: { reason: 'panicked', device: 'pvpanic' }, host: 'hA', source: 'nc:hA' },
  ...{ vm: { uuid: UUID, name: 'web' }, raised: 1_000_000, changed: 1_000_000, occurrences: 2, operator: NOBODY },
  ...more,
});
const told = (more: Partial<AlarmRecord> = {}, args: string[] = []) =>
  alertOf(alarm(more), { config: testConfig(...URL, ...args) });

describe('an alarm as it is told to Alertmanager', () => {
  it('has in its labels what stays, and in its annotations what may change', () => {
    expect(told({}, ['--web.external-url', 'http://oms.example.org:3000/'])).toEqual({
      labels: {
        ...{ alertname: 'VM crashed', severity: 'critical', perceived_severity: 'critical', category: 'processing' },
        ...{ host: 'hA', uuid: UUID, domain: 'web', alarm_key: `domain-crashed/${UUID}` },
      },
      annotations: {
        ...{ summary: 'VM crashed on web (hA)', cause: 'the guest crashed', alarm_id: 'a1' },
        description: 'reason: panicked\ndevice: pvpanic',
      },
      generatorURL: `http://oms.example.org:3000/?vm=${UUID}&from=1970-01-01T00%3A14%3A40.000Z&to=now`,
      ...{ startsAt: 1_000_000, endedAt: null },
    });
  });

  it('keeps its labels when it happens again, its cause changes or somebody looks after it', () => {
    const acknowledged: AlarmOperator = { ...NOBODY, state: 'acknowledged', by: 'ana', at: 2, note: 'on it' };
    const after = told({ occurrences: 9, cause: 'again', details: {}, changed: 2_000_000, operator: acknowledged });
    expect(after.labels).toEqual(told().labels);
    expect([after.annotations['operator'], after.endedAt]).toEqual(['acknowledged by ana: on it', null]);
  });

  it.each<[AlarmLevel, string]>([
    ['critical', 'critical'],
    ['major', 'critical'],
    ['minor', 'warning'],
    ['warning', 'warning'],
    ['indeterminate', 'info'],
  ])('of level %s has the severity %s', (level, severity) => {
    expect(told({ level }).labels).toMatchObject({ severity, perceived_severity: level });
  });

  it('of level major is a warning where the operator says so', () => {
    expect(told({ level: 'major' }, ['--alertmanager.major-severity', 'warning']).labels['severity']).toBe('warning');
  });

  it('of a host names no VM, and leads to its card', () => {
    const { vm, ...ofHost } = alarm();
    const { labels, annotations, generatorURL } = alertOf(ofHost, {
      config: testConfig(...URL, '--web.external-url', 'http://oms'),
    });
    expect(vm).toBeDefined();
    expect([Object.keys(labels).includes('uuid'), annotations['summary'], generatorURL]).toEqual([
      ...[false, 'VM crashed on hA', 'http://oms/alarms?alarm=a1'],
    ]);
    expect(told().generatorURL).toBeUndefined();
  });

  it.each<[string, Partial<AlarmRecord>, number | null]>([
    ['is so', {}, null],
    ['was cleared', { cleared: 3_000_000 }, 3_000_000],
    ['was put on the shelf', { operator: { ...NOBODY, state: 'shelved', at: 2_000_000, until: 9e12 } }, 2_000_000],
    ['was closed by hand', { operator: { ...NOBODY, state: 'closed', at: 2_000_000 } }, 2_000_000],
    ['was closed and then cleared', { cleared: 3e6, operator: { ...NOBODY, state: 'closed', at: 2e6 } }, 2_000_000],
    [
      'lay on the shelf when it was raised anew',
      { operator: { ...NOBODY, state: 'shelved', at: 5, until: 9e12 } },
      1e6,
    ],
    ['is acknowledged', { operator: { ...NOBODY, state: 'acknowledged', at: 2_000_000 } }, null],
  ])('that %s ends at the right time', (_what, more, endedAt) => {
    expect(told(more).endedAt).toBe(endedAt);
  });
});
