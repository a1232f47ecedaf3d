import { describe, expect, it } from '@jest/globals';
import { boxRulesWith } from './box-rules.ts';
import type { HardwareFact } from './facts.ts';
import { judgeHost, reasonsOf } from './judge.ts';

const part = (kind: string, more: Partial<HardwareFact> = {}): HardwareFact => ({
  kind,
  id: 'x1',
  health: 'ok',
  ...more,
});
const sick = (kind: string, problem: string, severity: 'warning' | 'critical' = 'critical'): HardwareFact =>
  part(kind, { health: severity, problems: [{ problem, severity }] });

describe('the state of a host in one cycle (B2, B14)', () => {
  it.each<[string, HardwareFact[] | undefined, string]>([
    ['nothing is told of the box', undefined, 'unknown'],
    ['no part says whether it is well', [part('board', { health: 'unknown' })], 'unknown'],
    ['a part is well, and of another nothing is known', [part('cpu'), part('board', { health: 'unknown' })], 'normal'],
    ['a sensor is over its critical limit', [sick('cpu', 'temperature-above-limit')], 'abnormal'],
    ['a sensor is over its warning limit', [sick('cpu', 'temperature-above-limit', 'warning')], 'normal'],
    ['a voltage is out of its limits', [sick('board', 'voltage-below-limit')], 'abnormal'],
    ['a fan stands still', [sick('fan', 'fan-speed-below-limit')], 'abnormal'],
    ['a power supply has no mains', [sick('psu', 'no-mains')], 'abnormal'],
    ['memory has errors that ECC cannot correct', [sick('dimm', 'uncorrected-memory-errors')], 'abnormal'],
    ['memory has errors that ECC corrects', [sick('dimm', 'many-corrected-memory-errors', 'warning')], 'normal'],
    ['a disk says that it fails', [sick('disk', 'smart-failed')], 'abnormal'],
    ['an array lacks a disk', [sick('raid', 'raid-degraded')], 'abnormal'],
    ['a bond has no link', [sick('bond', 'bond-without-link')], 'abnormal'],
    ['only the BMC itself is not well', [part('cpu'), sick('bmc', 'says-so-itself')], 'normal'],
  ])('is, where %s', (_what, hardware, state) => {
    expect(judgeHost({ ...(hardware && { hardware }) }).state).toBe(state);
  });

  it.each<[boolean | undefined, boolean | undefined, string, string[]]>([
    [true, true, 'normal', []],
    [true, false, 'normal', ['lost-out-of-band']],
    [false, true, 'abnormal', ['lost-in-band']],
    [false, false, 'abnormal', ['lost']],
    [false, undefined, 'abnormal', ['lost-in-band']],
    [true, undefined, 'normal', []],
    [undefined, false, 'normal', ['lost-out-of-band']],
    [undefined, undefined, 'normal', []],
  ])('follows the channels of a part (B15): in-band %s, out-of-band %s', (inBand, outOfBand, state, found) => {
    const hardware = [
      part('cpu', { id: 'c0' }),
      part('dimm', { ...(inBand !== undefined && { inBand }), ...(outOfBand !== undefined && { outOfBand }) }),
    ];
    const judged = judgeHost({ hardware });
    expect([judged.state, judged.findings.map(({ finding }) => finding)]).toEqual([state, found]);
  });

  it('is not decided by what is outside of the box, nor by services: they are told of (B9, B10)', () => {
    const judged = judgeHost({
      hardware: [part('cpu')],
      external: [
        { kind: 'multipath', id: 'w1', name: 'mpatha', state: 'down', shared: true },
        { kind: 'mount', id: 's:/e', name: '/e', state: 'unknown' },
      ],
      services: [{ service: 'libvirtd.service', role: 'hypervisor', ok: false }, { service: 'cron.service' }],
    });
    expect([judged.state, reasonsOf(judged)]).toEqual(['normal', '']);
    expect(judged.findings.map(({ part, id, finding, shared }) => [part, id, finding, shared])).toEqual([
      ['external', 'w1', 'down', true],
      ['service', 'libvirtd.service', 'not-active', undefined],
    ]);
  });

  it('cites what decided, first and in one line', () => {
    const judged = judgeHost({
      hardware: [
        sick('fan', 'fan-speed-below-limit', 'warning'),
        part('cpu', { problems: [{ problem: 'temperature-above-limit', severity: 'critical', sensor: 'Core 0' }] }),
      ],
    });
    expect(reasonsOf(judged)).toBe('cpu x1 temperature-above-limit (Core 0)');
    expect(judged.findings.map(({ decides }) => decides)).toEqual([true, false]);
  });

  it('keeps a bounded number of findings, those that decide before all others', () => {
    const warnings = Array.from({ length: 200 }, (_, i) => ({ ...sick('nic', 'slow', 'warning'), id: `n${i}` }));
    const { state, findings } = judgeHost({ hardware: [...warnings, sick('psu', 'no-mains')] });
    expect([state, findings.length, findings[0]?.kind]).toEqual(['abnormal', 50, 'psu']);
  });

  it('follows what an operator says of an item', () => {
    const hot = { hardware: [sick('cpu', 'temperature-above-limit', 'warning')] };
    expect(judgeHost(hot, boxRulesWith({ temperature: 'warning' })).state).toBe('abnormal');
    const unplugged = { hardware: [part('cpu'), sick('nic', 'no-link'), part('nic', { id: 'n2', inBand: false })] };
    expect(judgeHost(unplugged, boxRulesWith({ nic: 'never' })).state).toBe('normal');
  });
});
