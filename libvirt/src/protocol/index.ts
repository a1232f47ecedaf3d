import { controlProcedures } from './procedures/control.ts';
import { domainProcedures } from './procedures/domain.ts';
import { hardwareProcedures } from './procedures/hardware.ts';
import { hostProcedures } from './procedures/host.ts';
import { migrationProcedures } from './procedures/migration.ts';
import { qemuProcedures } from './procedures/qemu.ts';
import { snapshotProcedures } from './procedures/snapshots.ts';
import { poolProcedures, volumeProcedures } from './procedures/storage.ts';

export { eventProcedures } from './events.ts';
export { qemuProgram, remoteProgram, type Procedure } from './procedure.ts';

/**
 * Every call this package can make: numbers from `enum remote_procedure` and `enum qemu_procedure`, layouts from the
 * structs of the same names in remote_protocol.x and qemu_protocol.x.
 */
export const procedures = {
  ...hostProcedures,
  ...controlProcedures,
  ...domainProcedures,
  ...hardwareProcedures,
  ...snapshotProcedures,
  ...migrationProcedures,
  ...poolProcedures,
  ...volumeProcedures,
  ...qemuProcedures,
};

/** The key of a procedure in the table, e.g. `domainGetState`. */
export type ProcedureName = keyof typeof procedures;
