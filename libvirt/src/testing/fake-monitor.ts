import type { FakeDomain } from './fake-domain.ts';
import { daemonError } from './fake-errors.ts';

/** VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP, libvirt-qemu.h. */
const hmp = 1;

/** QEMU's answer to the two commands that every QEMU knows; to any other that it does not know it. */
export function runMonitor({ state }: FakeDomain, command: string, flags: number): string {
  const status = state === 'paused' ? 'paused' : 'running';
  if (flags === hmp) {
    const known = command === 'info status';
    return known ? `VM status: ${status}\r\n` : `unknown command: '${command}'\r\n`;
  }
  const execute = parsed(command);
  if (execute !== 'query-status') {
    const desc = `The command ${String(execute)} has not been found`;
    return JSON.stringify({ id: 'libvirt-1', error: { class: 'CommandNotFound', desc } });
  }
  return JSON.stringify({ return: { status, running: status === 'running' }, id: 'libvirt-1' });
}

function parsed(command: string): unknown {
  try {
    return (JSON.parse(command) as { execute?: unknown }).execute;
  } catch {
    throw daemonError(1, `internal error: cannot parse json ${command}: lexical error: invalid char in json text.`, 18);
  }
}
