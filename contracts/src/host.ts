import { Type, type Static } from 'typebox';
import { PageOf } from './page.ts';
import { Name, Text, Timestamp } from './scalars.ts';

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

/** A host that this OMS may act on, that has a VM, or that was isolated. */
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
