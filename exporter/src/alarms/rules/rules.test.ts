import type { RawState } from '@faultline/contracts';
import type { DomainEvent } from '@faultline/libvirt';
import { describe, expect, it } from '@jest/globals';
import { domainSnapshot } from '../../fixtures/snapshot.ts';
import type { AlarmRule, Observation } from '../rule.ts';
import { cpuSaturated } from './cpu-saturated.ts';
import { domainCrashed } from './domain-crashed.ts';
import { domainIoError } from './domain-io-error.ts';
import { domainWatchdog } from './domain-watchdog.ts';

const vm = { name: 'web', uuid: '11111111-1111-4111-8111-111111111111' };
const domain = { ...vm, id: 1 };

function observationOf(state: RawState | null, event?: Record<string, unknown>): Observation {
  const observation: Observation = { host: 'nc1', at: 1000, vm, state };
  if (event) observation.event = { domain, ...event } as unknown as DomainEvent;
  return observation;
}

const observe = (rule: AlarmRule, ...[state, event]: Parameters<typeof observationOf>) =>
  rule.judge(observationOf(state, event), undefined).finding;
const state = (name: RawState['state'], reason: string): RawState => ({ state: name, reason });
const lifecycle = (event: string, detail: string) => ({ kind: 'lifecycle', event, detail });

describe('domain-crashed', () => {
  it.each([
    ['a panic', state('crashed', 'panicked'), lifecycle('crashed', 'panicked'), true],
    ['a panic with on_crash=restart', state('running', 'crashed'), lifecycle('crashed', 'panicked'), true],
    ['what follows a panic with on_crash=destroy', state('shutoff', 'crashed'), lifecycle('stopped', 'crashed'), false],
    ['QEMU killed', state('shutoff', 'crashed'), lifecycle('stopped', 'failed'), false],
    ['an event whose domain is gone', null, lifecycle('stopped', 'failed'), false],
    ['a crashed state found by a cycle', state('crashed', 'panicked'), undefined, false],
    ['a failed one', state('shutoff', 'failed'), undefined, false],
    ['a process gone while libvirtd was away', state('shutoff', 'daemon'), undefined, false],
  ])('is raised by %s', (_case, raw, event, again) => {
    expect(observe(domainCrashed, raw, event)).toMatchObject({ status: 'present', again });
  });

  it('counts a crash once, however many words libvirt has for it, and the next one again (A45)', () => {
    let memory: unknown;
    const again = (event: Record<string, unknown>): boolean => {
      const judgement = domainCrashed.judge(observationOf(state('crashed', 'panicked'), event), memory);
      memory = judgement.memory;
      return judgement.finding?.status === 'present' && judgement.finding.again;
    };
    // libvirt 9.0 tells of a panic by three events; the state is read again after each.
    const panic = [lifecycle('suspended', 'paused'), lifecycle('crashed', 'panicked'), lifecycle('stopped', 'crashed')];
    expect(panic.map(again)).toEqual([false, false, false]);
    expect(again(lifecycle('crashed', 'panicked'))).toBe(true);
  });

  it('tells reason, event and host on demand (A43)', () => {
    expect(observe(domainCrashed, state('crashed', 'panicked'), lifecycle('crashed', 'panicked'))).toEqual({
      status: 'present',
      cause: 'the guest crashed (panicked)',
      again: true,
      details: { host: 'nc1', reason: 'panicked', event: 'crashed (panicked)', state: 'crashed (panicked)' },
    });
  });

  it.each([
    [state('running', 'booted'), 'absent'],
    [state('running', 'crashed'), 'absent'],
    [state('shutoff', 'destroyed'), 'absent'],
    // What a restarted libvirtd says of every stopped domain: it forgot the crash, we do not.
    [state('shutoff', 'unknown'), undefined],
    [state('paused', 'starting-up'), undefined],
    [null, undefined],
  ])('in state %j is %s', (raw, status) => {
    expect(observe(domainCrashed, raw)?.status).toBe(status);
  });
});

