import type { DomainRef } from '../domain.ts';
import type { SnapshotCreateFlags, SnapshotRef } from '../snapshot.ts';
import type { FakeSnapshot } from './fake-domain.ts';
import { daemonError, refused } from './fake-errors.ts';
import type { FakeHost } from './fake-host.ts';

export function createSnapshot(
  host: FakeHost,
  ref: DomainRef,
  xml: string,
  flags: Partial<SnapshotCreateFlags>,
): SnapshotRef {
  const domain = host.byUuid(ref.uuid);
  const name = /<name>([^<]+)<\/name>/.exec(xml)?.[1] ?? String(Math.floor(Date.now() / 1_000));
  if (flags.quiesce && domain.agent === undefined) {
    throw daemonError(74, 'argument unsupported: QEMU guest agent is not configured');
  }
  if (flags.quiesce && domain.agent === null) {
    throw daemonError(86, 'Guest agent is not responding: QEMU guest agent is not connected');
  }
  if (domain.snapshots.has(name)) throw daemonError(9, `operation failed: domain snapshot ${name} already exists`, 43);
  const kept = flags.diskOnly ? 'disk-snapshot' : domain.state;
  const described = `<domainsnapshot>\n  <name>${name}</name>\n  <state>${kept}</state>\n</domainsnapshot>\n`;
  domain.snapshots.set(name, { xml: described, state: flags.diskOnly ? 'shutoff' : domain.state });
  return { name, domain: domain.ref };
}

export function listSnapshots(host: FakeHost, ref: DomainRef): SnapshotRef[] {
  const domain = host.byUuid(ref.uuid);
  return Array.from(domain.snapshots.keys(), (name) => ({ name, domain: domain.ref }));
}

/** Throws VIR_ERR_NO_DOMAIN_SNAPSHOT, as the daemon would. */
export function snapshotNamed(host: FakeHost, ref: DomainRef, name: string): FakeSnapshot {
  const snapshot = host.byUuid(ref.uuid).snapshots.get(name);
  if (!snapshot) {
    throw daemonError(72, `Domain snapshot not found: no domain snapshot with matching name '${name}'`);
  }
  return snapshot;
}

/** The domain is as it was: running, paused or off. */
export function revertToSnapshot(host: FakeHost, { name, domain: ref }: SnapshotRef): void {
  const { state } = snapshotNamed(host, ref, name);
  const domain = host.byUuid(ref.uuid);
  if (state === 'shutoff') {
    if (domain.active) host.stop(domain, 'from-snapshot');
    return;
  }
  if (!domain.active) {
    host.change(domain.uuid, state, 'from-snapshot');
    host.lifecycle(domain, 'started', 'from-snapshot');
  } else {
    domain.setState(state, 'from-snapshot');
    host.lifecycle(domain, state === 'paused' ? 'suspended' : 'resumed', 'from-snapshot');
  }
}

export function deleteSnapshot(host: FakeHost, { name, domain: ref }: SnapshotRef): void {
  snapshotNamed(host, ref, name);
  const domain = host.byUuid(ref.uuid);
  if (domain.job) throw refused('another job is active on the domain');
  domain.snapshots.delete(name);
}
