import type { CallOptions } from '../call-options.ts';
import type { DomainRef } from '../domain.ts';
import { bitsOf } from '../flags.ts';
import { migrateBit, migrateParams, peerToPeer } from '../migration-bits.ts';
import type { MigrateFlags, MigrateParameters } from '../migration.ts';
import { procedures } from '../protocol/index.ts';
import { Calls, longJobTimeoutMs } from './calls.ts';
import { hyperFrom } from '../wire/xdr-writer.ts';

/** virDomainMigrateMaxSpeedFlags, libvirt-domain.h. */
const maxSpeedBit = { postCopy: 1 << 0 };

/**
 * Moving domains to another host. How far one is: `domainJobStats`, and the event `migration-iteration`; to stop it:
 * `abortJob`. Refused on a read-only connection, but for `maxDowntimeMs`.
 */
export class MigrationCalls extends Calls {
  /**
   * Moves a domain, peer to peer: this host's daemon connects to `destination` (a libvirt URI as seen from there, e.g.
   * `qemu+tls://host2/system`) and the two do the rest, whether we stay or not. The answer comes when it is over; the
   * default deadline is an hour. A deadline or a lost connection does not stop it.
   *
   * It needs VIR_DRV_FEATURE_MIGRATION_PARAMS (libvirt 1.1). Disks that only one host has: `nonSharedDisk`, or
   * `unsafe` where both see the same file without libvirt knowing. Errors: VIR_ERR_MIGRATE_UNSAFE,
   * VIR_ERR_OPERATION_FAILED (destination not reached), VIR_ERR_OPERATION_ABORTED, ...
   */
  async migrate(
    domain: DomainRef,
    destination: string,
    options: CallOptions & MigrateFlags & MigrateParameters = {},
  ): Promise<void> {
    const args = {
      domain,
      destination,
      params: migrateParams(options),
      cookieIn: Buffer.alloc(0),
      flags: peerToPeer + bitsOf(migrateBit, { live: true, ...options }),
    };
    await this.call(procedures.domainMigratePerform3Params, args, options, longJobTimeoutMs);
  }

  /** From now on without waiting for the rest of the memory. It must have been allowed by `postCopy`. */
  async startPostCopy(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.domainMigrateStartPostCopy, { domain, flags: 0 }, options);
  }

  /** The most that migrations of the domain may send, MiB/s; `postCopy`: after the switch. */
  async maxSpeed(domain: DomainRef, options: CallOptions & { postCopy?: boolean } = {}): Promise<number> {
    const args = { domain, flags: bitsOf(maxSpeedBit, options) };
    return Number((await this.call(procedures.domainMigrateGetMaxSpeed, args, options)).bandwidth);
  }

  /** MiB/s. During a migration it changes that one too, and enters QEMU's monitor. */
  async setMaxSpeed(
    domain: DomainRef,
    bandwidthMibps: number,
    options: CallOptions & { postCopy?: boolean } = {},
  ): Promise<void> {
    const args = { domain, bandwidth: hyperFrom(bandwidthMibps), flags: bitsOf(maxSpeedBit, options) };
    await this.call(procedures.domainMigrateSetMaxSpeed, args, options);
  }

  /** How long the guest may stand still at the end, ms. Enters QEMU's monitor. */
  async maxDowntimeMs(domain: DomainRef, options?: CallOptions): Promise<number> {
    return Number((await this.call(procedures.domainMigrateGetMaxDowntime, { domain, flags: 0 }, options)).downtime);
  }

  /** Enters QEMU's monitor. */
  async setMaxDowntimeMs(domain: DomainRef, downtimeMs: number, options?: CallOptions): Promise<void> {
    const args = { domain, downtime: hyperFrom(downtimeMs), flags: 0 };
    await this.call(procedures.domainMigrateSetMaxDowntime, args, options);
  }
}