describe('domain-io-error', () => {
  const ioError = (action: string) => ({
    kind: 'io-error',
    device: 'virtio-disk0',
    path: '/x.img',
    action,
    reason: 'enospc',
  });

  it('is raised by the event, which names the disk, and by the state alone', () => {
    expect(observe(domainIoError, state('paused', 'ioerror'), ioError('pause'))).toMatchObject({
      status: 'present',
      again: true,
      details: { device: 'virtio-disk0', path: '/x.img', reason: 'enospc', host: 'nc1' },
    });
    expect(observe(domainIoError, state('paused', 'ioerror'))).toMatchObject({ status: 'present', again: false });
  });

  it('is over in any other known state; an error that was only reported to the guest does not raise it', () => {
    expect(observe(domainIoError, state('running', 'unpaused'))).toEqual({ status: 'absent' });
    expect(observe(domainIoError, state('running', 'booted'), ioError('report'))).toEqual({ status: 'absent' });
    expect(observe(domainIoError, null)).toBeUndefined();
  });
});

describe('domain-watchdog', () => {
  it('is raised by the event and by the state, and is over at the next cycle that finds the domain well', () => {
    expect(observe(domainWatchdog, state('running', 'booted'), { kind: 'watchdog', action: 'reset' })).toMatchObject({
      status: 'present',
      again: true,
      details: { action: 'reset' },
    });
    expect(observe(domainWatchdog, state('paused', 'watchdog'))).toMatchObject({ status: 'present', again: false });
    expect(observe(domainWatchdog, state('running', 'booted'), { kind: 'reboot' })).toBeUndefined();
    expect(observe(domainWatchdog, state('running', 'booted'))).toEqual({ status: 'absent' });
  });
});

describe('cpu-saturated (A46)', () => {
  const rule = cpuSaturated({ percent: 90, holdMs: 30_000 });
  type Step = { at: number; cpuMs?: number; vcpus?: number; id?: number };

  function run(...steps: Step[]) {
    let memory: unknown;
    return steps.map(({ at, cpuMs, vcpus = 2, id = 1 }) => {
      const values = new Map([['cpu.time', BigInt(cpuMs ?? 0) * 1_000_000n]] as [string, bigint | number][]);
      values.set('vcpu.current', vcpus);
      const statistics = cpuMs === undefined ? null : { at, values };
      const snapshot = domainSnapshot({ ...vm, id, statistics });
      const judgement = rule.judge({ host: 'nc1', at, vm, state: snapshot.state, domain: snapshot }, memory);
      memory = judgement.memory;
      return judgement.finding;
    });
  }

  it('is raised after 30 s above 90 % of all vCPUs, with the measured share', () => {
    const findings = run(
      { at: 0, cpuMs: 0 },
      { at: 15_000, cpuMs: 28_500 },
      { at: 30_000, cpuMs: 57_000 },
      { at: 45_000, cpuMs: 60_000 },
    );
    expect(findings.map((finding) => finding?.status)).toEqual([undefined, undefined, 'present', 'absent']);
    expect(findings[2]).toMatchObject({
      cause: 'the domain used 95.0 % of its 2 vCPU for 30 s',
      details: { measured: '95.0 %', limit: '90 %', over: '30 s', vcpus: '2', host: 'nc1' },
    });
  });

  it('begins anew after a dip, a restart of the domain, and a counter that went back', () => {
    const statuses = (...steps: Step[]) => run(...steps).map((finding) => finding?.status);
    const busy = [
      { at: 0, cpuMs: 0 },
      { at: 20_000, cpuMs: 40_000 },
    ];
    expect(statuses(...busy, { at: 25_000, cpuMs: 41_000 }, { at: 40_000, cpuMs: 71_000 })).not.toContain('present');
    expect(statuses(...busy, { at: 40_000, cpuMs: 80_000, id: 2 })).not.toContain('present');
    expect(statuses(...busy, { at: 40_000, cpuMs: 10 })).not.toContain('present');
  });

  it('concludes nothing from statistics that are missing, and nothing from 0 vCPUs', () => {
    expect(run({ at: 0, cpuMs: 0 }, { at: 15_000 }, { at: 31_000, cpuMs: 62_000 })[2]?.status).toBe('present');
    expect(run({ at: 0, cpuMs: 0 }, { at: 40_000, cpuMs: 80_000, vcpus: 0 })).toEqual([undefined, undefined]);
  });

  it('is over when the domain stops', () => {
    expect(run({ at: 0, cpuMs: 0, id: -1 })).toEqual([{ status: 'absent' }]);
  });
});
