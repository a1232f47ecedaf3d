import { Type, type Static } from 'typebox';
import { PageOf } from './page.ts';
import { Name, Text, Timestamp } from './scalars.ts';

/** Of a host in one collection cycle (B2); `unknown` where nothing is known of the box. */
export const HOST_STATES = ['normal', 'abnormal', 'unknown'] as const;
export const HostState = Type.Enum(HOST_STATES);
export type HostState = Static<typeof HostState>;

/** Something that is not as it should be on a host, as one cycle tells of it. */
export const HostFinding = Type.Object(
  {
    /** `box`: the machine itself; `external`: a way to what is outside of it (B9); `service`: a service of the host (B10). */
    part: Type.Enum(['box', 'external', 'service']),
    /** What kind of thing it is: `dimm`, `multipath`; of a service its role. */
    kind: Type.String(),
    id: Type.String(),
    /** What is the matter: a problem's name, `lost-in-band`, `lost-out-of-band` or `lost` (B15), `down`, `degraded`, `not-active`. */
    finding: Type.String(),
    severity: Type.Enum(['warning', 'critical']),
    /** Whether it makes the host abnormal. */
    decides: Type.Boolean(),
    /** Which sensor, or of a way its name on this host. */
    sensor: Type.Optional(Type.String()),
    /** Of a way: other hosts know the same thing under the same kind and id (B18). */
    shared: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type HostFinding = Static<typeof HostFinding>;

/** What one cycle says of its host: the state, and what was found, that which decided first. */
export const HostJudgement = Type.Object(
  { state: HostState, findings: Type.Array(HostFinding) },
  { additionalProperties: false },
);
export type HostJudgement = Static<typeof HostJudgement>;

/** Parameters of `GET /api/v1/hosts/:host/cycles`. Absent: the hour until now. */
export const HostCyclesQuery = Type.Object(
  { from: Type.Optional(Timestamp), to: Type.Optional(Timestamp) },
  { additionalProperties: false },
);
export type HostCyclesQuery = Static<typeof HostCyclesQuery>;

/**
 * What a host's collection cycles tell in a range, oldest first: stretches in which all of them told the same of the host. `reached`:
 * whether they reached libvirtd. `state`: the host as each of them was judged (B2), with what decided as `reasons`; null of what was
 * recorded before hosts were judged. What no stretch covers is silence. `open`: it is still so.
 */
export const HostCycles = Type.Object(
  {
    stretches: Type.Array(
      Type.Object({
        from: Timestamp,
        to: Timestamp,
        reached: Type.Boolean(),
        state: Type.Union([HostState, Type.Null()]),
        reasons: Type.String(),
        open: Type.Boolean(),
      }),
    ),
    /** There are more stretches in the range than are told of: the oldest of them are shown. */
    truncated: Type.Boolean(),
    /** The last cycle that arrived, whatever the range; null where none ever did. */
    last: Type.Union([
      Type.Object({
        number: Type.Integer(),
        at: Timestamp,
        reached: Type.Boolean(),
        judgement: Type.Union([HostJudgement, Type.Null()]),
      }),
      Type.Null(),
    ]),
  },
  { additionalProperties: false },
);
export type HostCycles = Static<typeof HostCycles>;

/** Body of `PUT /api/v1/hosts/:host/isolation`: takes a host out of use (A31). */
export const IsolationRequest = Type.Object(
  {
    by: Name,
    why: Type.String({ minLength: 1, maxLength: 1000 }),
    /** When it ends by itself. Absent: when somebody ends it. */
    until: Type.Optional(Timestamp),
  },
  { additionalProperties: false },
);
export type IsolationRequest = Static<typeof IsolationRequest>;

/** One time in which a host was isolated. */
export const Isolation = Type.Object(
  {
    by: Name,
    why: Text,
    since: Timestamp,
    until: Type.Optional(Timestamp),
    /** When and by whom it was ended; both absent while it lasts, and when `until` ended it. */
    ended: Type.Optional(Timestamp),
    endedBy: Type.Optional(Name),
  },
  { additionalProperties: false },
);
export type Isolation = Static<typeof Isolation>;

/** A host that this OMS may act on, whose cycles it reads, that has a VM, or that was isolated. */
export const Host = Type.Object(
  {
    name: Name,
    /** Whether this OMS has a control address of it. */
    controlled: Type.Boolean(),
    /** VMs that it has, as far as cycles and reports tell. */
    vms: Type.Integer({ minimum: 0 }),
    isolation: Type.Union([Isolation, Type.Null()]),
  },
  { additionalProperties: false },
);
export type Host = Static<typeof Host>;

/** Answer to `GET /api/v1/hosts`, by name. */
export const HostList = Type.Object({ hosts: Type.Array(Host) }, { additionalProperties: false });
export type HostList = Static<typeof HostList>;

/** Answer to `GET /api/v1/hosts/:host/isolations`: that host's history, newest first. */
export const IsolationPage = PageOf(Isolation);
export type IsolationPage = Static<typeof IsolationPage>;
