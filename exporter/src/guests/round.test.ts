import { afterEach, describe, expect, it } from '@jest/globals';
import { connect } from '@faultline/libvirt';
import { FakeLibvirtd, type FakeAgent } from '@faultline/libvirt/testing';
import { FakeGuest, guestXml, linuxGuest, MAC, type FakeGuestOptions } from '../fixtures/guest.ts';
import { GuestAgent } from './agent.ts';
import { domainNetworks } from './domain-networks.ts';
import { newBootMemory, probeGuest, type RoundOptions, type RoundResult } from './round.ts';
import { verdictOf } from './verdict.ts';

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

type Programs = NonNullable<FakeGuestOptions['programs']>;

const pingFailed = { exitCode: 1, out: '1 packets transmitted, 0 packets received, 100% packet loss' };
const unreachable =
  (...addresses: string[]) =>
  (args: readonly string[]) =>
    addresses.includes(args.at(-1) ?? '') ? pingFailed : { exitCode: 0, out: 'TTL=64' };

/** One round in a guest behind a real socket. */
async function roundIn(
  agent: FakeAgent | null | undefined,
  more: Partial<RoundOptions> & { xml?: string } = {},
): Promise<RoundResult & { verdict: string }> {
  const daemon = await FakeLibvirtd.start({ domains: [{ name: 'vm', ...(agent === undefined ? {} : { agent }) }] });
  endings.push(() => daemon.stop());
  const connection = await connect({ uri: daemon.uri });
  endings.push(() => connection.close());
  const signal = AbortSignal.timeout(20_000);
  const { xml = guestXml(), ...options } = more;
  const result = await probeGuest(
    new GuestAgent(connection, daemon.domainNamed('vm'), { callTimeoutMs: 1000, signal: options.signal ?? signal }),
    {
      domain: domainNetworks(xml),
      configured: [],
      externalAddress: '192.0.2.1',
      pingWaitMs: 2000,
      osMaxAgeMs: 60_000,
      writeProbe: false,
      memory: newBootMemory(),
      now: () => 1000,
      signal,
      ...options,
    },
  );
  return { ...result, verdict: verdictOf(result) };
}

