import type { AddressFamily, AddressSource } from '../domain.ts';
import { enumName } from './enum-names.ts';

/** virDomainInterfaceAddressesSource, by number. */
export const addressSourceNames = ['lease', 'agent', 'arp'] as const satisfies AddressSource[];

/** virIPAddrType, by number. */
export const addressFamilyNames = ['ipv4', 'ipv6'] as const satisfies AddressFamily[];

export function addressFamily(code: number): AddressFamily {
  return enumName(addressFamilyNames, code, 'family') as AddressFamily;
}
