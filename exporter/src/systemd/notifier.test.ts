import { describe, expect, it } from '@jest/globals';
import { systemdTargetOf } from './config.ts';
import { SystemdNotifier, type Notification } from './notifier.ts';

const MINUTE = 60_000;
const good = { up: true, host: { name: 'nc1', libvirtVersion: '9.0.0', hypervisorVersion: '7.2.0' }, domains: [] };
const away = { ...good, up: false };

function notifier(watchdogMs: number | null, cycleIntervalMs = 15_000) {
  const sent: Notification[] = [];
  const clock = { ms: 0 };
  const made = new SystemdNotifier({
    target: { watchdogMs },
    cycleIntervalMs,
    send: (notification) => sent.push(notification),
    now: () => clock.ms,
  });
  return { made, sent, clock };
}

describe('what systemd is told', () => {
  it('is that it is ready, how it fares, and that it ends', () => {
    const { made, sent, clock } = notifier(null);
    made.ready();
    clock.ms += 15_000;
    made.cycle(good);
    clock.ms += 15_000;
    made.cycle(good);
    clock.ms += 15_000;
    made.cycle(away);
    made.stopping();
    expect(sent).toEqual([
      { READY: '1', STATUS: 'the first cycle is under way' },
      { STATUS: 'observing 0 domains, libvirt 9.0.0' },
      { STATUS: 'libvirtd is not reached' },
      { STOPPING: '1', STATUS: 'ending' },
    ]);
  });

  it('is a sign of life after a cycle, good or failed, often enough and no oftener', () => {
    const { made, sent, clock } = notifier(2 * MINUTE);
    made.ready();
    for (let cycle = 0; cycle < 40; cycle += 1) {
      clock.ms += 15_000;
      made.cycle(cycle < 20 ? good : away);
    }
    const signs = sent.filter(({ WATCHDOG }) => WATCHDOG === '1');
    // Ten minutes, a quarter of two minutes each, and one more for the new status.
    expect(signs.length).toBeGreaterThanOrEqual(20);
    expect(signs.length).toBeLessThanOrEqual(22);
  });

  it('is nothing while no cycle ends', () => {
    const { made, sent, clock } = notifier(2 * MINUTE);
    made.ready();
    clock.ms += 60 * MINUTE;
    expect(sent).toHaveLength(1);
  });

  it('is to have more patience, where cycles are slower than the unit knows of', () => {
    const { made, sent, clock } = notifier(2 * MINUTE, 10 * MINUTE);
    made.ready();
    expect(sent[0]).toMatchObject({ READY: '1', WATCHDOG_USEC: String(30.5 * MINUTE * 1000) });
    clock.ms += 10 * MINUTE;
    made.cycle(good);
    expect(sent[1]).toMatchObject({ WATCHDOG: '1' });
  });
});

describe('what systemd says', () => {
  const socket = '/run/systemd/notify';
  it.each([
    [{}, null],
    [{ NOTIFY_SOCKET: '' }, null],
    [{ NOTIFY_SOCKET: 'vsock:2:1' }, null],
    [{ NOTIFY_SOCKET: '/' }, null],
    [{ NOTIFY_SOCKET: socket }, { socket, watchdogMs: null }],
    [{ NOTIFY_SOCKET: '@abstract' }, { socket: '@abstract', watchdogMs: null }],
    [
      { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '120000000' },
      { socket, watchdogMs: 120_000 },
    ],
    [
      { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '1000000', WATCHDOG_PID: '7' },
      { socket, watchdogMs: 1000 },
    ],
    [
      { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '1000000', WATCHDOG_PID: '8' },
      { socket, watchdogMs: null },
    ],
    [
      { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '-1' },
      { socket, watchdogMs: null },
    ],
    [
      { NOTIFY_SOCKET: socket, WATCHDOG_USEC: 'nonsense' },
      { socket, watchdogMs: null },
    ],
  ])('%j is %j', (env, target) => {
    expect(systemdTargetOf(env, 7)).toEqual(target);
  });
});
