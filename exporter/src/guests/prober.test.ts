import { afterEach, describe, expect, it } from '@jest/globals';
import { connect } from '@faultline/libvirt';
import { FakeLibvirtd, type FakeDomainOptions } from '@faultline/libvirt/testing';
import { waitMs } from '@faultline/program';
import { pino } from 'pino';
import { guestXml, linuxGuest } from '../fixtures/guest.ts';
import { GuestProber, type GuestProberOptions } from './prober.ts';
import type { GuestReport } from './report.ts';

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function probing(domains: FakeDomainOptions[], more: Partial<GuestProberOptions> = {}) {
  const daemon = await FakeLibvirtd.start({ domains });
  endings.push(() => daemon.stop());
  const prober = new GuestProber({
    connect,
    uri: daemon.uri,
    intervalMs: 1000,
    timeoutMs: 5000,
    callTimeoutMs: 1000,
    parallel: 8,
    externalAddress: '192.0.2.1',
    configured: [],
    pingWaitMs: 2000,
    osMaxAgeMs: 60_000,
    writeProbe: false,
    suppressLimitMs: 60_000,
    now: Date.now,
    log: pino({ level: 'silent' }),
    ...more,
  });
  endings.push(() => prober.stop());
  prober.start();
  const signal = AbortSignal.timeout(20_000);
  const until = async (isSo: (reports: GuestReport[]) => boolean): Promise<GuestReport[]> => {
    for (;;) {
      const reports = reportsOf(prober);
      if (isSo(reports)) return reports;
      signal.throwIfAborted();
      await waitMs(20, signal);
    }
  };
  return { daemon, prober, until, of: (name: string) => daemon.domainNamed(name).uuid };
}

function reportsOf(prober: GuestProber): GuestReport[] {
  try {
    return prober.reports();
  } catch {
    return [];
  }
}

const vm = (name: string, more: Partial<FakeDomainOptions> = {}): FakeDomainOptions => ({
  name,
  xml: guestXml(),
  agent: linuxGuest().agent,
  ...more,
});
const never = () => new Promise(() => undefined);