describe('one round in a guest', () => {
  it('makes the eight steps in their order, each command and its status apart (D4-D12)', async () => {
    const guest = linuxGuest();
    const result = await roundIn(guest.agent);
    expect(guest.started).toEqual(['cmd.exe -h', 'ping -c 1 -W 2 192.0.2.1', 'ping -c 1 -W 2 10.0.0.1']);
    expect(result).toMatchObject({
      verdict: 'ok',
      agent: 'answering',
      os: 'linux',
      execEnabled: true,
      external: { address: '192.0.2.1', result: 'ok', exitCode: 0 },
      nics: [{ mac: MAC, ip: '10.0.0.5', addressConfirmed: true, type: 'extranet', gateway: { result: 'ok' } }],
      fileSystems: [{ mountPoint: '/', readOnly: false, errors: 0 }],
    });
    expect(guest.asked.filter(({ execute }) => execute === 'guest-exec-status')).toHaveLength(2);
  });

  it('keeps the first end that it is told, and asks for that pid no more (D14)', async () => {
    const guest = linuxGuest();
    guest.options.programs = { ping: { exitCode: 0, runsForPolls: 1 } };
    expect((await roundIn(guest.agent, { xml: guestXml('') })).external.result).toBe('ok');
    expect(guest.running.size).toBe(0);
    const pids = guest.asked.flatMap(({ execute, arguments: args }) => (execute === 'guest-exec-status' ? [args] : []));
    expect(pids).toHaveLength(2);
  });

  it.each<[string, Programs, string]>([
    ['both answer', { ping: { exitCode: 0 } }, 'ok'],
    ['the gateway is silent and the outside is not', { ping: unreachable('10.0.0.1') }, 'gateway-abnormal'],
    ['only the gateway answers', { ping: unreachable('192.0.2.1') }, 'external-abnormal'],
    ['neither answers', { ping: pingFailed }, 'both-abnormal'],
    ['there is no ping (D15a)', {}, 'tool-missing'],
    ['ping may not be run', { ping: 'Failed to execute child process “ping” (Permission denied)' }, 'unknown'],
    [
      'ping may not open its socket',
      { ping: { exitCode: 2, out: 'ping: socket: Operation not permitted' } },
      'unknown',
    ],
    ['ping is ended by a signal', { ping: { signal: 9 } }, 'unknown'],
  ])('comes to its verdict when %s (D17)', async (_case, programs, verdict) => {
    expect((await roundIn(linuxGuest({ programs }).agent)).verdict).toBe(verdict);
  });

  it('asks the outside of a VM with intranet NICs only all the same, and expects nothing (D10, D19)', async () => {
    const xml = guestXml(`<f:interface mac='${MAC}' type='intranet' gateway='10.0.0.1'/>`);
    const guest = linuxGuest({ programs: { ping: unreachable('192.0.2.1') } });
    const result = await roundIn(guest.agent, { xml });
    expect(result).toMatchObject({ verdict: 'ok', external: { result: 'expected', exitCode: 1 } });
    expect(guest.started).toContain('ping -c 1 -W 2 192.0.2.1');
    const silent = linuxGuest({ programs: { ping: pingFailed } });
    expect((await roundIn(silent.agent, { xml })).verdict).toBe('gateway-abnormal');
  });

  it('takes the gateway from the guest’s own route where nothing is recorded, and the type from nowhere', async () => {
    const guest = linuxGuest();
    guest.options.files = {
      ...guest.options.files,
      '/proc/net/route': 'Iface\tDestination\tGateway\tFlags\neth0\t00000000\tFE004D0A\t0003\t0\t0\t0\t00000000\n',
    };
    const { nics } = await roundIn(guest.agent, { xml: guestXml('') });
    expect(nics).toMatchObject([{ ip: '10.0.0.5', type: null, gateway: { address: '10.77.0.254', result: 'ok' } }]);
  });

  it('says when the guest has another address than the recorded one (D13)', async () => {
    const guest = linuxGuest({ interfaces: [{ name: 'eth0', mac: MAC, ips: ['10.9.9.9'] }] });
    expect((await roundIn(guest.agent)).nics).toMatchObject([{ ip: '10.0.0.5', addressConfirmed: false }]);
  });

  it('remembers the system for a boot, and can find it out afresh (D18)', async () => {
    const guest = linuxGuest();
    const memory = newBootMemory();
    const asks = () => guest.started.filter((line) => line.startsWith('cmd.exe')).length;
    await roundIn(guest.agent, { memory });
    await roundIn(guest.agent, { memory });
    expect(asks()).toBe(1);
    await roundIn(guest.agent, { memory, osMaxAgeMs: 0 });
    expect(asks()).toBe(2);
    guest.options.programs = {};
    await roundIn(guest.agent, { memory });
    await roundIn(guest.agent, { memory });
    expect(asks()).toBe(3);
  });

  it('runs one program at a time: none beside one that has not ended (D18)', async () => {
    const guest = linuxGuest();
    const memory = newBootMemory();
    memory.unended.add(77);
    guest.running.set(77, { program: { exitCode: 0, runsForPolls: 1 }, polls: 0 });
    expect((await roundIn(guest.agent, { memory })).verdict).toBe('unknown');
    expect(guest.started).toEqual([]);
    const next = await roundIn(guest.agent, { memory });
    expect(next.verdict).toBe('ok');
    expect(memory.unended.size).toBe(0);
  });
});

describe('the system of a guest (D5, D15)', () => {
  it.each<[string, Programs, string]>([
    ['the agent finds no such program', {}, 'linux'],
    ['it ran in order', { 'cmd.exe': { exitCode: 0, out: 'Microsoft Windows [Version 10.0.20348]' } }, 'windows'],
    ['it ended with an error', { 'cmd.exe': { exitCode: 1 } }, 'linux'],
    ['it says that it is not supported', { 'cmd.exe': { exitCode: 0, out: 'command not supported' } }, 'linux'],
    ['it may not be run', { 'cmd.exe': 'Failed to execute child process “cmd.exe” (Permission denied)' }, 'unknown'],
    ['memory is short', { 'cmd.exe': 'Failed to fork (Cannot allocate memory)' }, 'unknown'],
    ['it was ended by a signal', { 'cmd.exe': { signal: 9 } }, 'unknown'],
  ])('is found out when %s', async (_case, programs, os) => {
    expect((await roundIn(linuxGuest({ programs }).agent)).os).toBe(os);
  });

  it('is not known when programs may not be run, which is no fault of the network (D15)', async () => {
    const guest = linuxGuest({ disabled: ['guest-exec'] });
    const result = await roundIn(guest.agent);
    expect(result).toMatchObject({ agent: 'answering', execEnabled: false, os: 'unknown', verdict: 'unknown' });
    expect(result.nics).toMatchObject([{ gateway: { address: '10.0.0.1', result: 'unknown' } }]);
  });
});

