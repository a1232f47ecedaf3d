import { mkdir, mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { readConfig } from '../config.ts';
import { SystemdBus } from './bus.ts';
import { BusError } from './errors.ts';
import type { ServiceReading } from './service.ts';
import { servicesSource } from './source.ts';
import { FakeSystemd, hasDbusDaemon, idleUnit, PrivateBus, runningUnit } from './testing.ts';

const endings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const never = (): AbortSignal => new AbortController().signal;

async function systemdOnABus() {
  const bus = await PrivateBus.create();
  endings.push(() => bus.remove());
  const systemd = await FakeSystemd.start(bus.address);
  endings.push(() => {
    systemd.stop();
  });
  return { bus, systemd };
}

function sourceOn(address: string, ...args: string[]) {
  const config = readConfig(['--services.manager=systemd', '--services.bus-address', address, ...args], {});
  const source = servicesSource(config, pino({ level: 'silent' }));
  endings.push(() => source.close?.());
  const read = () => source.read(never());
  const service = async (name: string): Promise<ServiceReading | undefined> =>
    (await read()).services.find((each) => each.name === name);
  return { read, service };
}

async function codeOf(asking: Promise<unknown>): Promise<string> {
  try {
    await asking;
  } catch (error) {
    if (error instanceof BusError) return error.code;
    throw error;
  }
  return 'no error';
}

async function openSockets(): Promise<number> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return links.filter((link) => link.startsWith('socket:')).length;
}

/** On CI it has to be there. */
function describeWithBus(): typeof describe.skip {
  if (hasDbusDaemon()) return describe;
  if (process.env['CI'] === 'true') throw new Error('dbus-daemon is missing (Debian package dbus)');
  process.stderr.write('not tested with D-Bus: dbus-daemon is not installed (Debian package dbus)\n');
  return describe.skip;
}

