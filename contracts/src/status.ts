import { Type, type Static } from 'typebox';
import { Name, Timestamp } from './scalars.ts';
import { Vm, VmFacts } from './vm.ts';
import { DrawnState } from './state.ts';

/** A VM with what is known of it, and its state where that is known now. Answer to `GET /api/v1/vms/:uuid`. */
export const VmDetails = Type.Object({
  ...Vm.properties,
  ...VmFacts.properties,
  state: Type.Union([DrawnState, Type.Null()]),
});
export type VmDetails = Static<typeof VmDetails>;

/** VMs that one page holds. */
const MAX_VMS = 1000;

/** What `GET /api/v1/vms` may be asked: VMs of a host, in a state (`unknown`: nothing is known now), that bear every word of `q`. */
export const VmListQuery = Type.Object(
  {
    host: Type.Optional(Name),
    state: Type.Optional(Type.Union([DrawnState, Type.Literal('unknown')])),
    q: Type.Optional(Name),
    // It holds a name, of which each character may be several bytes.
    cursor: Type.Optional(Type.String({ maxLength: 2048, pattern: '^[A-Za-z0-9_-]+$' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_VMS, default: MAX_VMS })),
  },
  { additionalProperties: false },
);
export type VmListQuery = Static<typeof VmListQuery>;

/**
 * Answer to `GET /api/v1/vms`: VMs that the OMS knows, by name. `next` is the cursor of the page after this one, null where there is
 * none.
 */
export const VmList = Type.Object({ vms: Type.Array(VmDetails), next: Type.Union([Type.String(), Type.Null()]) });
export type VmList = Static<typeof VmList>;

const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** How one kind of request to another system is doing: when it was last answered, and what is wrong since. */
const Exchange = Type.Object({ at: orNull(Timestamp), error: orNull(Type.String()) });

/** Answer to `GET /api/v1/status`: what this OMS shows, and from where. */
export const OmsStatus = Type.Object({
  version: Type.String(),
  now: Timestamp,
  /** Set when the records are a recorded incident and not this machine's present. */
  recording: Type.Union([
    Type.Object({ name: Type.String(), title: Type.String(), from: Timestamp, to: Timestamp }),
    Type.Null(),
  ]),
  /** Where the OMS is that performs operations, and whether it is this one; null while none is known to. */
  performer: Type.Union([Type.Object({ isUs: Type.Boolean(), address: Type.String() }), Type.Null()]),
  /** The exporters that the OMS scrapes; `lastCycle` is null until one answered. */
  hosts: Type.Array(
    Type.Object({
      url: Type.String(),
      host: Type.Union([Name, Type.Null()]),
      lastCycle: Type.Union([Timestamp, Type.Null()]),
      error: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
  /** The Alertmanagers, as the OMS sees them that performs operations: asked what they have, and sent what it has to tell. */
  alertmanagers: Type.Array(Type.Object({ url: Type.String(), asked: Exchange, sent: Exchange })),
});
export type OmsStatus = Static<typeof OmsStatus>;
