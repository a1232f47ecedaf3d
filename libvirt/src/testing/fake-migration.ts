import type { DomainRef } from '../domain.ts';
import type { MigrateFlags } from '../migration.ts';
import { jobOperationNames } from '../names/jobs.ts';
import type { FakeDomain, FakeJob } from './fake-domain.ts';
import { daemonError, refused } from './fake-errors.ts';
import type { FakeHost } from './fake-host.ts';

const operation = jobOperationNames.indexOf('migration-out');

/** What a client may do to a migration that is under way. */
const aborts = new WeakMap<FakeDomain, (why: Error) => void>();

/** The domain leaves for `destination` as QEMU's driver has it, with its events; it ends when the destination took it. */
export async function migrate(
  host: FakeHost,
  ref: DomainRef,
  destination: string,
  flags: Partial<MigrateFlags>,
): Promise<void> {
  const domain = host.active(ref);
  if (domain.job) throw daemonError(68, 'Timed out during operation: cannot acquire state change lock');
  const running: FakeJob = { type: 'unbounded', values: { operation, time_elapsed: 1n, data_total: 1_048_576n } };
  domain.job = running;
  const aborted = new Promise<never>((_resolve, reject) => {
    aborts.set(domain, reject);
  });
  host.emit({ kind: 'migration-iteration', domain: domain.ref, iteration: 1 });
  const { name, uuid, xml, state, persistent } = domain;
  try {
    await Promise.race([host.migrateTo({ name, uuid, xml, state, reason: 'migrated' }, destination), aborted]);
  } finally {
    domain.job = null;
    aborts.delete(domain);
  }
  domain.completedJob = { type: 'completed', values: { ...running.values, downtime: 42n } };
  host.lifecycle(domain, 'suspended', 'migrated');
  host.emit({
    kind: 'job-completed',
    domain: domain.ref,
    operation: 'migration-out',
    values: new Map(Object.entries(domain.completedJob.values)),
  });
  if (flags.undefineSource && persistent) host.undefine(domain.ref);
  host.stop(domain, 'migrated');
}

export function abortJob(host: FakeHost, ref: DomainRef): void {
  const domain = host.active(ref);
  const abort = aborts.get(domain);
  if (!abort) throw refused('no job is active on the domain');
  abort(daemonError(78, 'operation aborted: migration out: canceled by client'));
}
