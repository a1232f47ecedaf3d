import { describe, expect, it } from '@jest/globals';
import { KINDS, type HardwareItem, type Kind, type Observation } from './model.ts';
import { HardwareWatch } from './watch.ts';

const MINUTE_MS = 60_000;
const dimm = (serial: string, more: Partial<Observation> = {}): Observation => ({
  kind: 'dimm',
  name: `slot ${serial}`,
  serial,
  ...more,
});

/** A watch with both channels; each cycle is a minute after the one before. */
function bothChannels() {
  const watch = new HardwareWatch({ forgetAfterMs: 10 * MINUTE_MS, maxItems: 4 });
  watch.expect('host', 'in-band', MINUTE_MS);
  watch.expect('redfish', 'out-of-band', 2 * MINUTE_MS);
  let at = 0;
  const deliver = (source: 'host' | 'redfish', observations: Observation[], blindTo: Kind[] = []): void => {
    watch.deliver({
      source,
      channel: source === 'host' ? 'in-band' : 'out-of-band',
      at,
      observations,
      blindTo: new Set(blindTo),
    });
  };
  const cycle = (inBand: Observation[] | null, outOfBand: Observation[] | null, blindTo: Kind[] = []) => {
    at += MINUTE_MS;
    if (inBand === null) watch.failed('host');
    else deliver('host', inBand);
    if (outOfBand === null) watch.failed('redfish');
    else deliver('redfish', outOfBand, blindTo);
    return watch.cycle(at);
  };
  const channels = (items: readonly HardwareItem[]) =>
    Object.fromEntries(items.map((item) => [item.id, item.channels]));
  return {
    watch,
    cycle,
    channelsOf: (...args: Parameters<typeof cycle>) => channels(cycle(...args).items),
    at: () => at,
  };
}

