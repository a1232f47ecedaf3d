import { isIP } from 'node:net';
import type { GuestOs, GuestPing, PingResult } from '@faultline/contracts';
import type { ExecOutcome } from './exec.ts';

/** Whether it may be given to ping: an address or a name, and nothing that ping takes for an option. */
export function isPingable(address: string): boolean {
  return isIP(address) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(address);
}

/** One echo, in the form of the guest's system (D6, D10, D16). */
export function pingCommand(os: Exclude<GuestOs, 'unknown'>, address: string, waitMs: number) {
  return os === 'windows'
    ? { path: 'ping.exe', args: ['-n', '1', '-w', String(waitMs), address] }
    : { path: 'ping', args: ['-c', '1', '-W', String(Math.max(1, Math.ceil(waitMs / 1000))), address] };
}

/**
 * D7, D9, D15a, D16: only a program that ended says anything of the network. Windows' ping also ends in order when a router
 * answers that the address cannot be reached; only a reply has a TTL.
 */
function pingResult(os: Exclude<GuestOs, 'unknown'>, outcome: ExecOutcome): PingResult {
  switch (outcome.kind) {
    case 'no-such-program':
      return 'tool-missing';
    case 'unknown':
      return 'unknown';
    case 'exited':
      if (outcome.exitCode === 0) return os === 'linux' || outcome.text.includes('TTL') ? 'ok' : 'abnormal';
      // A ping that may not open its socket, or does not know the options, has asked nobody.
      return /socket: .*(not permitted|denied)|(invalid|unrecognized|bad) option|usage:/i.test(outcome.text)
        ? 'unknown'
        : 'abnormal';
  }
}

export function pingOf(os: Exclude<GuestOs, 'unknown'>, address: string, outcome: ExecOutcome): GuestPing {
  return {
    address,
    result: pingResult(os, outcome),
    exitCode: outcome.kind === 'exited' ? outcome.exitCode : null,
    text: outcome.text,
  };
}

/** A ping that was not made, and why. */
export function noPing(address: string | null, text: string): GuestPing {
  return { address, result: address === null ? 'not-configured' : 'unknown', exitCode: null, text };
}
