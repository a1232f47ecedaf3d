import { describe, expect, it } from '@jest/globals';
import { addressLine, dataLine, libvirtLines, recordingLine } from './lines.ts';

const found = { host: 'hA', version: '9.0.0', domains: 3, running: 1, agents: 1, controlRefused: null };

describe('what npm start prints', () => {
  it('tells of a libvirt that answers', () => {
    expect(libvirtLines('qemu:///system', found)).toEqual([
      '  libvirt       qemu:///system answers: host hA, libvirt 9.0.0, 3 VMs, 1 running',
      '  guest agents  1 of 1 running VM connected',
      '  control       stop, start and reboot are possible over the API',
    ]);
  });

  it('says when it may only watch, and why', () => {
    expect(libvirtLines('qemu:///system', { ...found, controlRefused: 'permission denied' })[2]).toBe(
      '  control       none, only watching: permission denied',
    );
  });

  it('says how to get a libvirt where none answers', () => {
    const lines = libvirtLines('qemu:///system', { cause: 'no such socket' });
    expect(lines[0]).toBe('  libvirt       qemu:///system does not answer: no such socket');
    expect(lines.join(' ')).toContain('apt-get install libvirt-daemon-system');
  });

  it('tells of the data folder with and without history', () => {
    expect(dataLine('/d', { vms: 0, since: null })).toBe('  data folder   /d: no history yet');
    expect(dataLine('/d', { vms: 2, since: Date.UTC(2026, 10, 23, 4, 5) })).toBe(
      '  data folder   /d: history of 2 VMs since 2026-11-23 04:05 UTC',
    );
  });

  it('names the recording and the address', () => {
    expect(recordingLine('A guest panics')).toBe(
      '  recording     plays "A guest panics", a recorded incident, instead',
    );
    expect(addressLine('http://127.0.0.1:3000')).toBe('  open          http://127.0.0.1:3000');
  });
});
