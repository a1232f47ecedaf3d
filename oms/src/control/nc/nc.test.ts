import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from '@faultline/libvirt';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import { pino } from 'pino';
import type { ControlReply, PerformedKind } from '../messages.ts';
import { HostConnection } from './host-connection.ts';
import { NodeController } from './nc.ts';

const logger = pino({ level: 'silent' });

describe('an NC before a libvirtd', () => {
  let libvirtd: FakeLibvirtd;
  let connection: HostConnection;
  let nc: NodeController;
  const aborter = new AbortController();

  beforeEach(async () => {
    libvirtd = await FakeLibvirtd.start({
      domains: [
        { name: 'web' },
        { name: 'deaf', ignoresAcpi: true },
        { name: 'off', state: 'shutoff' },
        { name: 'held', state: 'paused' },
      ],
    });
    connection = new HostConnection({
      host: 'hA',
      uri: libvirtd.uri,
      connect: (options) => connect({ ...options, connectTimeoutMs: 500, callTimeoutMs: 500 }),
      retryMs: { first: 10, last: 40 },
      logger,
    });
    nc = new NodeController({
      host: 'hA',
      connection,
      patience: { guestMs: 300, settleMs: 100, readEveryMs: 20 },
      logger,
      now: Date.now,
    });
  });

  afterEach(async () => {
    await connection.close();
    await libvirtd.stop();
  });

  function ask(
    kind: PerformedKind,
    name: string,
    { force = false, signal = aborter.signal } = {},
  ): Promise<ControlReply> {
    const { uuid } = libvirtd.domainNamed(name);
    const order = { operationId: 'op-1', kind, force, vm: { uuid, name }, host: 'hA' };
    const request = { from: { role: 'CC' }, to: { role: 'NC', node: 'hA' }, order, sentAt: 0, withinMs: 1000 } as const;
    return nc.answer(request, signal);
  }

  const stateOf = (name: string): string => libvirtd.domainNamed(name).state;

  it('shuts a guest down, and believes it when the VM is off (A37)', async () => {
    const reply = await ask('stop', 'web');
    expect(reply).toMatchObject({ operationId: 'op-1', to: { role: 'CC' }, outcome: { result: 'ok' } });
    expect(stateOf('web')).toBe('shutoff');
    expect(reply.log.map(({ entry }) => entry)).toEqual(['received', 'acted', 'sent']);
    expect(JSON.parse(JSON.stringify(reply))).toEqual(reply);
  });

  it('takes a transient VM that libvirt no longer knows for stopped', async () => {
    const answer = ask('stop', 'deaf');
    await libvirtd.waitForCall('domainGetState');
    libvirtd.removeDomain(libvirtd.domainNamed('deaf').uuid);
    await expect(answer).resolves.toMatchObject({ outcome: { result: 'ok' } });
  });

  it('says that a guest ignored the shutdown, which libvirt called a success', async () => {
    const { outcome } = await ask('stop', 'deaf');
    expect(outcome).toEqual({
      result: 'failed',
      cause:
        'guest did not shut down within 0.3 s, the VM is running (booted); ask again with force to stop it without the guest',
    });
    expect(stateOf('deaf')).toBe('running');
  });

  it('stops that guest by force', async () => {
    await expect(ask('stop', 'deaf', { force: true })).resolves.toMatchObject({ outcome: { result: 'ok' } });
    expect(libvirtd.calls.map(({ procedure }) => procedure)).toContain('domainDestroy');
  });

  it('waits for a guest that takes its time', async () => {
    const { uuid } = libvirtd.domainNamed('deaf');
    const answer = ask('stop', 'deaf');
    await libvirtd.waitForCall('domainShutdown');
    libvirtd.setState(uuid, { state: 'shutoff', reason: 'shutdown' });
    await expect(answer).resolves.toMatchObject({ outcome: { result: 'ok' } });
  });

  it('starts a VM (A36)', async () => {
    await expect(ask('start', 'off')).resolves.toMatchObject({ outcome: { result: 'ok' } });
    expect(stateOf('off')).toBe('running');
  });

  it('hands on the refusal of libvirt, in its words', async () => {
    await expect(ask('start', 'web')).resolves.toMatchObject({
      outcome: { result: 'failed', cause: expect.stringMatching(/already running.*\(VIR_ERR_OPERATION_INVALID\)/) },
    });
    await expect(ask('reboot', 'off')).resolves.toMatchObject({
      outcome: { result: 'failed', cause: expect.stringMatching(/not running.*\(VIR_ERR_OPERATION_INVALID\)/) },
    });
  });

  it('says so when the host does not have the VM', async () => {
    const { uuid } = libvirtd.domainNamed('web');
    const answer = () => {
      const order = { operationId: 'op-1', kind: 'stop', force: false, vm: { uuid, name: 'web' }, host: 'hA' } as const;
      const nobody = { role: 'CC' } as const;
      return nc.answer({ from: nobody, to: nobody, order, sentAt: 0, withinMs: 1000 }, aborter.signal);
    };
    libvirtd.removeDomain(uuid);
    await expect(answer()).resolves.toMatchObject({
      outcome: { result: 'failed', cause: expect.stringContaining('VIR_ERR_NO_DOMAIN') },
    });
  });

  it('reboots a guest, and believes it when libvirt told of the reboot (A34)', async () => {
    await expect(ask('reboot', 'web')).resolves.toMatchObject({ outcome: { result: 'ok' } });
    await expect(ask('reboot', 'deaf')).resolves.toMatchObject({
      outcome: { result: 'failed', cause: expect.stringContaining('guest did not reboot within 0.3 s') },
    });
  });

  it('resets a guest that must not be asked, and says in what state it is', async () => {
    await expect(ask('reboot', 'deaf', { force: true })).resolves.toMatchObject({ outcome: { result: 'ok' } });
    await expect(ask('reboot', 'held', { force: true })).resolves.toMatchObject({
      outcome: { result: 'failed', cause: 'the VM rebooted, but is paused (user)' },
    });
  });

  it('says that the daemon was down, and that the VM was not touched', async () => {
    await connection.current();
    await libvirtd.goDown();
    await expect(ask('stop', 'web')).resolves.toMatchObject({
      outcome: { result: 'failed', cause: expect.stringMatching(/^libvirtd of hA cannot be reached: .*not touched$/) },
    });
    expect(stateOf('web')).toBe('running');
  });

  it('comes back to a daemon that was started again', async () => {
    const first = await connection.current();
    await libvirtd.goDown();
    await first.closed;
    await libvirtd.comeUp();
    await expect(ask('stop', 'web')).resolves.toMatchObject({ outcome: { result: 'ok' } });
  });

  it('does not know what came of a request whose answer was lost', async () => {
    libvirtd.hold({ procedure: 'domainShutdown' });
    const answer = ask('stop', 'web');
    await libvirtd.waitForCall('domainShutdown');
    libvirtd.dropConnections();
    await expect(answer).resolves.toMatchObject({
      outcome: { result: 'timeout', cause: expect.stringMatching(/cannot be reached: .* is not known$/) },
    });
  });

  it('reads the state again over a new connection when the old one was lost while a guest shut down', async () => {
    const { uuid } = libvirtd.domainNamed('deaf');
    const answer = ask('stop', 'deaf');
    await libvirtd.waitForCall('domainGetState');
    await libvirtd.goDown();
    libvirtd.setState(uuid, { state: 'shutoff', reason: 'shutdown' });
    await libvirtd.comeUp();
    await expect(answer).resolves.toMatchObject({ outcome: { result: 'ok' } });
  });

  it('cannot tell whether a guest rebooted while the connection was lost', async () => {
    const answer = ask('reboot', 'deaf');
    await libvirtd.waitForCall('domainGetState');
    libvirtd.dropConnections();
    await expect(answer).resolves.toMatchObject({
      outcome: { result: 'timeout', cause: expect.stringContaining('is not known') },
    });
  });

  it('gives up on a daemon that stays away while a guest shuts down', async () => {
    const answer = ask('stop', 'deaf');
    await libvirtd.waitForCall('domainGetState');
    await libvirtd.goDown();
    await expect(answer).resolves.toMatchObject({
      outcome: { result: 'timeout', cause: expect.stringContaining('is not known') },
    });
  });

  it('does not know what came of a request to a QEMU that hangs', async () => {
    libvirtd.hang(libvirtd.domainNamed('web').uuid);
    await expect(ask('stop', 'web')).resolves.toMatchObject({
      outcome: { result: 'timeout', cause: expect.stringMatching(/^libvirtd of hA gave no answer: .* is not known$/) },
    });
  });

  it('stops at once when nobody waits for the answer any more', async () => {
    const nobodyWaits = new AbortController();
    const answer = ask('stop', 'deaf', { signal: nobodyWaits.signal });
    await libvirtd.waitForCall('domainGetState');
    nobodyWaits.abort(new Error('too late'));
    await expect(answer).resolves.toMatchObject({ outcome: { result: 'timeout' } });
  });
});
