import type { UserRole } from '@faultline/contracts';
import type { Access } from './declare.ts';

/** What each role may use. `report` reads nothing: a host that was broken into must not tell of the VMs of other hosts. */
const ALLOWS: Record<UserRole, readonly Access[]> = {
  read: ['none', 'read'],
  report: ['none', 'report'],
  operate: ['none', 'read', 'report', 'operate'],
};

export function allows(role: UserRole, access: Access): boolean {
  return ALLOWS[role].includes(access);
}
