import { Type, type Static } from 'typebox';
import { Name, Timestamp, VmUuid } from './scalars.ts';

/** A VM as reports name it: the UUID identifies it, the name is what it was called at that moment. */
export const VmRef = Type.Object({ uuid: VmUuid, name: Name }, { additionalProperties: false });
export type VmRef = Static<typeof VmRef>;

/** A VM that the OMS knows. `lastSeen` is the last cycle or report that spoke of it. */
export const Vm = Type.Object({ uuid: VmUuid, name: Name, host: Name, firstSeen: Timestamp, lastSeen: Timestamp });
export type Vm = Static<typeof Vm>;
