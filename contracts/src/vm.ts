import { Type, type Static } from 'typebox';
import { Name, Timestamp, VmUuid } from './scalars.ts';

/** A VM as reports name it: the UUID identifies it, the name is what it was called at that moment. */
export const VmRef = Type.Object({ uuid: VmUuid, name: Name }, { additionalProperties: false });
export type VmRef = Static<typeof VmRef>;

/** A VM that the OMS knows. `lastSeen` is the last cycle or report that spoke of it. */
export const Vm = Type.Object({ uuid: VmUuid, name: Name, host: Name, firstSeen: Timestamp, lastSeen: Timestamp });
export type Vm = Static<typeof Vm>;

/**
 * What is known of a VM beyond its state: from the cloud's description of the domain, from looking into the guest, and from
 * operators, whose word wins. Null where nobody told.
 */
export const VmFacts = Type.Object({
  /** The user whose VM it is (A3). */
  owner: Type.Union([Name, Type.Null()]),
  project: Type.Union([Name, Type.Null()]),
  /** The group that operators count it to. */
  group: Type.Union([Name, Type.Null()]),
  /** Watched without a report (A5). */
  important: Type.Boolean(),
  /** In canonical form, from every source. */
  ips: Type.Array(Type.String()),
  macs: Type.Array(Type.String()),
});
export type VmFacts = Static<typeof VmFacts>;

/**
 * Body of `PATCH /api/v1/vms/:uuid`: what an operator says of a VM. What is absent stays as it is; null takes the operator's word
 * back, so that what was observed shows again. `addresses` are IP and MAC addresses, in any of their usual forms.
 */
export const VmPatch = Type.Object(
  {
    owner: Type.Optional(VmFacts.properties.owner),
    project: Type.Optional(VmFacts.properties.project),
    group: Type.Optional(VmFacts.properties.group),
    important: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
    addresses: Type.Optional(
      Type.Union([Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 64 }), Type.Null()]),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type VmPatch = Static<typeof VmPatch>;