describe('an agent that cannot be asked (D11)', () => {
  it.each<[string, FakeAgent | null | undefined, string, string]>([
    ['is not connected', null, 'disconnected', 'agent-unavailable'],
    ['has no channel', undefined, 'no-channel', 'agent-unavailable'],
    ['is frozen with its file systems', linuxGuest({ frozen: true }).agent, 'frozen', 'unknown'],
    ['never answers', () => new Promise(() => undefined), 'silent', 'agent-unavailable'],
  ])('%s', async (_case, agent, state, verdict) => {
    const result = await roundIn(agent, { signal: AbortSignal.timeout(500) });
    expect(result).toMatchObject({ agent: state, verdict, os: 'unknown', external: { result: 'unknown' } });
    expect(result.nics).toMatchObject([{ mac: MAC, ip: '10.0.0.5', gateway: { result: 'unknown' } }]);
  });

  it('keeps what was found before the agent fell silent', async () => {
    const guest = linuxGuest();
    const { agent } = guest;
    const result = await roundIn(
      (command) => (guest.started.length > 1 ? new Promise(() => undefined) : agent(command)),
      { signal: AbortSignal.timeout(1000) },
    );
    expect(result).toMatchObject({ agent: 'answering', os: 'linux', external: { result: 'unknown' } });
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['another shape', { supported_commands: 'all' }],
    ['a number', 7],
  ])('is not believed when it answers with %s', async (_case, answer) => {
    const result = await roundIn(() => answer);
    expect(result).toMatchObject({ agent: 'answering', os: 'unknown', verdict: 'unknown' });
  });
});

