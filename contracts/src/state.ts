import { Type, type Static } from 'typebox';

/** virDomainState, by name (libvirt-domain.h), in the order of its numbers 0..7. */
export const DOMAIN_STATES = [
  'nostate',
  'running',
  'blocked',
  'paused',
  'shutdown',
  'shutoff',
  'crashed',
  'pmsuspended',
] as const;
export type DomainState = (typeof DOMAIN_STATES)[number];

/** What libvirt said of a domain: its state and the reason, by their names in libvirt-domain.h, lower case. */
export const RawState = Type.Object(
  {
    state: Type.Enum(DOMAIN_STATES),
    reason: Type.String({ pattern: '^[a-z0-9_-]{1,40}$' }),
  },
  { additionalProperties: false },
);
export interface RawState {
  state: DomainState;
  /** For example `booted`, `user`, `ioerror`, `panicked`; `unknown` where libvirt gives none. */
  reason: string;
}

/** The four states that are drawn (A22). Silence is not a state: it is the absence of an interval. */
export const DRAWN_STATES = ['running', 'dormant', 'stopped', 'abnormal'] as const;
export const DrawnState = Type.Enum(DRAWN_STATES);
export type DrawnState = Static<typeof DrawnState>;
