import { controlProcedures } from './procedures/control.ts';
import { domainProcedures } from './procedures/domain.ts';
import { hostProcedures } from './procedures/host.ts';
import { qemuProcedures } from './procedures/qemu.ts';
import { storageProcedures } from './procedures/storage.ts';

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
  ...storageProcedures,
  ...qemuProcedures,
};

/** The key of a procedure in the table, e.g. `domainGetState`. */
export type ProcedureName = keyof typeof procedures;
