import { LibvirtError, RemoteError, type DomainJobInfo, type DomainRef } from '@faultline/libvirt';
import { waitMs } from '@faultline/program';
import type { Logger } from 'pino';
import type { Hypervisor } from '../host/hypervisor.ts';
import type { Progress } from '../messages.ts';

const EVERY_MS = 500;

export interface FollowOptions {
  /** A connection that may hang: during a migration the call enters QEMU's monitor. */
  hypervisor: Pick<Hypervisor, 'domainJobInfo'>;
  vm: DomainRef;
  tell: (progress: Progress) => void;
  logger: Logger;
  /** Aborted when the job is over. */
  signal: AbortSignal;
}

/** Tells how far a VM's job is, again and again until it is over. What it cannot learn it does not tell; never rejects. */
export async function followJob({ hypervisor, vm, tell, logger, signal }: FollowOptions): Promise<void> {
  const isOver = (): boolean => signal.aborted;
  for (;;) {
    await waitMs(EVERY_MS, signal);
    if (isOver()) return;
    try {
      const job = await hypervisor.domainJobInfo(vm, { signal });
      // Before the first memory is counted there is a job, and nothing to tell of it.
      if (isRunning(job) && job.data.totalBytes > 0) tell(progressOf(job, Date.now()));
    } catch (error) {
      if (isOver()) return;
      // Between its jobs, or once it is gone, libvirt refuses; that ends nothing. An answer that does not come does.
      if (error instanceof RemoteError) continue;
      if (!(error instanceof LibvirtError)) throw error;
      logger.warn({ err: error }, 'how far the job is cannot be told any more');
      return;
    }
  }
}

const isRunning = ({ type }: DomainJobInfo): boolean => type === 'bounded' || type === 'unbounded';

/** As virsh counts: of the total, which grows while the guest goes on writing, what does not remain. Pure. */
export function progressOf({ data }: Pick<DomainJobInfo, 'data'>, at: number): Progress {
  const { processedBytes, remainingBytes, totalBytes } = data;
  const percent = Math.min(100, Math.max(0, Math.floor((100 * (totalBytes - remainingBytes)) / totalBytes)));
  return { at, processedBytes, remainingBytes, totalBytes, percent };
}
