import { migrateBit } from '../../migration-bits.ts';
import type { migrationProcedures } from '../../protocol/procedures/migration.ts';
import { daemonError, refused } from '../fake-errors.ts';
import { flagsIn } from '../fake-filters.ts';
import { migrate } from '../fake-migration.ts';
import type { Handlers } from './handler.ts';

export const migrationHandlers: Handlers<typeof migrationProcedures> = {
  domainMigratePerform3Params: async (host, { domain, destination, flags }) => {
    if (destination === null) throw daemonError(8, 'invalid argument: dconnuri must not be NULL', 0);
    await migrate(host, domain, destination, flagsIn(migrateBit, flags));
    return { cookieOut: Buffer.alloc(0) };
  },
  domainMigrateStartPostCopy: (host, { domain }) => {
    const { job } = host.active(domain);
    if (!job) throw refused('post-copy can only be started while outgoing migration is in progress');
    return undefined;
  },
  domainMigrateGetMaxSpeed: (host, { domain }) => ({ bandwidth: BigInt(host.byUuid(domain.uuid).maxSpeedMibps) }),
  domainMigrateSetMaxSpeed: (host, { domain, bandwidth }) => {
    host.byUuid(domain.uuid).maxSpeedMibps = Number(bandwidth);
    return undefined;
  },
  domainMigrateGetMaxDowntime: (host, { domain }) => ({ downtime: BigInt(host.active(domain).maxDowntimeMs) }),
  domainMigrateSetMaxDowntime: (host, { domain, downtime }) => {
    host.active(domain).maxDowntimeMs = Number(downtime);
    return undefined;
  },
};