describe('the file systems of a guest (E18, E27)', () => {
  const data = '26 1 254:1 / / rw - ext4 /dev/vda1 rw\n30 1 254:2 / /data rw - xfs /dev/vda2 rw\n';
  const withXfs = (): FakeGuest => {
    const guest = linuxGuest();
    guest.options.files = { ...guest.options.files, '/proc/self/mountinfo': data };
    return guest;
  };
  const written = (guest: FakeGuest) =>
    guest.asked.filter(({ execute, arguments: args }) => execute === 'guest-file-open' && args?.['mode'] === 'w');

  it('are not written to unless that is allowed', async () => {
    const guest = withXfs();
    const { fileSystems } = await roundIn(guest.agent);
    expect(fileSystems).toMatchObject([
      { mountPoint: '/', readOnly: false },
      { mountPoint: '/data', readOnly: false },
    ]);
    expect(written(guest)).toEqual([]);
  });

  it('are told by a file that is made, and removed again, where it is allowed', async () => {
    const guest = withXfs();
    guest.options.unwritable = { '/data': 'Read-only file system' };
    const { fileSystems } = await roundIn(guest.agent, { writeProbe: true });
    expect(fileSystems).toMatchObject([
      { mountPoint: '/', readOnly: false, evidence: null },
      { mountPoint: '/data', readOnly: true, evidence: 'write-probe' },
    ]);
    expect(guest.started.filter((line) => line.startsWith('rm'))).toEqual([
      expect.stringMatching(/^rm -f \/\.faultline-write-probe-[0-9a-f]{16}$/),
    ]);
  });

  it('are not written to while a program still runs there, nor again once a file could not be removed', async () => {
    const guest = withXfs();
    const memory = newBootMemory();
    guest.options.programs = { ...guest.options.programs, rm: { exitCode: 1 } };
    memory.os = { is: 'linux', at: 1000 };
    const quiet = { memory, writeProbe: true, xml: guestXml(''), externalAddress: undefined };
    await roundIn(guest.agent, quiet);
    expect(written(guest)).toHaveLength(1);
    await roundIn(guest.agent, quiet);
    expect(written(guest)).toHaveLength(1);

    memory.hasLeftFile = false;
    guest.running.set(7, { program: { runsForPolls: 9 }, polls: 0 });
    memory.unended.add(7);
    await roundIn(guest.agent, quiet);
    expect(written(guest)).toHaveLength(1);
    expect(guest.started.filter((line) => !line.startsWith('rm'))).toEqual([]);
  });

  it.each(['No space left on device', 'Permission denied', 'Input/output error'])(
    'are not read-only because of "%s"',
    async (why) => {
      const guest = withXfs();
      guest.options.unwritable = { '': why, '/data': why };
      const { fileSystems } = await roundIn(guest.agent, { writeProbe: true });
      expect(fileSystems?.map(({ readOnly }) => readOnly)).toEqual([false, false]);
    },
  );

  it('are looked at also where programs may not be run, once the system is known, and never written to there', async () => {
    const guest = withXfs();
    const memory = newBootMemory();
    memory.os = { is: 'linux', at: 1000 };
    guest.options.disabled = ['guest-exec'];
    const { fileSystems } = await roundIn(guest.agent, { memory, writeProbe: true });
    expect(fileSystems).toHaveLength(2);
    expect(written(guest)).toEqual([]);
  });

  it('are read only so far in a guest that sends without end, whatever it says of the length', async () => {
    const guest = linuxGuest();
    let reads = 0;
    const agent: FakeAgent = (command) => {
      if ((command as { execute: string }).execute !== 'guest-file-read') return guest.agent(command);
      reads += 1;
      return { count: 1, 'buf-b64': Buffer.alloc(48 * 1024, 'x').toString('base64'), eof: false };
    };
    await roundIn(agent);
    // Mounts, fstab, boot time: 256 KiB of each, in chunks of 48.
    expect(reads).toBe(3 * 6);
  });

  it('are not read from a chunk that is larger than what was asked for', async () => {
    const guest = linuxGuest();
    const agent: FakeAgent = (command) =>
      (command as { execute: string }).execute === 'guest-file-read'
        ? { count: 1, 'buf-b64': Buffer.alloc(1024 * 1024, 'x').toString('base64'), eof: false }
        : guest.agent(command);
    expect(await roundIn(agent)).toMatchObject({ agent: 'answering', fileSystems: null });
  });

  it('are not known where files may not be read', async () => {
    const { agent } = linuxGuest({ disabled: ['guest-file-open'] });
    expect(await roundIn(agent)).toMatchObject({ verdict: 'ok', fileSystems: null });
  });
});

/**
 * No Windows runs here: this is what qemu-ga for Windows answers by its sources (`guest-exec` finds programs in the path, output in
 * the code page of the console), and what Windows' ping prints. Constructed, not recorded.
 */
describe('a Windows guest, as a constructed transcript has it', () => {
  const reply = 'Pinging 10.0.0.1 with 32 bytes of data:\r\nReply from 10.0.0.1: bytes=32 time<1ms TTL=64\r\n';
  const noRoute = 'Pinging 192.0.2.1 with 32 bytes of data:\r\nReply from 10.0.0.5: Destination host unreachable.\r\n';
  const windows = (ping: Programs) =>
    new FakeGuest({
      windows: true,
      programs: { 'cmd.exe': { exitCode: 0, out: 'Microsoft Windows [Version 10.0.20348.1]\r\n' }, ...ping },
      interfaces: [{ name: 'Ethernet', mac: MAC, ips: ['10.0.0.5'] }],
    });

  it('is pinged in its own form, and believed by the TTL (D10, D16)', async () => {
    const guest = windows({
      'ping.exe': (args) => ({ exitCode: 0, out: args.at(-1) === '10.0.0.1' ? reply : noRoute }),
    });
    const result = await roundIn(guest.agent);
    expect(guest.started.slice(1)).toEqual(['ping.exe -n 1 -w 2000 192.0.2.1', 'ping.exe -n 1 -w 2000 10.0.0.1']);
    expect(result).toMatchObject({ os: 'windows', verdict: 'external-abnormal', fileSystems: null });
    expect(result.external).toMatchObject({ result: 'abnormal', exitCode: 0 });
  });

  it('may have no ping (D15a)', async () => {
    expect((await roundIn(windows({}).agent)).verdict).toBe('tool-missing');
  });
});
