import { describe, expect, it } from '@jest/globals';
import type { PerformedKind } from '../messages.ts';
import { actOf, type Sight } from './acts.ts';

const seen = (state: string, reason: string, more: Partial<Sight> = {}): Sight => ({
  state: { state, reason } as Sight['state'],
  rebooted: false,
  eventsMissed: false,
  ...more,
});
const gone: Sight = { state: 'gone', rebooted: false, eventsMissed: false };

describe('what an NC makes of what it sees', () => {
  it.each<[PerformedKind, boolean, string, Sight, string | undefined]>([
    ['stop', false, 'still running', seen('running', 'booted'), undefined],
    ['stop', false, 'shutting down', seen('shutdown', 'user'), undefined],
    ['stop', false, 'off by the guest', seen('shutoff', 'shutdown'), 'ok'],
    ['stop', false, 'a transient VM that is off', gone, 'ok'],
    ['stop', false, 'QEMU died of it', seen('shutoff', 'crashed'), 'failed'],
    ['stop', false, 'a panic on the way down', seen('crashed', 'panicked'), 'failed'],
    ['stop', true, 'off by the host', seen('shutoff', 'destroyed'), 'ok'],
    ['stop', true, 'still there', seen('running', 'booted'), undefined],
    ['start', false, 'booted', seen('running', 'booted'), 'ok'],
    ['start', false, 'paused on its way', seen('paused', 'starting-up'), undefined],
    ['start', false, 'dead at once', seen('shutoff', 'failed'), 'failed'],
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

  it.each<[PerformedKind, boolean, Sight, string, string]>([
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

  it('has nothing to force in a start', () => {
    expect(actOf({ kind: 'start', force: true })).toBe(actOf({ kind: 'start', force: false }));
  });
});
