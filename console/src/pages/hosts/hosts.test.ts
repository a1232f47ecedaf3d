import { describe, expect, it } from '@jest/globals';
import type { Host as ControlledHost, HostFinding, HostState } from '@faultline/contracts';
import { hardwareText } from './hardware.ts';
import { hostsHeard } from './heard.ts';
import { piecesOf, stripText } from './strip.ts';

const host = (name: string, isolated = false): ControlledHost => ({
  ...{ name, controlled: true, vms: 1 },
  isolation: isolated ? { by: 'ana', why: 'x', since: 0 } : null,
});
const exporter = (name: string | null, error: string | null = null) => ({
  ...{ url: `http://${name}:9177/metrics`, host: name, lastCycle: 1, error },
});

describe('the hosts', () => {
  it('are those that are not heard, then the isolated, then the others, by name with numbers in order', () => {
    const { hosts, unnamed } = hostsHeard(
      [host('h10'), host('h2'), host('h3', true), host('h9'), host('h1')],
      [exporter('h9', 'no answer'), exporter('h2'), exporter(null, 'refused')],
    );
    expect(hosts.map(({ name }) => name)).toEqual(['h9', 'h3', 'h1', 'h2', 'h10']);
    expect(hosts.map(({ heard }) => heard?.error)).toEqual(['no answer', undefined, undefined, null, undefined]);
    expect(unnamed.map(({ error }) => error)).toEqual(['refused']);
  });
});

describe('the strip of cycles', () => {
  const range = { from: 1_000, to: 2_000 };
  const stretch = (from: number, to: number, reached = true, state: HostState = 'normal') => ({
    ...{ from, to, reached, state },
    ...{ reasons: '', open: false },
  });

  it('places stretches in the range, what was lost above the rest and never too thin to be seen', () => {
    expect(piecesOf([stretch(0, 1_500), stretch(1_500, 1_500, false), stretch(1_501, 9_000)], range)).toEqual([
      { left: 0, width: 0.5, kind: 'reached' },
      { left: 0.501, width: 0.499, kind: 'reached' },
      { left: 0.5, width: 0.004, kind: 'lost' },
    ]);
    const sick = [stretch(1_000, 1_200, true, 'abnormal'), stretch(1_100, 1_200, false), stretch(1_200, 2_000)];
    expect(piecesOf(sick, range).map(({ kind }) => kind)).toEqual(['reached', 'lost', 'abnormal']);
    expect(piecesOf([stretch(2_000, 2_000, false)], range)).toEqual([{ left: 0.996, width: 0.004, kind: 'lost' }]);
  });

  it('leaves out what lies outside, and takes an empty range', () => {
    expect(piecesOf([stretch(0, 999), stretch(2_001, 3_000)], range)).toEqual([]);
    expect(piecesOf([stretch(5, 5)], { from: 5, to: 5 })).toHaveLength(1);
  });

  it('is told in words', () => {
    expect(stripText([], range)).toBe('silent');
    expect(stripText([stretch(0, 1_500)], range)).toBe('heard 50 % of the time, libvirtd always answered');
    expect(stripText([stretch(1_000, 2_000), stretch(1_500, 1_500, false)], range)).toBe(
      'heard 100 % of the time, libvirtd did not answer once',
    );
    expect(stripText([stretch(1_000, 2_000, true, 'abnormal')], range)).toBe(
      'heard 100 % of the time, libvirtd always answered, its hardware was abnormal',
    );
  });
});

describe('the hardware of a host', () => {
  it('is told in a line: what decided, what was only found, and that nothing is known', () => {
    const finding = (kind: string, decides: boolean): HostFinding => ({
      ...{ part: 'box', kind, id: '1', finding: 'too-hot', severity: decides ? 'critical' : 'warning', decides },
    });
    expect(hardwareText(null)).toBeUndefined();
    expect(hardwareText({ state: 'unknown', findings: [] })).toBe('nothing is known of it');
    expect(hardwareText({ state: 'normal', findings: [] })).toBe('normal');
    expect(hardwareText({ state: 'abnormal', findings: [finding('cpu', true), finding('fan', false)] })).toBe(
      'abnormal: cpu 1 too-hot; also fan 1 too-hot',
    );
  });
});
