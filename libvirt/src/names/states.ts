/** virDomainState, by number, as in libvirt-domain.h in lower case. */
export const domainStateNames = [
  'nostate',
  'running',
  'blocked',
  'paused',
  'shutdown',
  'shutoff',
  'crashed',
  'pmsuspended',
] as const;

export type DomainStateName = (typeof domainStateNames)[number];
