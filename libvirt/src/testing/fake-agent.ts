import { RemoteError } from '../errors.ts';
import type { FakeDomain } from './fake-domain.ts';
import { daemonError } from './fake-errors.ts';

/** Passes a command to the domain's agent; answers as QEMU's driver does when there is none or it fails. */
export async function runAgent({ agent }: FakeDomain, command: string): Promise<string> {
  if (agent === undefined) throw daemonError(74, 'argument unsupported: QEMU guest agent is not configured');
  if (agent === null) throw daemonError(86, 'Guest agent is not responding: QEMU guest agent is not connected');
  const parsed = JSON.parse(command) as { execute: string; arguments?: unknown };
  try {
    return JSON.stringify({ return: (await agent(parsed)) ?? {} });
  } catch (error) {
    if (error instanceof RemoteError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw daemonError(1, `internal error: unable to execute QEMU agent command '${parsed.execute}': ${text}`);
  }
}
