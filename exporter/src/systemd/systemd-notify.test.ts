import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { readConfig } from '../config.ts';
import { startExporter } from '../exporter.ts';
import { bindNotifySocket, type NotifySocket } from './testing.ts';
import { SystemdNotify } from './systemd-notify.ts';

const missing = ['systemd-notify', 'python3'].filter((name) => spawnSync(name, ['--version']).status !== 0);
if (missing.length > 0) {
  if (process.env['CI'] === 'true')
    throw new Error(`missing: ${missing.join(', ')} (Debian packages systemd, python3)`);
  process.stderr.write(
    `not tested against a notify socket: ${missing.join(', ')} missing (Debian packages systemd, python3)\n`,
  );
}
const describeHere = missing.length > 0 ? describe.skip : describe;

describeHere('notifications through systemd-notify (skipped: it or python3 is not installed)', () => {
  let folder: string;
  let socket: NotifySocket;
  const path = (): string => join(folder, 'notify');
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-notify-'));
    socket = await bindNotifySocket(path());
  });
  afterAll(async () => {
    await socket.close();
    rmSync(folder, { recursive: true });
  });

  it('arrive one after the other, those that came meanwhile as one with the newest words', async () => {
    const notify = new SystemdNotify({ socket: path() }, pino({ level: 'silent' }));
    notify.send({ READY: '1', STATUS: 'first' });
    notify.send({ STATUS: 'second', WATCHDOG: '1' });
    notify.send({ STATUS: 'third; $(touch x) "é"' });
    await notify.sent();
    expect(await socket.next()).toEqual(['READY=1', 'STATUS=first']);
    expect(await socket.next()).toEqual(['STATUS=third; $(touch x) "é"', 'WATCHDOG=1']);
  });

  it('come from an exporter as it starts, collects and ends', async () => {
    const daemon = await FakeLibvirtd.start({ domains: [{ name: 'web' }] });
    const config = readConfig(
      ['--libvirt.uri', daemon.uri, '--web.listen-address=127.0.0.1:0', '--libvirt.call-timeout=1m'],
      {},
    );
    const exporter = await startExporter(
      { ...config, cycleIntervalMs: 50, logLevel: 'silent' },
      { systemd: { socket: path(), watchdogMs: 200 } },
    );
    try {
      const ready = await socket.next();
      expect(ready.slice(0, 2)).toEqual(['READY=1', 'STATUS=the first cycle is under way']);
      // Three cycles and half a minute: the sign of life is due after a quarter of it, or with news after five seconds.
      expect(ready[2]).toBe('WATCHDOG_USEC=30150000');
      expect(await socket.next()).toEqual(['STATUS=observing 1 domains, libvirt 9.0.0', 'WATCHDOG=1']);
    } finally {
      await exporter.stop();
      await daemon.stop();
    }
    expect(await socket.next()).toEqual(['STOPPING=1', 'STATUS=ending']);
  }, 20_000);

  it('that nobody takes are logged once, and stop nothing', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });
    const notify = new SystemdNotify({ socket: join(folder, 'nobody') }, log);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      notify.send({ WATCHDOG: '1' });
      await notify.sent();
    }
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['systemd cannot be notified']);
  });
});
