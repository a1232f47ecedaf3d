import { describe, expect, it } from '@jest/globals';
import { OPERATION_KINDS, type Operation } from '@faultline/contracts';
import type { OperationSummary } from '../operations/index.ts';
import { actsOf } from './acts.ts';
import { missedDetail, type Change } from './change.ts';
import { inferOperations, observedId } from './infer.ts';

const VM = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };
const T = 1_700_000_000_000;

let count = 0;
/** `after` ms after T, on hA. */
function seen(after: number, detail: string, more: Partial<Change> = {}): Change {
  const event = detail === 'reboot' ? 'reboot' : 'lifecycle';
  return { host: 'hA', id: `r${(count += 1)}`, at: T + after, event, detail, state: null, since: null, ...more };
}

const known = (kind: Operation['kind'], more: Partial<OperationSummary> = {}): OperationSummary => ({
  id: `op-${kind}`,
  vm: VM,
  kind,
  initiator: 'ana',
  started: T,
  ended: T + 1000,
  result: 'ok',
  source: 'faultline',
  ...more,
});

const told = (changes: Change[]) =>
  actsOf(changes).map(({ kind, byGuest, started, ended, host, destination }) => [
    kind,
    ...(byGuest ? ['guest'] : []),
    started - T,
    ended - T,
    ...(host === undefined ? [] : [host]),
    ...(destination === undefined ? [] : [`to ${destination}`]),
  ]);

const on = { host: 'hB' };

describe('what the events of a libvirt host tell of', () => {
  it.each<[string, Change[], unknown[]]>([
    ['virsh start', [seen(0, 'resumed (unpaused)'), seen(5, 'started (booted)')], [['start', 5, 5, 'hA']]],
    ['virsh destroy', [seen(0, 'shutdown (host)'), seen(90, 'stopped (destroyed)')], [['stop', 0, 90, 'hA']]],
    [
      'a guest that powers itself off',
      [seen(0, 'shutdown (guest)'), seen(800, 'stopped (shutdown)')],
      [['stop', 'guest', 0, 800, 'hA']],
    ],
    ['a stop whose beginning nobody told', [seen(0, 'stopped (shutdown)')], [['stop', 0, 0, 'hA']]],
    ['virsh suspend', [seen(0, 'suspended (paused)', { state: 'paused (user)' })], [['suspend', 0, 0, 'hA']]],
    ['virsh resume', [seen(0, 'resumed (unpaused)', { state: 'running (unpaused)' })], [['resume', 0, 0, 'hA']]],
    [
      'virsh start --paused, then resume',
      [
        seen(0, 'started (booted)'),
        seen(1, 'suspended (paused)', { state: 'paused (user)' }),
        seen(9000, 'resumed (unpaused)'),
      ],
      [
        ['start', 0, 0, 'hA'],
        ['suspend', 1, 1, 'hA'],
        ['resume', 9000, 9000, 'hA'],
      ],
    ],
    [
      'a snapshot, for which libvirt pauses and resumes the VM',
      [seen(0, 'suspended (paused)', { state: 'paused (snapshot)' }), seen(60_000, 'resumed (unpaused)')],
      [],
    ],
    [
      'a save',
      [seen(0, 'suspended (paused)', { state: 'paused (save)' }), seen(900, 'stopped (saved)')],
      [['suspend', 900, 900, 'hA']],
    ],
    ['a restore', [seen(0, 'started (restored)'), seen(1, 'resumed (unpaused)')], [['start', 0, 0, 'hA']]],
    ['a reboot, which libvirt tells of twice', [seen(0, 'reboot'), seen(400, 'reboot')], [['reboot', 0, 0, 'hA']]],
    [
      'two reboots',
      [seen(0, 'reboot'), seen(60_000, 'reboot')],
      [
        ['reboot', 0, 0, 'hA'],
        ['reboot', 60_000, 60_000, 'hA'],
      ],
    ],
    ['a guest that suspends to memory', [seen(0, 'pmsuspended (memory)')], [['suspend', 'guest', 0, 0, 'hA']]],
    ['a guest that is woken up', [seen(0, 'started (wakeup)')], [['resume', 0, 0, 'hA']]],
  ])('%s', (_what, changes, acts) => {
    expect(told(changes)).toEqual(acts);
    expect(told(changes.toReversed())).toEqual(acts);
  });

  it.each<[string, Change[]]>([
    ['a panic', [seen(0, 'crashed (panicked)'), seen(2000, 'stopped (crashed)')]],
    [
      'a panic after which libvirt resets the VM',
      [seen(0, 'crashed (panicked)'), seen(300, 'reboot'), seen(400, 'resumed (unpaused)')],
    ],
    ['a QEMU that was killed', [seen(0, 'stopped (failed)')]],
    ['a full disk', [seen(0, 'suspended (ioerror)')]],
    ['a migration that was given up', [seen(0, 'suspended (migrated)'), seen(200, 'resumed (unpaused)')]],
    ['a destination that gave a migration up', [seen(0, 'started (migrated)'), seen(9000, 'stopped (failed)')]],
  ])('%s is nobody’s operation', (_what, changes) => {
    expect(told(changes)).toEqual([]);
  });
});

