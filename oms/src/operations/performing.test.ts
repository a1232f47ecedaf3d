import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Caller, Operation, OperationRequest } from '@faultline/contracts';
import { connect } from '@faultline/libvirt';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import { pino } from 'pino';
import { startControl, type Control, type ControlDeadlines, type OperationRecords } from '../control/index.ts';
import type { OmsDatabase } from '../database/index.ts';
import { isolationBook } from '../hosts/index.ts';
import { isolate, release } from '../hosts/store.ts';
import { soleTenure } from '../lease/index.ts';
import { rememberVm } from '../vms/index.ts';
import { findOperation } from './index.ts';
import { recordsIn } from './records.ts';
import { onEachEngine } from '../testing/engines.ts';

const HOST = 'hA';
const ANA: Caller = { who: 'token/ana', role: 'operate' };

onEachEngine('operations, from the request to the record', (engine) => {
  let db: OmsDatabase;
  let libvirtd: FakeLibvirtd;
  let control: Control;
  let records: OperationRecords;

  async function start(deadlines: Partial<ControlDeadlines> = {}): Promise<void> {
    control = await startControl({
      records,
      isolation: isolationBook(db, Date.now),
      hosts: new Map([[HOST, { uri: libvirtd.uri, migrationUri: undefined }]]),
      connect,
      logger: pino({ level: 'silent' }),
      deadlines: { guestMs: 300, settleMs: 100, readEveryMs: 20, ...deadlines },
    });
  }

  beforeEach(async () => {
    db = await engine.open();
    libvirtd = await FakeLibvirtd.start({
      domains: [{ name: 'web' }, { name: 'off', state: 'shutoff' }, { name: 'deaf', ignoresAcpi: true }],
    });
    for (const name of ['web', 'off', 'deaf']) await remember(name);
    records = recordsIn(db, { tenure: soleTenure, staleAfterMs: 45_000, tell: () => undefined });
    await start();
  });

  afterEach(async () => {
    await control.close();
    await libvirtd.stop();
    await db.destroy();
  });

  const remember = (name: string, host = HOST) => {
    const { uuid } = libvirtd.domainNamed(name);
    return rememberVm(db, { vm: { uuid, name }, host, at: 1, active: true }, { staleAfterMs: 45_000 });
  };

  type Plain = 'stop' | 'start' | 'reboot' | 'suspend' | 'resume';

  const request = (name: string, kind: Plain, more: object = {}) =>
    ({ id: 'op-1', vm: libvirtd.domainNamed(name).uuid, kind, initiator: 'ana', ...more }) as OperationRequest;

  const ask = (asked: OperationRequest) => control.ask(asked, ANA);

  /** Reads the record until it says how the operation ended. */
  async function ended(id = 'op-1'): Promise<Operation> {
    for (;;) {
      const operation = await findOperation(db, id);
      if (operation !== undefined && operation.result !== 'running') return operation;
      await new Promise(setImmediate);
    }
  }

  const told = ({ hops }: Operation) => hops.map(({ message, result, cause }) => [message, result, cause]);
  const acts = () => libvirtd.calls.filter(({ procedure }) => /Create|Shutdown|Reboot|Reset|Destroy/.test(procedure));

  it('are recorded as running before anybody acts, with who asked', async () => {
    libvirtd.hold({ procedure: 'domainLookupByUuid' });
    const { answer, ...rest } = await ask(request('web', 'stop'));
    expect(answer).toBe('accepted');
    const stored = await findOperation(db, 'op-1');
    expect(rest).toEqual({ operation: stored });
    expect(stored).toMatchObject({ initiator: 'ana', result: 'running', vm: { name: 'web' }, source: 'faultline' });
    expect(stored?.hops).toMatchObject([{ message: 'CLC sends stop request to CC', result: 'running' }]);
    expect(acts()).toEqual([]);
    libvirtd.release();
    await ended();
  });

  it('are audited with who asked and what came of asking, in the transaction of the record', async () => {
    await ask(request('web', 'stop', { force: true }));
    await ask(request('web', 'stop', { force: true }));
    await ask(request('web', 'start'));
    await ask(request('off', 'start', { id: 'op-2' }));
    await ended('op-1');
    await ended('op-2');
    const audited = await db.selectFrom('audit').selectAll().execute();
    const target = `vm/${request('web', 'stop').vm}`;
    expect(audited.map(({ outcome }) => outcome)).toEqual(['accepted', 'known', 'conflict', 'accepted']);
    expect(audited[0]).toMatchObject({ ...ANA, what: 'operation.ask', target, why: null });
    expect(JSON.parse(audited[0]?.details ?? '')).toEqual({ id: 'op-1', kind: 'stop', initiator: 'ana', force: true });
  });

  it('are neither recorded nor performed when they cannot be audited', async () => {
    await db.schema.dropTable('audit').execute();
    // By its message: the native module hands every copy of its wrapper the error class of the first one.
    await expect(ask(request('web', 'stop'))).rejects.toMatchObject({ message: expect.stringContaining('audit') });
    expect(await findOperation(db, 'op-1')).toBeUndefined();
    expect(acts()).toEqual([]);
  });

  it('leave the whole flow in the record (A37), with times in order', async () => {
    await ask(request('web', 'stop'));
    const operation = await ended();
    expect(operation).toMatchObject({ result: 'ok', initiator: 'ana' });
    expect(operation).not.toHaveProperty('cause');
    expect(told(operation).map(([message, result]) => [message, result])).toEqual([
      ['CLC sends stop request to CC', 'ok'],
      ['CC forwards stop request to NC', 'ok'],
      ['NC stops the VM', 'ok'],
      ['NC replies stop ok to CC', 'ok'],
      ['CC forwards stop ok to CLC', 'ok'],
      ['CLC records the hop information in the DB', 'ok'],
    ]);
    const times = operation.hops.flatMap(({ at, ended }) => [at ?? NaN, ended ?? NaN]);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(operation.started).toBeLessThanOrEqual(times[0] ?? NaN);
    expect(operation.ended).toBeLessThanOrEqual(times.at(-1) ?? NaN);
    expect(operation.hops[2]?.from).toEqual({ role: 'NC', node: HOST });
    expect(libvirtd.domainNamed('web').state).toBe('shutoff');
  });

  it('that libvirt refuses leave its words at the hop that failed (A29, A30)', async () => {
    await ask(request('web', 'start'));
    const operation = await ended();
    const cause = expect.stringMatching(/already running.*\(VIR_ERR_OPERATION_INVALID\)$/);
    expect(operation).toMatchObject({ result: 'failed', cause });
    expect(told(operation)).toEqual([
      ['CLC sends start request to CC', 'ok', undefined],
      ['CC forwards start request to NC', 'ok', undefined],
      ['NC starts the VM', 'failed', cause],
      ['NC replies start failed to CC', 'ok', undefined],
      ['CC forwards start failed to CLC', 'ok', undefined],
      ['CLC records the hop information in the DB', 'ok', undefined],
    ]);
  });

  it('whose NC does not answer end as a timeout at that hop, and the rest is unknown', async () => {
    await control.close();
    await start({ guestMs: 30, ncMarginMs: 20 });
    libvirtd.hold({ procedure: 'domainLookupByUuid' });
    await ask(request('web', 'stop'));
    const operation = await ended();
    expect(operation).toMatchObject({ result: 'timeout', cause: 'NC hA did not answer within 0.05 s' });
    expect(operation.hops.map(({ result, observed }) => [result, observed])).toEqual([
      ['ok', 'reported'],
      ['timeout', 'reported'],
      ['unknown', 'missing'],
      ['unknown', 'missing'],
      ['ok', 'reported'],
      ['ok', 'reported'],
    ]);
    expect(operation.hops[4]?.message).toBe('CC replies stop timed out to CLC');
  });

  it('are executed once under one id, however often and at once they are asked for', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(request('web', 'stop'))));
    expect(answers.map(({ answer }) => answer).sort()).toEqual(['accepted', ...Array<string>(7).fill('known')]);
    const operation = await ended();
    await expect(ask(request('web', 'stop'))).resolves.toEqual({ answer: 'known', operation });
    expect(acts()).toHaveLength(1);
  });

  it.each([{ kind: 'start' }, { initiator: 'eve' }, { force: true }])(
    'are not taken for each other when one id asks for two things: %j',
    async (other) => {
      await ask(request('web', 'stop'));
      const operation = await ended();
      await expect(ask({ ...request('web', 'stop'), ...other } as OperationRequest)).resolves.toEqual({
        answer: 'conflict',
        operation,
      });
      expect(acts()).toHaveLength(1);
    },
  );

  it('are written again and again while the store takes nothing, so that the VM does not stay busy', async () => {
    await control.close();
    let refusals = 5;
    const works = recordsIn(db, { tenure: soleTenure, staleAfterMs: 45_000, tell: () => undefined });
    records = {
      transact: (work) =>
        works.transact((trx) =>
          work({
            ...trx,
            store: (operation, options) => {
              if (operation.result === 'running' || refusals === 0) return trx.store(operation, options);
              refusals -= 1;
              throw new Error('database or disk is full');
            },
          }),
        ),
    };
    await start({ recordAgainMs: [1, 2] });
    await ask(request('off', 'start'));
    expect(await ended()).toMatchObject({ result: 'ok' });
    expect(refusals).toBe(0);
  });

  it('are one at a time on a VM: the other is refused, recorded, and told who is at work', async () => {
    const both = await Promise.all([
      ask(request('deaf', 'stop')),
      ask(request('deaf', 'stop', { id: 'op-2', initiator: 'eve', force: true })),
    ]);
    expect(both).toMatchObject([{ answer: 'accepted' }, { answer: 'refused', code: 'vm-busy' }]);
    const cause = 'stop by ana is under way on this VM (operation op-1)';
    const refused = await findOperation(db, 'op-2');
    expect(refused).toMatchObject({ result: 'failed', initiator: 'eve', cause });
    expect(refused?.hops.map(({ result }) => result)).toEqual([
      'failed',
      'skipped',
      'skipped',
      'skipped',
      'skipped',
      'ok',
    ]);
    await expect(ask(request('web', 'stop', { id: 'op-3' }))).resolves.toMatchObject({ answer: 'accepted' });
    await Promise.all([ended(), ended('op-3')]);
    await expect(ask(request('deaf', 'reboot', { id: 'op-4', force: true }))).resolves.toMatchObject({
      answer: 'accepted',
    });
    expect(await ended('op-4')).toMatchObject({ result: 'ok' });
  });

  it('on a host that is not ours to control are refused and recorded', async () => {
    libvirtd.addDomain({ name: 'far' });
    await remember('far', 'hB');
    await expect(ask(request('far', 'stop'))).resolves.toMatchObject({
      answer: 'refused',
      code: 'vm-not-on-a-controlled-host',
    });
    expect(await findOperation(db, 'op-1')).toMatchObject({
      result: 'failed',
      cause: 'the VM is on host hB, for which this OMS has no control address',
    });
  });

  it('on a VM that nobody ever saw leave nothing', async () => {
    libvirtd.addDomain({ name: 'unseen' });
    await expect(ask(request('unseen', 'stop'))).resolves.toEqual({ answer: 'vm-unknown' });
    expect(await findOperation(db, 'op-1')).toBeUndefined();
  });

  /** Leaves a stop of `web` behind as an OMS would at a SIGKILL, and gives what ends that OMS. */
  async function leaveStopBehind(): Promise<Control> {
    libvirtd.hold({ procedure: 'domainShutdown' });
    await ask(request('web', 'stop'));
    await libvirtd.waitForCall('domainShutdown');
    return control;
  }

  it('that an OMS left behind when it was killed are read back by the next one, and never done again', async () => {
    const killed = await leaveStopBehind();
    await start({ guestMs: 60 });
    const operation = await ended();
    const cause = 'the OMS ended while it ran; read back from libvirt, the VM is running (booted)';
    expect(operation).toMatchObject({ result: 'failed', initiator: 'ana', cause });
    expect(operation.hops.map(({ result, observed, cause: why }) => [result, observed, why])).toEqual([
      ['unknown', 'reported', undefined],
      ['unknown', 'missing', undefined],
      ['failed', 'inferred', cause],
      ['unknown', 'missing', undefined],
      ['unknown', 'missing', undefined],
      ['ok', 'reported', undefined],
    ]);
    await expect(ask(request('web', 'stop'))).resolves.toEqual({ answer: 'known', operation });
    expect(acts()).toHaveLength(1);
    await killed.close();
    expect(await findOperation(db, 'op-1')).toEqual(operation);
  });

  it('that took effect although the OMS was killed are found to have', async () => {
    const killed = await leaveStopBehind();
    libvirtd.setState(libvirtd.domainNamed('web').uuid, { state: 'shutoff', reason: 'shutdown' });
    await start({ guestMs: 60 });
    const operation = await ended();
    expect(operation).toMatchObject({ result: 'ok', hops: { 2: { result: 'ok', observed: 'inferred' } } });
    expect(operation).not.toHaveProperty('cause');
    await killed.close();
  });

  it('that were on a host which is away are waited for, without keeping the OMS from its start', async () => {
    const killed = await leaveStopBehind();
    await killed.close();
    await libvirtd.goDown();
    await start({ guestMs: 60 });
    expect(await findOperation(db, 'op-1')).toMatchObject({ result: 'running' });
    await expect(ask(request('web', 'start', { id: 'op-2' }))).resolves.toMatchObject({ code: 'vm-busy' });
    libvirtd.setState(libvirtd.domainNamed('web').uuid, { state: 'shutoff', reason: 'shutdown' });
    await libvirtd.comeUp();
    expect(await ended()).toMatchObject({ result: 'ok' });
  });

  it('that were on a host which stays away end as not known, and do not keep the VM busy for ever', async () => {
    const killed = await leaveStopBehind();
    await killed.close();
    await libvirtd.goDown();
    await start({ readBackMs: 50 });
    const operation = await ended();
    expect(operation).toMatchObject({
      result: 'timeout',
      cause: expect.stringMatching(/^the OMS ended while it ran; libvirtd of hA cannot be reached: .*be read back$/),
    });
    expect(operation.hops[2]).toMatchObject({ result: 'timeout', observed: 'inferred', cause: operation.cause });
  });

  it('that were on a host which is no longer controlled end as not known', async () => {
    const killed = await leaveStopBehind();
    await killed.close();
    control = await startControl({
      records,
      isolation: isolationBook(db, Date.now),
      hosts: new Map(),
      connect,
      logger: pino({ level: 'silent' }),
    });
    expect(await ended()).toMatchObject({
      result: 'timeout',
      cause: 'the OMS ended while it ran; there is no NC hA',
      hops: [{ result: 'timeout' }, {}, { result: 'unknown' }, {}, {}, { result: 'ok' }],
    });
  });

  it('that are under way when the control side ends stay running, for the next one to read back', async () => {
    await ask(request('deaf', 'stop'));
    await libvirtd.waitForCall('domainShutdown');
    await control.close();
    while (libvirtd.connections > 0) await new Promise(setImmediate);
    expect(await findOperation(db, 'op-1')).toMatchObject({ result: 'running' });
    libvirtd.setState(libvirtd.domainNamed('deaf').uuid, { state: 'shutoff', reason: 'shutdown' });
    await start();
    expect(await ended()).toMatchObject({ result: 'ok' });
    expect(acts()).toHaveLength(1);
  });

  it('to and on an isolated host are refused by CC, with who and why (A29, A31)', async () => {
    const isolation = { by: 'eve', why: 'its memory fails' };
    await db.transaction().execute((trx) => isolate(trx, HOST, isolation, 1000));
    await ask(request('off', 'start'));
    const cause = 'NC hA is in isolated state since 1970-01-01T00:00:01.000Z, by eve: its memory fails';
    const operation = await ended();
    expect(told(operation)).toEqual([
      ['CLC sends start request to CC', 'ok', undefined],
      ['CC forwards start request to NC', 'failed', cause],
      ['NC starts the VM', 'skipped', undefined],
      ['NC replies to CC', 'skipped', undefined],
      ['CC replies start failed to CLC', 'ok', undefined],
      ['CLC records the hop information in the DB', 'ok', undefined],
    ]);
    expect(acts()).toEqual([]);
    await ask(request('web', 'stop', { id: 'op-2' }));
    expect(await ended('op-2')).toMatchObject({ result: 'ok' });

    await db.transaction().execute((trx) => release(trx, HOST, { by: 'ana', at: 2000 }));
    await ask(request('off', 'start', { id: 'op-3' }));
    expect(await ended('op-3')).toMatchObject({ result: 'ok' });
  });
});
