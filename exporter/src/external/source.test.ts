import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { readConfig } from '../config.ts';
import type { ExternalItem } from './external.ts';
import { combine, externalSource } from './source.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
const endings: (() => Promise<void> | undefined)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

const item = (values: Partial<ExternalItem>): ExternalItem => ({
  kind: 'iscsi',
  id: 'iqn.x',
  name: 'session1',
  state: 'up',
  detail: 'LOGGED_IN',
  target: '',
  ...values,
});
const good = { ok: true, durationMs: 1 };

describe('the source of what is attached outside the box (B9)', () => {
  it('reads every part, on a fixture tree', async () => {
    const config = readConfig(['--path.sysfs', join(FIXTURES, 'sys'), '--path.procfs', join(FIXTURES, 'proc')], {});
    const source = externalSource(config, { now: () => 5000, log: pino({ level: 'silent' }) });
    endings.push(() => source.close?.());
    const { items, devices, parts, unanswered } = await source.read(new AbortController().signal);
    expect(items.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['multipath', 'iscsi', 'fc-port', 'fc-target', 'nvme-of', 'uplink']),
    );
    expect(devices?.vfio).toEqual(new Set(['0000:41:00.0']));
    expect(unanswered).toBe(0);
    expect(parts.filter(({ ok }) => !ok)).toEqual([]);
    // Shelves have a schedule of their own.
    expect(parts.map(({ part }) => part).filter((part) => part !== 'enclosures')).toEqual([
      'multipath',
      'iscsi',
      'fibre-channel',
      'nvme-fabrics',
      'mounts',
      'uplinks',
      'devices',
    ]);
  });

  it('makes unknown what a part knew before it failed, and nothing else', () => {
    const { items, devices, parts } = combine(['iscsi', 'multipath', 'devices'], {
      readings: {
        iscsi: { value: [item({ members: { active: 1, failed: 0 } })], at: 1000 },
        multipath: { value: [item({ kind: 'multipath', id: '36', name: 'm' })], at: 2000 },
        devices: { value: { pci: new Set(), vfio: new Set(), usb: [], mdev: new Set() }, at: 1000 },
      },
      reports: {
        iscsi: { ok: false, durationMs: 2000 },
        multipath: good,
        devices: { ok: false, durationMs: 2000 },
      },
    });
    expect(items).toEqual([
      item({ state: 'unknown', detail: 'could not be read' }),
      item({ kind: 'multipath', id: '36', name: 'm' }),
    ]);
    expect(devices).toBeNull();
    expect(parts[0]).toEqual({ part: 'iscsi', ok: false, durationMs: 2000, at: 1000 });
  });

  it('takes so many of a kind, each once, with labels that end', () => {
    const value = [
      item({ name: '\u{1F4A5}'.repeat(300) }),
      item({}),
      item({}),
      ...Array.from({ length: 1100 }, (_, index) => item({ name: `session${index + 2}` })),
    ];
    const { items, leftOut } = combine(['iscsi'], {
      readings: { iscsi: { value, at: 1 } },
      reports: { iscsi: good },
    });
    expect(items).toHaveLength(1024);
    expect(leftOut).toBe(value.length - 1024);
    expect(items[0]?.name.length).toBeLessThanOrEqual(256);
    // No half of a character at the cut.
    expect(() => encodeURIComponent(items[0]?.name ?? '')).not.toThrow();
  });
});