describe('a migration seen by two hosts (A38)', () => {
  const began = seen(0, 'started (migrated)', on);
  const paused = seen(1900, 'suspended (migrated)');
  const ran = seen(2000, 'resumed (migrated)', on);
  const left = seen(2100, 'stopped (migrated)');

  it('is one operation, known by what the destination said', () => {
    expect(told([left, ran, paused, began])).toEqual([['migrate', 0, 2100, 'hA', 'to hB']]);
    const [operation] = inferOperations(VM, [began, ran, paused, left], []).operations;
    expect(operation).toMatchObject({ id: observedId(ran), kind: 'migrate', initiator: 'unknown', result: 'ok' });
    expect(operation?.hops).toEqual([
      {
        seq: 0,
        from: { role: 'NC', node: 'hA' },
        to: { role: 'NC', node: 'hA' },
        message: 'NC migrates the VM to hB',
        direction: 'local',
        at: T,
        ended: T + 2100,
        result: 'ok',
        observed: 'inferred',
      },
    ]);
  });

  it('is one also where only one of them is watched', () => {
    expect(told([began, ran])).toEqual([['migrate', 0, 2000, 'to hB']]);
    expect(told([paused, left])).toEqual([['migrate', 2100, 2100, 'hA']]);
  });

  it('is not done while the VM only arrives', () => {
    expect(told([began])).toEqual([]);
  });

  it('there and back is two', () => {
    const back = [
      seen(60_000, 'started (migrated)'),
      seen(62_000, 'resumed (migrated)'),
      seen(62_100, 'stopped (migrated)', on),
    ];
    expect(told([began, paused, ran, left, ...back])).toEqual([
      ['migrate', 0, 2100, 'hA', 'to hB'],
      ['migrate', 60_000, 62_100, 'hB', 'to hA'],
    ]);
  });
});

describe('a change that was found after a gap', () => {
  it('is an operation between the two readings', () => {
    expect(told([seen(5000, 'stopped (destroyed)', { since: T })])).toEqual([['stop', 0, 5000, 'hA']]);
  });

  it('is none beside the event that came late after all', () => {
    const late = [seen(3000, 'stopped (destroyed)'), seen(5000, 'stopped (destroyed)', { since: T })];
    expect(told(late)).toEqual([['stop', 3000, 3000, 'hA']]);
  });

  it.each([
    ['running (booted)', 'shutoff (destroyed)', 'stopped (destroyed)'],
    ['paused (user)', 'shutoff (saved)', 'stopped (saved)'],
    ['shutoff (shutdown)', 'running (booted)', 'started (booted)'],
    ['running (booted)', 'paused (user)', 'suspended (paused)'],
    ['paused (user)', 'running (unpaused)', 'resumed (unpaused)'],
    ['running (booted)', 'shutoff (crashed)', null],
    ['running (booted)', 'shutoff (unknown)', null],
    ['running (booted)', 'paused (ioerror)', null],
    ['paused (ioerror)', 'running (unpaused)', null],
    ['running (booted)', 'running (unpaused)', null],
    ['shutoff (destroyed)', 'shutoff (destroyed)', null],
  ])('from %s to %s: %s', (before, after, detail) => {
    const raw = (text: string) => {
      const [, state = '', reason = ''] = /^(\w+) \((.*)\)$/.exec(text) ?? [];
      return { state, reason } as Parameters<typeof missedDetail>[0];
    };
    expect(missedDetail(raw(before), raw(after))).toBe(detail);
  });
});

describe('an act', () => {
  const stop = seen(500, 'stopped (destroyed)');
  const infer = (...operations: OperationSummary[]) => inferOperations(VM, [stop], operations);

  it('that nothing explains is an operation of someone unknown', () => {
    expect(infer()).toEqual({
      operations: [
        expect.objectContaining({ id: observedId(stop), kind: 'stop', source: 'libvirt', initiator: 'unknown' }),
      ],
      undecided: [],
    });
  });

  it.each<[string, OperationSummary[]]>([
    ['an operation of ours', [known('stop')]],
    ['one whose end was not seen', [known('stop', { result: 'timeout' })]],
    ['a reboot that stops and starts', [known('reboot')]],
    ['what another cloud told of', [known('stop', { source: 'nova' })]],
    ['one on a host whose clock is 5 s ahead', [known('stop', { started: T + 5500, ended: T + 6000 })]],
  ])('is explained by %s', (_what, operations) => {
    expect(infer(...operations)).toEqual({ operations: [], undecided: [] });
  });

  it.each<[string, OperationSummary[]]>([
    ['one that failed', [known('stop', { result: 'failed' })]],
    ['one of another kind', [known('suspend')]],
    ['one that was long over', [known('stop', { started: T - 90_000, ended: T - 60_000 })]],
  ])('is not explained by %s', (_what, operations) => {
    expect(infer(...operations).operations).toHaveLength(1);
  });

  it('is undecided while the operation that explains it runs', () => {
    const running = known('stop', { result: 'running' });
    delete running.ended;
    expect(infer(running)).toEqual({ operations: [], undecided: [stop] });
  });

  it('of every kind is explained by an operation of its own kind, where libvirt tells of it', () => {
    const acts = actsOf([seen(0, 'started (booted)'), seen(10_000, 'suspended (paused)'), seen(20_000, 'reboot')]);
    for (const { kind, started } of acts) {
      expect(OPERATION_KINDS).toContain(kind);
      const changes = acts.map(({ key }) => key);
      const ids = inferOperations(VM, changes, [known(kind, { started, ended: started })]).operations.map(
        (it) => it.kind,
      );
      expect(ids).not.toContain(kind);
    }
  });
});
