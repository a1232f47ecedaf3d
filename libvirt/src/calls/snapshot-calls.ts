import type { CallOptions } from '../call-options.ts';
import type { DomainRef } from '../domain.ts';
import { bitsOf } from '../flags.ts';
import { procedures } from '../protocol/index.ts';
import { snapshotCreateBit, snapshotDeleteBit, snapshotListBit, snapshotRevertBit } from '../snapshot-bits.ts';
import type {
  SnapshotCreateFlags,
  SnapshotDeleteFlags,
  SnapshotListFlags,
  SnapshotRef,
  SnapshotRevertFlags,
} from '../snapshot.ts';
import { Calls, longJobTimeoutMs } from './calls.ts';

/** Snapshots of domains. Making, reverting to and deleting one is refused on a read-only connection. */
export class SnapshotCalls extends Calls {
  /**
   * `xml`: `<domainsnapshot>`, in which all may be left out. Of a running domain it enters QEMU's monitor and stops the
   * guest while its memory is written, unless `diskOnly`; the default deadline is an hour. `quiesce` without an agent:
   * VIR_ERR_ARGUMENT_UNSUPPORTED or VIR_ERR_AGENT_UNRESPONSIVE; raw disks in an internal snapshot:
   * VIR_ERR_CONFIG_UNSUPPORTED.
   */
  async create(domain: DomainRef, xml: string, options: CallOptions & SnapshotCreateFlags = {}): Promise<SnapshotRef> {
    const args = { domain, xml, flags: bitsOf(snapshotCreateBit, options) };
    return (await this.call(procedures.domainSnapshotCreateXml, args, options, longJobTimeoutMs)).snapshot;
  }

  /** All that libvirt keeps track of, or those that the flags let through. */
  async list(domain: DomainRef, options: CallOptions & SnapshotListFlags = {}): Promise<SnapshotRef[]> {
    const args = { domain, needResults: 1, flags: bitsOf(snapshotListBit, options) };
    return [...(await this.call(procedures.domainListAllSnapshots, args, options)).snapshots];
  }

  /** RemoteError VIR_ERR_NO_DOMAIN_SNAPSHOT when there is none. */
  async lookup(domain: DomainRef, name: string, options?: CallOptions): Promise<SnapshotRef> {
    return (await this.call(procedures.domainSnapshotLookupByName, { domain, name, flags: 0 }, options)).snapshot;
  }

  /** With state, creation time (seconds since 1970), parent, and the domain as it was then. */
  async xml(snapshot: SnapshotRef, options?: CallOptions): Promise<string> {
    return (await this.call(procedures.domainSnapshotGetXmlDesc, { snapshot, flags: 0 }, options)).xml;
  }

  /** Puts the domain back to it; what it did since is lost. libvirt 9.0 cannot with external ones. */
  async revert(snapshot: SnapshotRef, options: CallOptions & SnapshotRevertFlags = {}): Promise<void> {
    const args = { snapshot, flags: bitsOf(snapshotRevertBit, options) };
    await this.call(procedures.domainRevertToSnapshot, args, options, longJobTimeoutMs);
  }

  /** External ones only since libvirt 9.0, and there as a block job. */
  async delete(snapshot: SnapshotRef, options: CallOptions & SnapshotDeleteFlags = {}): Promise<void> {
    const args = { snapshot, flags: bitsOf(snapshotDeleteBit, options) };
    await this.call(procedures.domainSnapshotDelete, args, options, longJobTimeoutMs);
  }
}
