import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from '@faultline/libvirt';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import { pino } from 'pino';
import { deadlinesOf, type ControlDeadlines } from '../deadlines.ts';
import { HostConnection } from '../host/host-connection.ts';
import { CannotDoError } from '../host/outcome.ts';
import type { ControlReply, ControlRequest, Task } from '../messages.ts';
import { NodeController } from './nc.ts';

const logger = pino({ level: 'silent' });

describe('an NC before a libvirtd', () => {
  let libvirtd: FakeLibvirtd;
  let connection: HostConnection;
  let nc: NodeController;
  let mayAct: () => Promise<void>;
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
    mayAct = () => Promise.resolve();
    nc = ncWith({});
  });

  const ncWith = (deadlines: Partial<ControlDeadlines>): NodeController =>
    new NodeController({
      host: 'hA',
      connection,
      mayAct: () => mayAct(),
      destinationOf: () => {
        throw new Error('nothing migrates here');
      },
      deadlines: deadlinesOf({ guestMs: 300, settleMs: 100, readEveryMs: 20, ...deadlines }),
      logger,
      now: Date.now,
    });

  afterEach(async () => {
    await connection.close();
    await libvirtd.stop();
  });

  type How = { signal?: AbortSignal; purpose?: ControlRequest['purpose'] };

  function ask(
    kind: 'stop' | 'start' | 'reboot' | 'suspend' | 'resume',
    name: string,
    { force = false, ...how }: How & { force?: boolean } = {},
  ): Promise<ControlReply> {
    const task = (force ? { kind, force } : { kind }) as Task;
    return askTo(task, libvirtd.domainNamed(name), how);
  }

  function askTo(
    task: Task,
    { uuid, name }: { uuid: string; name: string },
    { signal = aborter.signal, purpose = 'perform' }: How = {},
  ): Promise<ControlReply> {
    const order = { operationId: 'op-1', task, vm: { uuid, name }, host: 'hA' };
    const request = { from: { role: 'CC' }, to: { role: 'NC', node: 'hA' }, order, sentAt: 0, withinMs: 1000 } as const;
    return nc.answer({ ...request, purpose }, { signal, tell: () => undefined });
  }

  const stateOf = (name: string): string => libvirtd.domainNamed(name).state;

  it('shuts a guest down, and believes it when the VM is off (A37)', async () => {
    const reply = await ask('stop', 'web');
    expect(reply).toMatchObject({ operationId: 'op-1', to: { role: 'CC' }, outcome: { result: 'ok' } });
    expect(stateOf('web')).toBe('shutoff');
    expect(reply.log.map(({ entry }) => entry)).toEqual(['received', 'acted', 'sent']);
    expect(JSON.parse(JSON.stringify(reply))).toEqual(reply);
  });

  it('asks nothing of libvirt where it may not act, and says why', async () => {
    mayAct = () => Promise.reject(new CannotDoError('another OMS performs operations'));
    const { outcome } = await ask('stop', 'web');
    expect(outcome).toEqual({ result: 'failed', cause: 'another OMS performs operations' });
    expect(stateOf('web')).toBe('running');
    expect(libvirtd.calls.map(({ procedure }) => procedure)).not.toContain('domainShutdown');
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
    const web = libvirtd.domainNamed('web');
    const answer = () => askTo({ kind: 'stop' }, web);
    libvirtd.removeDomain(web.uuid);
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

  it('reads back what came of a request whose answer was lost', async () => {
    libvirtd.hold({ procedure: 'domainShutdown' });
    const answer = ask('stop', 'web');
    await libvirtd.waitForCall('domainShutdown');
    libvirtd.dropConnections();
    const cause = expect.stringMatching(
      /^libvirtd of hA went away in the middle: .*; read back from libvirt, the VM is running \(booted\)$/,
    );
    await expect(answer).resolves.toMatchObject({ outcome: { result: 'failed', cause } });

    libvirtd.hold({ procedure: 'domainDestroy' });
    const forced = ask('stop', 'deaf', { force: true });
    await libvirtd.waitForCall('domainDestroy');
    libvirtd.setState(libvirtd.domainNamed('deaf').uuid, { state: 'shutoff', reason: 'destroyed' });
    libvirtd.dropConnections();
    await expect(forced).resolves.toMatchObject({ outcome: { result: 'ok' } });
  });

  it('waits for a daemon that went away in the middle, longer than for libvirt at work', async () => {
    nc = ncWith({ settleMs: 1 });
    libvirtd.hold({ procedure: 'domainDestroy' });
    const answer = ask('stop', 'web', { force: true });
    await libvirtd.waitForCall('domainDestroy');
    const kept = await connection.current();
    await libvirtd.goDown();
    await kept.closed;
    await expect(connection.current()).rejects.toMatchObject({ code: 'connect-failed' });
    libvirtd.release();
    libvirtd.setState(libvirtd.domainNamed('web').uuid, { state: 'shutoff', reason: 'destroyed' });
    await libvirtd.comeUp();
    await expect(answer).resolves.toMatchObject({ outcome: { result: 'ok' } });
  });

  it('does not know what came of a request when the daemon does not come back', async () => {
    nc = ncWith({ returnMs: 30 });
    libvirtd.hold({ procedure: 'domainDestroy' });
    const answer = ask('stop', 'web', { force: true });
    await libvirtd.waitForCall('domainDestroy');
    await libvirtd.goDown();
    await expect(answer).resolves.toMatchObject({
      outcome: { result: 'timeout', cause: expect.stringMatching(/cannot be reached: .*acted upon is not known$/) },
    });
  });

  it('says that the VM ended, and not only what the socket of its QEMU said', async () => {
    libvirtd.fail({ procedure: 'domainSuspend', code: 38, message: 'Unable to read from monitor' });
    const answer = ask('suspend', 'web');
    await libvirtd.waitForCall('domainSuspend');
    libvirtd.setState(libvirtd.domainNamed('web').uuid, { state: 'shutoff', reason: 'crashed' });
    const cause =
      'the VM ended meanwhile and is shutoff (crashed); libvirt says: Unable to read from monitor (VIR_ERR_SYSTEM_ERROR)';
    await expect(answer).resolves.toMatchObject({ outcome: { result: 'failed', cause } });
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

  it('does not know what came of a request to a QEMU that hangs: it may still take effect', async () => {
    libvirtd.hang(libvirtd.domainNamed('web').uuid);
    await expect(ask('stop', 'web')).resolves.toMatchObject({
      outcome: {
        result: 'timeout',
        cause: expect.stringMatching(/^libvirtd of hA gave no answer: .* may still take effect; read back, .*running/),
      },
    });
  });

  it('sees its other VMs while the calls to stuck ones hang, more than libvirtd works on for one connection', async () => {
    const stuck = Array.from({ length: 6 }, (_, index) => libvirtd.addDomain({ name: `stuck${index}` }));
    for (const { uuid } of stuck) libvirtd.hang(uuid);
    const kept = await connection.current();
    const hanging = stuck.map(({ name }) => ask('suspend', name));
    await libvirtd.waitForCall('domainSuspend', 6);
    await expect(ask('stop', 'web')).resolves.toMatchObject({ outcome: { result: 'ok' } });
    const outcomes = (await Promise.all(hanging)).map(({ outcome }) => outcome.result);
    expect(outcomes).toEqual(Array<string>(6).fill('timeout'));
    // Nobody's state was read over a connection with a call that hangs, and none of those is left.
    expect(await connection.current()).toBe(kept);
    expect(libvirtd.connections).toBe(1);
  });

  it('suspends a VM and resumes it', async () => {
    await expect(ask('suspend', 'web')).resolves.toMatchObject({ outcome: { result: 'ok' } });
    expect(stateOf('web')).toBe('paused');
    await expect(ask('resume', 'web')).resolves.toMatchObject({ outcome: { result: 'ok' } });
    expect(stateOf('web')).toBe('running');
    await expect(ask('resume', 'web')).resolves.toMatchObject({
      outcome: { result: 'failed', cause: expect.stringMatching(/already running.*VIR_ERR_OPERATION_INVALID/) },
    });
  });

  it('reads back without asking for anything', async () => {
    const readBack = async (kind: 'stop' | 'start' | 'reboot' | 'suspend', name: string) =>
      (await ask(kind, name, { purpose: 'read-back' })).outcome.result;
    expect(await readBack('stop', 'off')).toBe('ok');
    expect(await readBack('stop', 'web')).toBe('failed');
    expect(await readBack('start', 'web')).toBe('ok');
    expect(await readBack('start', 'off')).toBe('failed');
    expect(await readBack('reboot', 'web')).toBe('timeout');
    expect(await readBack('suspend', 'held')).toBe('ok');
    const acts = libvirtd.calls.filter(({ procedure }) => /Create|Shutdown|Reboot|Reset|Destroy|Susp/.test(procedure));
    expect(acts).toEqual([]);
  });

  it('tells in its log that it read back, and when', async () => {
    const { log } = await ask('stop', 'off', { purpose: 'read-back' });
    expect(log).toContainEqual(expect.objectContaining({ entry: 'read-back', by: { role: 'NC', node: 'hA' } }));
    expect(log.some(({ entry }) => entry === 'acted')).toBe(false);
  });

  it('stops at once when nobody waits for the answer any more', async () => {
    const nobodyWaits = new AbortController();
    const answer = ask('stop', 'deaf', { signal: nobodyWaits.signal });
    await libvirtd.waitForCall('domainGetState');
    nobodyWaits.abort(new Error('too late'));
    await expect(answer).resolves.toMatchObject({ outcome: { result: 'timeout' } });
  });
});