describe('the schedule of the guests (D1, D2, D18)', () => {
  it('looks into 20 VMs in every interval while the agent of one hangs', async () => {
    const guests = Array.from({ length: 19 }, (_, index) => vm(`vm${index}`));
    const { until, of } = await probing([...guests, vm('hung', { agent: never })], {
      intervalMs: 2000,
      timeoutMs: 3000,
    });
    const first = await until((reports) => reports.filter(({ verdict }) => verdict === 'ok').length === 19);
    const began = new Map(first.map(({ uuid, at }) => [uuid, at]));
    const second = await until(
      (reports) => reports.filter(({ uuid, at }) => at > (began.get(uuid) ?? Infinity)).length >= 19,
    );
    for (const { uuid, at, verdict } of second.filter((each) => each.uuid !== of('hung'))) {
      expect(verdict).toBe('ok');
      // One interval and no more: at most the time of a round beside it.
      expect(at - (began.get(uuid) ?? 0)).toBeLessThan(3500);
    }
    const reports = await until((each) => each.some(({ uuid }) => uuid === of('hung')));
    expect(reports.find(({ uuid }) => uuid === of('hung'))).toMatchObject({
      agent: 'silent',
      verdict: 'agent-unavailable',
      everAnswered: false,
    });
  }, 20_000);

  it('leaves connections to those that answer, however many hang', async () => {
    const hung = Array.from({ length: 8 }, (_, index) => vm(`hung${index}`, { agent: never }));
    const { until, of } = await probing([...hung, vm('well')], { parallel: 4, timeoutMs: 400 });
    await until((reports) => reports.filter(({ agent }) => agent === 'silent').length >= 4);
    const ages: number[] = [];
    for (let last = 0; ages.length < 3;) {
      const reports = await until((each) => (each.find(({ uuid }) => uuid === of('well'))?.at ?? 0) > last);
      last = reports.find(({ uuid }) => uuid === of('well'))?.at ?? 0;
      ages.push(last);
    }
    for (const [index, at] of ages.slice(1).entries()) expect(at - (ages[index] ?? 0)).toBeLessThan(1800);
  }, 15_000);

  it('asks nothing that would wait behind a QEMU that is stuck', async () => {
    const control = { state: 'occupied', stateTimeMs: 5000 } as const;
    const { daemon, until, of } = await probing(
      [vm('stuck', { agent: never, control }), vm('hung', { agent: never })],
      {
        timeoutMs: 400,
      },
    );
    await until((reports) => reports.filter(({ agent }) => agent === 'silent').length === 2);
    const jobs = daemon.calls.filter(({ procedure }) => procedure === 'domainGetJobStats');
    const asked = new Set(jobs.flatMap((call) => call.domains));
    expect([...asked]).toEqual([of('hung')]);
  });

  it('asks running VMs only, takes new ones in, and forgets those that are gone', async () => {
    const off = linuxGuest();
    const { daemon, until, of } = await probing([vm('on'), vm('off', { state: 'shutoff', agent: off.agent })], {
      intervalMs: 300,
    });
    await until((reports) => reports.length === 1);
    expect(off.asked).toEqual([]);
    daemon.addDomain(vm('new'));
    await until((reports) => reports.length === 2);
    daemon.removeDomain(of('on'));
    const [left] = await until((reports) => reports.length === 1);
    expect(left?.uuid).toBe(of('new'));
  });

  it('says that libvirtd is away, and goes on when it is back', async () => {
    const { daemon, prober, until } = await probing([vm('vm')], { intervalMs: 300 });
    await until((reports) => reports.length === 1);
    await daemon.goDown();
    await until(() => {
      try {
        prober.reports();
        return false;
      } catch {
        return true;
      }
    });
    await daemon.comeUp();
    const restartedAt = Date.now();
    await until(([report]) => (report?.at ?? 0) > restartedAt && report?.verdict === 'ok');
  });
});

describe('silence that is explained', () => {
  it('is suppressed while a VM is paused, with the reason, and counts after the limit', async () => {
    const { daemon, until, of } = await probing([vm('vm')], { intervalMs: 200, suppressLimitMs: 1000 });
    await until(([report]) => report?.verdict === 'ok');
    daemon.setState(of('vm'), { state: 'paused', reason: 'user' });
    const [suppressed] = await until(([report]) => report?.suppressed != null);
    expect(suppressed).toMatchObject({
      suppressed: { reason: 'pause' },
      verdict: 'unknown',
      inARow: { silent: 0 },
      external: { address: '192.0.2.1', result: 'unknown' },
    });
    const [counted] = await until(([report]) => report?.verdict === 'agent-unavailable');
    expect(counted).toMatchObject({ suppressed: null, everAnswered: true });
    daemon.setState(of('vm'), { state: 'running', reason: 'unpaused' });
    const [after] = await until(([report]) => report?.verdict === 'ok');
    expect(after).toMatchObject({ inARow: { silent: 0 } });
  });

  it('is suppressed while the guest’s file systems are frozen', async () => {
    const guest = linuxGuest({ frozen: true });
    const { until } = await probing([vm('vm', { agent: guest.agent })], { intervalMs: 200 });
    const [report] = await until((reports) => reports.length === 1);
    expect(report).toMatchObject({ agent: 'frozen', suppressed: { reason: 'freeze' }, verdict: 'unknown' });
    guest.options.frozen = false;
    await until(([each]) => each?.verdict === 'ok' && each.suppressed === null);
  });

  it('says nothing of a VM that is paused for an error: its own alarm does', async () => {
    const { daemon, until, of } = await probing([vm('vm')], { intervalMs: 200 });
    await until((reports) => reports.length === 1);
    daemon.setState(of('vm'), { state: 'paused', reason: 'ioerror' });
    await until((reports) => reports.length === 0);
  });
});
