import { LibvirtError, RemoteError, type CallOptions, type DomainRef } from '@faultline/libvirt';
import type { Logger } from 'pino';
import type { Hypervisor } from '../../host/hypervisor.ts';
import { CannotDoError, failed, OK, unknown } from '../../host/outcome.ts';
import type { Outcome, TaskOf } from '../../messages.ts';
import { followJob } from '../job-progress.ts';
import {
  isOff,
  isRunning,
  notDone,
  told,
  toldState,
  type Act,
  type AskOptions,
  type Destination,
  type Given,
  type SeenState,
  type Sight,
} from './act.ts';
import { isPersistent } from './persistence.ts';

/** What libvirt gets to call a migration off, ms. */
const CALL_OFF_MS = 30_000;

/**
 * A38: live, peer to peer. The source's libvirtd does it all with the destination's, so that it goes on when we end. The
 * definition moves along, and none stays at the source.
 */
export function migrate(task: TaskOf<'migrate'>, { destinationOf }: Given): Act {
  async function ask(hypervisor: Hypervisor, vm: DomainRef, options: AskOptions): Promise<void> {
    const { tell, timeoutMs, signal, logger } = options;
    const { uri } = destinationOf(task.toHost);
    // A transient VM has no definition that could be moved.
    const definitionMoves = await isPersistent(hypervisor, vm, { signal });
    const over = new AbortController();
    const progress = followJob({ hypervisor, vm, tell, logger, signal: over.signal });
    const deadline = callOffAfter(hypervisor, vm, timeoutMs, options);
    try {
      await hypervisor.migration.migrate(vm, uri, {
        ...parametersOf(task),
        persistDestination: definitionMoves,
        undefineSource: definitionMoves,
        timeoutMs: timeoutMs + CALL_OFF_MS,
        signal,
      });
    } catch (error) {
      if (!(deadline.calledOff() && error instanceof RemoteError)) throw error;
      throw new CannotDoError(`it did not end within ${timeoutMs / 1000} s and was called off: ${error.message}`);
    } finally {
      deadline.cancel();
      over.abort();
      await progress;
    }
  }

  const notMoved = (sight: Sight): string =>
    `the VM is ${told(sight)} at its source and ${sight.there === undefined ? 'unreadable' : toldState(sight.there)} on ${task.toHost}`;

  return {
    ask,
    look: async (_hypervisor, vm, options) => ({ there: await stateAt(destinationOf(task.toHost), vm, options) }),
    judge: (sight) => (hasMoved(sight) ? OK : undefined),
    waitsFor: 'libvirt',
    underWay: ({ state, there }) => !isOff(state) && there !== undefined && !isOff(there),
    late: (sight) =>
      sight.there === undefined
        ? unknown(`libvirt ended the migration, but ${task.toHost} cannot be read; ${notMoved(sight)}`)
        : failed(`libvirt ended the migration, but ${notMoved(sight)}`),
    judgeAfter: (sight) => judgeAfter(sight, notMoved(sight)),
  };
}

/** One that was paused before is paused afterwards. */
function hasMoved({ state, there }: Sight): boolean {
  if (there === undefined || there === 'gone' || !isOff(state)) return false;
  return isRunning(there) || there.state === 'paused';
}

function judgeAfter(sight: Sight, what: string): Outcome {
  // Its source let it go, or both ends have it: only the destination knows.
  if (sight.there === undefined) return unknown(`the destination cannot be read; read back, ${what}`);
  if (!isOff(sight.state) && !isOff(sight.there)) return unknown(`it did not come to its end; read back, ${what}`);
  return notDone(sight, what);
}

function parametersOf(task: TaskOf<'migrate'>) {
  return {
    autoConverge: task.autoConverge ?? false,
    nonSharedDisk: task.copyDisks === 'whole',
    nonSharedIncremental: task.copyDisks === 'incremental',
    unsafe: task.unsafe ?? false,
    ...(task.bandwidthMibps === undefined ? {} : { bandwidthMibps: task.bandwidthMibps }),
  };
}

/** Undefined when the destination cannot be read: then nothing is known of it. */
async function stateAt(destination: Destination, vm: DomainRef, options: CallOptions): Promise<SeenState | undefined> {
  try {
    return await (await destination.current()).domainState(vm, options);
  } catch (error) {
    if (error instanceof RemoteError && error.codeName === 'VIR_ERR_NO_DOMAIN') return 'gone';
    if (error instanceof LibvirtError) return undefined;
    throw error;
  }
}

/** libvirt goes on with a migration whose caller no longer waits, so that one that takes too long must be called off. */
function callOffAfter(hypervisor: Hypervisor, vm: DomainRef, ms: number, { logger }: { logger: Logger }) {
  let calledOff = false;
  const timer = setTimeout(() => {
    calledOff = true;
    hypervisor.abortJob(vm, { timeoutMs: CALL_OFF_MS }).catch((error: unknown) => {
      logger.warn({ err: error }, 'the migration could not be called off');
    });
  }, ms);
  return {
    calledOff: () => calledOff,
    cancel: () => {
      clearTimeout(timer);
    },
  };
}
