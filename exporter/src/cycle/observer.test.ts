import { afterEach, describe, expect, it } from '@jest/globals';
import { connect, ConnectError } from '@faultline/libvirt';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import { pino, type Logger } from 'pino';
import { createHealth } from '../health.ts';
import type { HostSnapshot } from '../snapshot.ts';
import type { CycleReadings } from '../sources/runner.ts';
import { Observer, type ObserverOptions } from './observer.ts';

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** Sources that take their time, and count how many ask at once. */
function slowSources(ms: number) {
  const asked = { times: 0, atOnce: 0, most: 0 };
  const read = async (): Promise<CycleReadings> => {
    asked.times += 1;
    asked.most = Math.max(asked.most, (asked.atOnce += 1));
    await new Promise((resolve) => setTimeout(resolve, ms));
    asked.atOnce -= 1;
    return { readings: {}, reports: {} };
  };
  return { asked, read };
}

function observerOf(
  options: Pick<ObserverOptions, 'connect' | 'uri' | 'readSources'> &
    Partial<Pick<ObserverOptions, 'statsGroups' | 'log'>>,
) {
  const snapshots: HostSnapshot[] = [];
  const observer = new Observer({
    intervalMs: 1000,
    callTimeoutMs: 1000,
    statsTimeoutMs: 1000,
    statsMaxStuckCalls: 4,
    statsGroups: [],
    asksForJobs: false,
    now: Date.now,
    random: () => 0,
    log: pino({ level: 'silent' }),
    health: createHealth('0'),
    onSnapshot: (snapshot) => snapshots.push(snapshot),
    onRevision: () => undefined,
    onEvent: () => undefined,
    onGap: () => undefined,
    ...options,
  });
  endings.push(() => observer.stop());
  observer.start();
  return { observer, snapshots };
}

describe('sources that take longer than a cycle of theirs', () => {
  it('are not asked a second time by the attempts to reach a libvirtd that is away', async () => {
    const { asked, read } = slowSources(700);
    let attempts = 0;
    const { observer, snapshots } = observerOf({
      uri: 'qemu:///system',
      connect: () => {
        attempts += 1;
        return Promise.reject(new ConnectError('nobody listens'));
      },
      readSources: read,
    });
    await observer.nextCycle();
    // Due 0, 125 and 375 ms after the start.
    expect(attempts).toBeGreaterThan(1);
    expect(snapshots.map(({ up, cycle }) => [up, cycle.number])).toEqual([[false, 1]]);
    await observer.nextCycle();
    expect(asked.most).toBe(1);
  });

  it('are read on when libvirtd breaks off in the middle of a cycle', async () => {
    const daemon = await FakeLibvirtd.start({ domains: [{ name: 'web' }] });
    endings.push(() => daemon.stop());
    const { asked, read } = slowSources(300);
    const { observer } = observerOf({ uri: daemon.uri, connect, readSources: read });
    daemon.hold({ procedure: 'connectGetAllDomainStats' });
    while (asked.times === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await daemon.goDown();
    expect(await observer.nextCycle()).toMatchObject({ up: false });
    expect(asked).toMatchObject({ times: 1, most: 1 });
  });
});

it('blames no domain for what its own stop breaks off', async () => {
  const daemon = await FakeLibvirtd.start({ domains: [{ name: 'web' }] });
  endings.push(() => daemon.stop());
  const lines: string[] = [];
  const log: Logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const { observer } = observerOf({
    uri: daemon.uri,
    connect,
    readSources: slowSources(0).read,
    statsGroups: ['cpu'],
    log,
  });
  await observer.nextCycle();
  daemon.hang(daemon.domainNamed('web').uuid);
  const before = daemon.calls.length;
  const isAsked = () =>
    daemon.calls
      .slice(before)
      .some(({ procedure, domains }) => procedure === 'connectGetAllDomainStats' && domains.length > 0);
  while (!isAsked()) await new Promise((resolve) => setTimeout(resolve, 5));
  await observer.stop();
  expect(lines).toEqual([]);
});
