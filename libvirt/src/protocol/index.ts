import { qemuProcedures } from './qemu.ts';
import { remoteProcedures } from './remote.ts';

export { eventProcedures } from './events.ts';
export { qemuProgram, remoteProgram, type Procedure } from './procedure.ts';

/** Every call this package can make. */
export const procedures = { ...remoteProcedures, ...qemuProcedures };

/** The key of a procedure in the table, e.g. `domainGetState`. */
export type ProcedureName = keyof typeof procedures;
