import { GuestProbeReport } from '@faultline/contracts';
import { describe, expect, it } from '@jest/globals';
import { Value } from 'typebox/value';
import type { GuestReport } from '../guests/report.ts';
import type { DomainSnapshot } from '../snapshot.ts';
import { GuestReports } from './guest-reports.ts';

const UUID = '11111111-1111-4111-8111-111111111111';
const HOUR = 3_600_000;

const reportAt = (at: number, more: Partial<GuestReport> = {}): GuestReport => ({
  uuid: UUID,
  at,
  durationMs: 1200,
  agent: 'answering',
  agentText: '',
  execEnabled: true,
  os: 'linux',
  external: { address: '192.0.2.1', result: 'ok', exitCode: 0, text: 'time=1.2 ms' },
  nics: [],
  fileSystems: [
    { mountPoint: '/', source: '/dev/vda', type: 'ext4', readOnly: false, evidence: null, errors: 0 },
    { mountPoint: '/data', source: '/dev/vdb', type: 'ext4', readOnly: true, evidence: 'kernel', errors: 2 },
  ],
  verdict: 'ok',
  suppressed: null,
  everAnswered: true,
  answeredAt: at,
  inARow: { silent: 0, external: 0, gateway: 0 },
  ...more,
});

const cycleOf = (report: GuestReport | null, id = 1) => ({
  domains: [{ uuid: UUID, name: 'web', id } as DomainSnapshot],
  readings: report === null ? {} : { guests: { value: [report], at: report.at } },
});

describe('what the OMS hears of the guests (D17)', () => {
  it('is the whole record, as the contract has it', () => {
    const [record] = new GuestReports().news(cycleOf(reportAt(1000)));
    expect(record).toMatchObject({
      type: 'guest-probe',
      vm: { uuid: UUID, name: 'web' },
      verdict: 'ok',
      readOnly: ['/data'],
    });
    expect(Value.Check(GuestProbeReport, record)).toBe(true);
  });

  it('is told when it is new, not when only the measured times are, and again after an hour', () => {
    const reports = new GuestReports();
    const told = (report: GuestReport | null, id?: number): number => reports.news(cycleOf(report, id)).length;
    expect(told(reportAt(1000))).toBe(1);
    expect(told(reportAt(1000))).toBe(0);
    expect(told(reportAt(2000, { durationMs: 7, external: { ...reportAt(0).external, text: 'time=9 ms' } }))).toBe(0);
    expect(told(reportAt(3000, { verdict: 'external-abnormal' }))).toBe(1);
    expect(told(reportAt(4000, { verdict: 'external-abnormal', fileSystems: [] }))).toBe(1);
    expect(told(reportAt(5000, { verdict: 'unknown', suppressed: { reason: 'pause', since: 1 } }))).toBe(1);
    const last = reportAt(5000 + HOUR, { verdict: 'unknown', suppressed: { reason: 'pause', since: 1 } });
    expect(told(last)).toBe(1);
    expect(told(null)).toBe(0);
    expect(told(reportAt(6000 + HOUR), -1)).toBe(0);
  });
});