describeWithBus()('services of systemd, over a real bus (B10, B19)', () => {
  it('says what runs, since when and how often it was restarted, and leaves out what is not installed', async () => {
    const { bus, systemd } = await systemdOnABus();
    systemd.units.set('libvirtd.service', runningUnit(812, 3));
    systemd.units.set('virtlogd.service', { ...runningUnit(790), active: 'reloading', sub: 'reload' });
    const { read } = sourceOn(bus.address);
    expect(await read()).toEqual({
      manager: 'systemd',
      error: null,
      services: [
        expect.objectContaining({
          name: 'libvirtd',
          role: 'hypervisor',
          state: 'active',
          ok: true,
          active: 'active',
          sub: 'running',
          result: 'success',
          pid: 812,
          startedAt: Date.UTC(2026, 0, 1),
          restarts: 3,
        }),
        expect.objectContaining({ name: 'virtlogd', state: 'active', ok: true }),
      ],
    });
  });

  it.each([
    ['failed', idleUnit({ active: 'failed', sub: 'failed', result: 'exit-code' }), 'failed', false],
    ['waits to be restarted', idleUnit({ active: 'activating', sub: 'auto-restart' }), 'failed', false],
    ['is starting', idleUnit({ active: 'activating', sub: 'start' }), 'unknown', null],
    ['is stopping', idleUnit({ active: 'deactivating', sub: 'stop-sigterm' }), 'unknown', null],
    ['was stopped, and is enabled', idleUnit({}), 'inactive', false],
    ['is installed, and not enabled', idleUnit({ fileState: 'disabled' }), 'inactive', null],
    ['is enabled, and not meant for this host', idleUnit({ isMeant: false }), 'inactive', null],
    ['is masked', { ...idleUnit({ fileState: 'masked' }), load: 'masked' }, 'inactive', null],
    ['sleeps behind a socket that listens', idleUnit({ triggeredBy: ['virtqemud.socket'] }), 'inactive', true],
    ['sleeps behind a socket that is closed', idleUnit({ triggeredBy: ['closed.socket'] }), 'inactive', false],
  ])('knows a service that %s', async (_case, unit, state, ok) => {
    const { bus, systemd } = await systemdOnABus();
    systemd.units.set('virtqemud.service', unit);
    systemd.units.set('virtqemud.socket', { ...idleUnit({}), active: 'active', sub: 'listening' });
    const { service } = sourceOn(bus.address);
    expect(await service('virtqemud')).toMatchObject({ state, ok });
  });

  it('holds a service that an operator named to be wanted, installed or not', async () => {
    const { bus, systemd } = await systemdOnABus();
    systemd.units.set('my-agent.service', idleUnit({ fileState: 'disabled' }));
    const { read } = sourceOn(bus.address, '--services.name=my-agent', '--services.name=gone', '--services.name=gone');
    expect((await read()).services).toMatchObject([
      { name: 'my-agent', role: 'other', state: 'inactive', ok: false },
      { name: 'gone', role: 'other', state: 'inactive', ok: false },
    ]);
  });

  it('says nothing of restarts where systemd is too old to count them', async () => {
    const { bus, systemd } = await systemdOnABus();
    const { NRestarts, ...service } = runningUnit(1).service;
    expect(NRestarts).toBeDefined();
    systemd.units.set('libvirtd.service', { ...runningUnit(1), service });
    expect(await sourceOn(bus.address).service('libvirtd')).toMatchObject({ state: 'active', restarts: null });
  });

  it('makes what it knew unknown while nobody answers, never failed, and knows it again afterwards', async () => {
    const { bus, systemd } = await systemdOnABus();
    systemd.units.set('libvirtd.service', runningUnit(812));
    const { read } = sourceOn(bus.address);
    await read();
    systemd.isSilent = true;
    const silent = await read();
    expect(silent).toMatchObject({ manager: 'systemd', services: [{ name: 'libvirtd', state: 'unknown', ok: null }] });
    expect(silent.error).not.toBeNull();
    systemd.isSilent = false;
    expect(await read()).toMatchObject({ error: null, services: [{ state: 'active' }] });
  });

  it('outlives a bus that hangs without piling up connections, and one that is started again', async () => {
    const { bus, systemd } = await systemdOnABus();
    systemd.units.set('libvirtd.service', runningUnit(812));
    const { read } = sourceOn(bus.address);
    await read();
    /** After a failure it is patient for a moment only, which a busy machine may not keep. */
    const untilKnown = async () => {
      for (;;) {
        const { services } = await read();
        if (services[0]?.state !== 'unknown') return services;
      }
    };
    const before = await openSockets();
    bus.freeze();
    for (let cycle = 0; cycle < 4; cycle += 1) expect((await read()).services).toMatchObject([{ state: 'unknown' }]);
    expect(await openSockets()).toBeLessThanOrEqual(before);
    bus.thaw();
    await untilKnown();
    await bus.stop();
    expect((await read()).services).toMatchObject([{ state: 'unknown' }]);
    await bus.start();
    const again = await FakeSystemd.start(bus.address);
    endings.push(() => {
      again.stop();
    });
    again.units.set('libvirtd.service', runningUnit(4711));
    expect(await untilKnown()).toMatchObject([{ state: 'active', pid: 4711 }]);
  }, 30_000);

  it('fails by name', async () => {
    const { bus, systemd } = await systemdOnABus();
    const asking = (address: string, names = ['a.service', 'b.service']) => {
      const client = new SystemdBus(address);
      endings.push(() => {
        client.close();
      });
      return codeOf(client.listUnits(names, AbortSignal.timeout(500)));
    };
    expect(await asking(bus.address)).toBe('no error');
    expect(await asking('unix:path=/nonexistent/bus')).toBe('bus-unreachable');
    systemd.isShort = true;
    expect(await asking(bus.address)).toBe('bus-unintelligible');
    systemd.isSilent = true;
    expect(await asking(bus.address)).toBe('bus-timeout');
    systemd.stop();
    // The daemon says so as soon as it has seen that the name is free.
    let code = '';
    do code = await asking(bus.address);
    while (code === 'bus-timeout');
    expect(code).toBe('bus-refused');
  });
});

describe('which manager is asked', () => {
  it('is systemd where it runs, and else the list of processes', async () => {
    const rootfs = await mkdtemp(join(tmpdir(), 'faultline-root-'));
    endings.push(() => rm(rootfs, { recursive: true }));
    const source = servicesSource(readConfig(['--path.rootfs', rootfs], {}), pino({ level: 'silent' }));
    endings.push(() => source.close?.());
    expect((await source.read(never())).manager).toBe('process');
    await mkdir(join(rootfs, 'run/systemd/system'), { recursive: true });
    // It runs here and its bus does not.
    expect(await source.read(never())).toMatchObject({ manager: 'systemd', error: expect.any(String) });
  });
});
