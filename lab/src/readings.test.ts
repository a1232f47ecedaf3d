import { describe, expect, it } from '@jest/globals';
import { parseCpuTime, parseState } from './guest.ts';
import { mountsBelow } from './network.ts';
import { parseStat } from './processes.ts';
import { installLine, missingPackages, PACKAGES } from './provisions.ts';

describe('what programs and the kernel print', () => {
  it('virsh domstate --reason', () => {
    expect(parseState('shut off (crashed)\n')).toEqual({ state: 'shut off', reason: 'crashed' });
    expect(parseState('paused (I/O error)\n')).toEqual({ state: 'paused', reason: 'I/O error' });
    expect(parseState('running\n')).toEqual({ state: 'running', reason: '' });
  });

  it('virsh domstats --cpu-total, of a guest that runs and one that does not', () => {
    expect(parseCpuTime("Domain: 'vm1'\n  cpu.time=9007199254740993\n  cpu.user=1\n")).toBe(9007199254740993n);
    expect(parseCpuTime("Domain: 'vm1'\n")).toBeUndefined();
  });

  it('/proc/PID/stat, with a name made to mislead', () => {
    const fields = `${'0 '.repeat(18)}4711 0 0`;
    expect(parseStat(`42 (a) S (b) T ${fields}`)).toEqual({ pid: 42, state: 'T', startTicks: 4711 });
    expect(parseStat('')).toBeUndefined();
  });

  it('/proc/self/mountinfo: only mounts below the folder, with blanks and Unicode', () => {
    const name = Buffer.from('/lab/é').toString('latin1');
    const mountinfo = ['/lab/hosts/hA/netns', '/lab', '/laboratory/netns', '/lab/a\\040b', name]
      .map((path, id) => `${id} 1 0:4 net:[4026532] ${path} rw shared:1 - nsfs nsfs rw`)
      .join('\n');
    expect(mountsBelow('/lab', `${mountinfo}\n`)).toEqual(['/lab/hosts/hA/netns', '/lab/a b', '/lab/é']);
  });

  it('dpkg-query: removed packages are missing, and one line installs what is', () => {
    const dpkg = 'ii  qemu-utils\nrc  iproute2\nii  libvirt-clients\n';
    expect(missingPackages(['qemu-utils', 'iproute2', 'busybox-static'], dpkg)).toEqual(['iproute2', 'busybox-static']);
    expect(installLine(['a', 'b'])).toBe('apt-get install -y --no-install-recommends a b');
    expect(PACKAGES).toContain('qemu-guest-agent');
  });
});
