import { describe, expect, it } from '@jest/globals';
import {
  bootTime,
  diskMounts,
  judgeFileSystem,
  writableInFstab,
  type Ext4Facts,
  type FileSystemMemory,
} from './file-systems.ts';

const BOOT = 1_700_000_000;
const line = (
  options: { id?: number; dev?: string; at?: string; mount?: string; type?: string; super?: string } = {},
) => {
  const { id = 26, dev = '254:0', at = '/data', mount = 'rw', type = 'ext4' } = options;
  return `${id} 1 ${dev} / ${at} ${mount},relatime shared:5 - ${type} /dev/vda ${options.super ?? 'rw'}`;
};
const sound: Ext4Facts = { errors: 0, lastErrorAt: 0, options: ['rw', 'errors=remount-ro'] };

/** The judgements of one file system, look after look. */
function judge(looks: { mount: string; ext4?: Ext4Facts | null }[], fstab = '', bootedAt: number | null = BOOT) {
  const memory: FileSystemMemory = new Map();
  return looks.map(({ mount, ext4 = sound }) => {
    const [found] = diskMounts(mount);
    if (found === undefined) return undefined;
    const { readOnly, evidence, errors } = judgeFileSystem(found, ext4, {
      fstab: writableInFstab(fstab),
      bootedAt,
      memory,
    });
    return { readOnly, evidence, errors };
  });
}

describe('a file system that has gone read-only (E18, E27)', () => {
  it('is writable again after a reboot, though its errors are still counted', () => {
    const memory: FileSystemMemory = new Map();
    const [mount] = diskMounts(line());
    const failed = { ...sound, errors: 1, lastErrorAt: BOOT + 60 };
    const readOnlyIn = (ext4: Ext4Facts, bootedAt: number) =>
      mount && judgeFileSystem(mount, ext4, { fstab: new Set(), bootedAt, memory }).readOnly;
    expect(readOnlyIn(sound, BOOT)).toBe(false);
    expect(readOnlyIn(failed, BOOT)).toBe(true);
    expect(readOnlyIn(failed, BOOT + 120)).toBe(false);
    expect(readOnlyIn({ ...failed, errors: 2, lastErrorAt: BOOT + 180 }, BOOT + 120)).toBe(true);
  });

  it('is mounted read-only where fstab wants it writable', () => {
    const fstab = '# /dev/vda /data ext4 defaults\n/dev/vda /data ext4 defaults,errors=remount-ro 0 2\n';
    expect(judge([{ mount: line({ mount: 'ro', super: 'ro' }) }], fstab)).toMatchObject([
      { readOnly: true, evidence: 'mount' },
    ]);
  });

  it('was writable since the boot, whatever fstab says (xfs, btrfs)', () => {
    const xfs = (options: string) => ({ mount: line({ type: 'xfs', mount: options, super: options }), ext4: null });
    expect(judge([xfs('rw'), xfs('ro'), xfs('rw')])).toEqual([
      { readOnly: false, evidence: null, errors: null },
      { readOnly: true, evidence: 'mount', errors: null },
      { readOnly: false, evidence: null, errors: null },
    ]);
  });

  it('says "rw" in the mount table, and has had an error since the boot after which ext4 stops writing', () => {
    const broken = { ...sound, errors: 2, lastErrorAt: BOOT + 60 };
    expect(judge([{ mount: line() }, { mount: line(), ext4: broken }])).toMatchObject([
      { readOnly: false, errors: 0 },
      { readOnly: true, evidence: 'kernel', errors: 2 },
    ]);
    expect(judge([{ mount: line(), ext4: { ...sound, options: ['rw', 'emergency_ro'] } }])).toMatchObject([
      { readOnly: true },
    ]);
  });

  it('is none that is only told to go on after errors: that one has errors, and is written to', () => {
    const goesOn = { errors: 3, lastErrorAt: BOOT + 60, options: ['rw', 'errors=continue'] };
    expect(judge([{ mount: line(), ext4: goesOn }])).toEqual([{ readOnly: false, evidence: null, errors: 3 }]);
  });

  it('is none whose errors are older than the boot, or than its mount', () => {
    const old = { ...sound, errors: 2, lastErrorAt: BOOT - 60 };
    expect(judge([{ mount: line(), ext4: old }])).toMatchObject([{ readOnly: false, errors: 2 }]);
    const broken = { ...sound, errors: 2, lastErrorAt: BOOT + 60 };
    const mountedAnew = { mount: line({ id: 40 }), ext4: broken };
    expect(judge([{ mount: line(), ext4: broken }, mountedAnew, mountedAnew])).toMatchObject([
      { readOnly: true },
      { readOnly: false },
      { readOnly: false },
    ]);
  });

  it('is not known where the guest does not say when it booted', () => {
    const broken = { ...sound, errors: 2, lastErrorAt: BOOT + 60 };
    expect(judge([{ mount: line(), ext4: broken }], '', null)).toMatchObject([{ readOnly: null }]);
  });

  it.each<[string, string, string]>([
    ['fstab wants read-only', line({ mount: 'ro', super: 'ro' }), '/dev/vda /data ext4 ro,noatime 0 2'],
    ['is mounted so and was never anything else', line({ mount: 'ro', super: 'ro' }), ''],
    ['is bound somewhere read-only', line({ mount: 'ro' }), '/dev/vda /data ext4 defaults 0 2'],
  ])('is none that %s', (_case, mount, fstab) => {
    expect(judge([{ mount }, { mount }], fstab)).toMatchObject([{ readOnly: false }, { readOnly: false }]);
  });
});

describe('the mount table', () => {
  it('gives each disk once, and nothing that is read-only by design or lives in memory', () => {
    const table = [
      line({ at: '/data/bound', id: 30 }),
      line(),
      line({ dev: '11:0', type: 'iso9660', at: '/cd', super: 'ro' }),
      line({ dev: '7:0', type: 'squashfs', at: '/snap', super: 'ro' }),
      line({ dev: '0:22', type: 'tmpfs', at: '/run' }),
      line({ dev: '254:1', at: '/with\\040blank' }),
      line({ dev: '254:2', at: '/with\\040blank', id: 50 }),
      'no line at all',
      '',
    ].join('\n');
    expect(diskMounts(table)).toMatchObject([
      { mountPoint: '/data', device: '254:0' },
      { mountPoint: '/with blank', device: '254:2' },
    ]);
    const many = Array.from({ length: 100 }, (_, index) => line({ dev: `8:${index}`, at: `/m${index}` }));
    expect(diskMounts(many.join('\n'))).toHaveLength(32);
  });

  it('are left out where the guest names no place, which no report may carry', () => {
    expect(diskMounts(`${line({ at: '' })}\n${line({ at: 'data' })}`)).toEqual([]);
  });

  it('comes with the time of the boot', () => {
    expect(bootTime('cpu 1\nbtime 1700000000\n')).toBe(BOOT);
    expect(bootTime('cpu 1\n')).toBeNull();
  });
});