describe('B15: which channel delivered a part in this cycle', () => {
  it.each<[string, Observation[], Observation[], HardwareItem['channels']]>([
    ['in-band yes, BMC yes', [dimm('S1')], [dimm('S1')], { 'in-band': true, 'out-of-band': true }],
    ['in-band yes, BMC no', [dimm('S1')], [], { 'in-band': true, 'out-of-band': false }],
    ['in-band no, BMC yes', [], [dimm('S1')], { 'in-band': false, 'out-of-band': true }],
    ['in-band no, BMC no', [], [], { 'in-band': false, 'out-of-band': false }],
  ])('%s', (_row, inBand, outOfBand, expected) => {
    const { channelsOf } = bothChannels();
    channelsOf([dimm('S1')], [dimm('S1')]);
    expect(channelsOf(inBand, outOfBand)).toEqual({ S1: expected });
  });

  it('knows nothing of a channel that does not answer, or could not read these parts: that is no absence', () => {
    const { channelsOf } = bothChannels();
    channelsOf([dimm('S1')], [dimm('S1')]);
    expect(channelsOf([dimm('S1')], null)).toEqual({ S1: { 'in-band': true } });
    expect(channelsOf(null, [dimm('S1')])).toEqual({ S1: { 'out-of-band': true } });
    expect(channelsOf(null, null)).toEqual({ S1: {} });
    expect(channelsOf([dimm('S1')], [], [...KINDS])).toEqual({ S1: { 'in-band': true } });
  });

  it('misses a disk that sysfs lists no more, while its SMART values of some minutes ago are still shown', () => {
    const watch = new HardwareWatch({ forgetAfterMs: 60 * MINUTE_MS });
    watch.expect('host', 'in-band', MINUTE_MS);
    watch.expect('smart', 'in-band', 30 * MINUTE_MS);
    const disk = (name: string, serial: string): Observation => ({ kind: 'disk', name, serial });
    const inBand = { channel: 'in-band' as const };
    const behindController = disk('bus/0 megaraid,1', 'S2');
    const observations = [disk('sda', 'S1'), behindController];
    watch.deliver({ ...inBand, source: 'smart', at: 1, observations, blindTo: new Set(KINDS) });
    const inCycle = (at: number, found: Observation[]) => {
      watch.deliver({ ...inBand, source: 'host', at, observations: found, blindTo: new Set() });
      return watch.cycle(at).items.map(({ serial, channels }) => [serial, channels['in-band']]);
    };
    expect(inCycle(2, [disk('sda', 'S1')])).toEqual([
      ['S1', true],
      ['S2', true],
    ]);
    // Disks behind a controller are none of sysfs': of them SMART alone speaks.
    expect(inCycle(3, [])).toEqual([
      ['S1', false],
      ['S2', true],
    ]);
    watch.failed('host');
    expect(watch.cycle(4).items[0]?.channels).toEqual({ 'in-band': true });
  });

  it('misses nothing in a channel that has never had it', () => {
    const { channelsOf } = bothChannels();
    expect(channelsOf([dimm('S1')], [])).toEqual({ S1: { 'in-band': true } });
    expect(channelsOf([dimm('S1')], [])).toEqual({ S1: { 'in-band': true } });
  });

  it('keeps an item’s id when the channel that gave it goes', () => {
    const { channelsOf } = bothChannels();
    const cpu = (name: string, more: Partial<Observation>): Observation => ({
      kind: 'cpu',
      name,
      location: 'CPU1',
      ...more,
    });
    channelsOf([cpu('CPU1', {})], [cpu('P/1', { serial: 'X1' })]);
    expect(channelsOf([], [cpu('P/1', { serial: 'X1' })])).toEqual({
      CPU1: { 'in-band': false, 'out-of-band': true },
    });
  });

  it('forgets after a while what nobody delivers', () => {
    const { channelsOf } = bothChannels();
    channelsOf([dimm('S1')], []);
    for (let cycles = 0; cycles < 10; cycles += 1) expect(Object.keys(channelsOf([], []))).toEqual(['S1']);
    expect(channelsOf([], [])).toEqual({});
  });

  it('takes a swapped part for another, and misses the old one', () => {
    const { channelsOf } = bothChannels();
    const inSlot = (serial: string): Observation => dimm(serial, { name: 'A1' });
    channelsOf([inSlot('S1')], []);
    expect(channelsOf([inSlot('S2')], [])).toEqual({ S1: { 'in-band': false }, S2: { 'in-band': true } });
  });

  it('B16: counts that a part is found elsewhere, and does not call it another', () => {
    const { cycle } = bothChannels();
    cycle([dimm('S1', { location: 'A1' })], []);
    expect(cycle([dimm('S1', { location: 'B1' })], []).items).toMatchObject([{ id: 'S1', moves: 1, location: 'B1' }]);
  });

  it('has room for so many parts, says how many it left out, and gives no two one id', () => {
    const { cycle } = bothChannels();
    const same = Array.from({ length: 6 }, (_, index) => dimm('S1', { name: `slot ${index}` }));
    const { items, left } = cycle(same, []);
    expect(left).toBe(2);
    expect(new Set(items.map(({ id }) => id)).size).toBe(4);
    expect(cycle(same, []).items.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
  });
});

describe('B14: the health of a part', () => {
  it('is the worst that a channel says, and unknown where nobody says anything', () => {
    const { cycle } = bothChannels();
    const healths = (inBand: Observation[] | null, outOfBand: Observation[] | null) =>
      cycle(inBand, outOfBand).items.map(({ health }) => health);
    expect(healths([dimm('S1')], [dimm('S1', { status: 'ok' })])).toEqual(['ok']);
    expect(healths([dimm('S1')], [dimm('S1', { status: 'critical' })])).toEqual(['critical']);
    expect(healths([dimm('S1')], [dimm('S1')])).toEqual(['unknown']);
    expect(healths([], [])).toEqual(['unknown']);
    const errors = dimm('S1', { readings: [{ name: 'uncorrectedErrors', value: 1 }] });
    expect(cycle([errors], [dimm('S1', { status: 'ok' })]).items).toMatchObject([
      {
        health: 'critical',
        problems: [{ severity: 'critical', problem: 'uncorrected-memory-errors', channel: 'in-band' }],
      },
    ]);
  });

  it('heeds how a counter rises, not what it has been since the boot', () => {
    const { cycle } = bothChannels();
    const corrected = (value: number) => [dimm('S1', { readings: [{ name: 'correctedErrors', value }] })];
    const health = (value: number) => cycle(corrected(value), []).items[0]?.health;
    expect(health(5000)).toBe('ok');
    expect(health(5009)).toBe('ok');
    expect(health(5010)).toBe('warning');
    for (let minutes = 0; minutes < 59; minutes += 1) health(5010);
    expect(health(5010)).toBe('ok');
    // A reset is no fall below zero.
    expect(health(3)).toBe('ok');
  });

  it('compares a reading with the limits of its own sensor, and believes the sensor too', () => {
    const { cycle } = bothChannels();
    const fan = (value: number, more = {}): Observation => ({
      kind: 'fan',
      name: 'Fan 1',
      readings: [{ name: 'fanSpeed', value, sensor: 'Fan 1', limits: { lowWarning: 700, lowCritical: 500 }, ...more }],
    });
    const problems = (observation: Observation) =>
      cycle([observation], []).items[0]?.problems.map(({ severity, problem }) => `${severity} ${problem}`);
    expect(problems(fan(5400))).toEqual([]);
    expect(problems(fan(600))).toEqual(['warning fan-speed-below-limit']);
    expect(problems(fan(0))).toEqual(['critical fan-speed-below-limit']);
    expect(problems(fan(5400, { state: 'critical' }))).toEqual(['critical fan-speed-alarm']);
  });
});
