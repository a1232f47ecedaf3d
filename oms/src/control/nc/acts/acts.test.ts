import { describe, expect, it } from '@jest/globals';
import { actOf as actOfTask, type Given, type Sight } from './index.ts';

const GIVEN: Given = {
  disks: [],
  destinationOf: () => {
    throw new Error('nothing migrates here');
  },
};
type Kind = 'stop' | 'start' | 'reboot' | 'suspend' | 'resume';
const actOf = ({ kind, force }: { kind: Kind; force: boolean }) => actOfTask(force ? { kind, force } : { kind }, GIVEN);

const seen = (state: string, reason: string, more: Partial<Sight> = {}): Sight => ({
  state: { state, reason } as Sight['state'],
  rebooted: false,
  eventsMissed: false,
  occupied: false,
  ...more,
});
const gone: Sight = { state: 'gone', rebooted: false, eventsMissed: false, occupied: false };

describe('what an NC makes of what it sees', () => {
  it.each<[Kind, boolean, string, Sight, string | undefined]>([
    ['stop', false, 'still running', seen('running', 'booted'), undefined],
    ['stop', false, 'shutting down', seen('shutdown', 'user'), undefined],
    ['stop', false, 'off by the guest', seen('shutoff', 'shutdown'), 'ok'],
    ['stop', false, 'a transient VM that is off', gone, 'ok'],
    ['stop', false, 'QEMU died of it', seen('shutoff', 'crashed'), 'failed'],
    ['stop', false, 'QEMU ended while nobody looked', seen('shutoff', 'crashed', { eventsMissed: true }), 'timeout'],
    ['stop', false, 'a panic on the way down', seen('crashed', 'panicked'), 'failed'],
    ['stop', true, 'off by the host', seen('shutoff', 'destroyed'), 'ok'],
    ['stop', true, 'still there', seen('running', 'booted'), undefined],
    ['start', false, 'booted', seen('running', 'booted'), 'ok'],
    ['start', false, 'paused on its way', seen('paused', 'starting-up'), undefined],
    ['start', false, 'dead at once', seen('shutoff', 'failed'), 'failed'],
    ['suspend', false, 'still running', seen('running', 'booted'), undefined],
    ['suspend', false, 'paused', seen('paused', 'user'), 'ok'],
    ['suspend', false, 'destroyed meanwhile', seen('shutoff', 'destroyed'), 'failed'],
    ['suspend', false, 'gone meanwhile', gone, 'failed'],
    ['resume', false, 'still paused', seen('paused', 'user'), undefined],
    ['resume', false, 'paused again by an I/O error', seen('paused', 'ioerror'), undefined],
    ['resume', false, 'running', seen('running', 'unpaused'), 'ok'],
    ['resume', false, 'dead', seen('shutoff', 'crashed'), 'failed'],
    ['reboot', false, 'nothing yet', seen('running', 'booted'), undefined],
    ['reboot', false, 'back', seen('running', 'booted', { rebooted: true }), 'ok'],
    ['reboot', false, 'rebooted, not yet running', seen('paused', 'user', { rebooted: true }), undefined],
    ['reboot', false, 'off, as on_reboot destroy does', seen('shutoff', 'destroyed'), 'failed'],
    ['reboot', true, 'nothing yet', seen('running', 'booted'), undefined],
    ['reboot', true, 'reset', seen('running', 'booted', { rebooted: true }), 'ok'],
    ['reboot', true, 'reset while it was paused', seen('paused', 'user', { rebooted: true }), undefined],
    ['reboot', true, 'off, as on_reboot destroy does', seen('shutoff', 'shutdown'), 'failed'],
  ])('%s (force %j), %s', (kind, force, _what, sight, result) => {
    expect(actOf({ kind, force }).judge(sight)?.result).toBe(result);
  });

  it.each<[Kind, boolean, Sight, string, string]>([
    [
      'stop',
      false,
      seen('running', 'booted'),
      'failed',
      'guest did not shut down within 60 s, the VM is running (booted); ask again with force to stop it without the guest',
    ],
    [
      'reboot',
      false,
      seen('running', 'booted'),
      'failed',
      'guest did not reboot within 60 s; ask again with force to reset it without the guest',
    ],
    [
      'reboot',
      false,
      seen('running', 'booted', { eventsMissed: true }),
      'timeout',
      'the connection to libvirtd was lost meanwhile; whether the VM rebooted is not known',
    ],
    ['reboot', false, seen('paused', 'user', { rebooted: true }), 'failed', 'the VM rebooted, but is paused (user)'],
    ['stop', true, seen('running', 'booted'), 'failed', 'libvirt accepted the request, but the VM is running (booted)'],
  ])('%s (force %j) that comes to nothing says so', (kind, force, sight, result, cause) => {
    expect(actOf({ kind, force }).late(sight, 60_000)).toEqual({ result, cause });
  });

  it.each<[Kind, boolean, Sight, string, RegExp]>([
    ['stop', false, seen('running', 'booted'), 'failed', /^read back from libvirt, the VM is running \(booted\)$/],
    ['stop', true, seen('running', 'booted', { occupied: true }), 'timeout', /has not come back and may still take/],
    ['start', false, seen('shutoff', 'unknown'), 'failed', /the VM is shutoff \(unknown\)$/],
    ['start', false, gone, 'failed', /the VM is not known to libvirt$/],
    ['reboot', false, seen('running', 'booted'), 'timeout', /^whether the VM rebooted is not known/],
    ['reboot', true, seen('running', 'booted'), 'timeout', /^whether the VM rebooted is not known/],
    ['suspend', false, seen('running', 'booted', { occupied: true }), 'timeout', /may still take effect/],
    ['resume', false, seen('paused', 'user'), 'failed', /the VM is paused \(user\)$/],
  ])('%s (force %j) of which nobody heard the end tells what the state tells', (kind, force, sight, result, cause) => {
    expect(actOf({ kind, force }).judgeAfter(sight)).toEqual({ result, cause: expect.stringMatching(cause) });
  });
});
