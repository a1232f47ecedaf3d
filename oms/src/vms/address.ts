import { isIP, SocketAddress } from 'node:net';

/** An address of a VM, in the one form in which addresses are compared. */
export interface VmAddress {
  kind: 'ip' | 'mac';
  address: string;
}

const MAC = /^[0-9a-f]{2}([:-]?)(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/;

/**
 * Reads an IP or MAC address: IPv6 in RFC 5952's form, MACs as lower-case pairs with colons. Null where the text is neither; a
 * zone (`fe80::1%eth0`) means nothing outside of the machine that wrote it, and is no address of a VM.
 */
export function readAddress(text: string): VmAddress | null {
  const lower = text.trim().toLowerCase();
  const version = lower.includes('%') ? 0 : isIP(lower);
  if (version === 4) return { kind: 'ip', address: lower };
  if (version === 6) return { kind: 'ip', address: canonical(lower) };
  if (!MAC.test(lower)) return null;
  return { kind: 'mac', address: (lower.replaceAll(/[:-]/g, '').match(/../g) ?? []).join(':') };
}

/** An IPv4 address that is written as IPv6 (RFC 4291, 2.5.5.2) is the IPv4 address. */
function canonical(ipv6: string): string {
  const { address } = new SocketAddress({ address: ipv6, family: 'ipv6' });
  return /^::ffff:([0-9.]+)$/.exec(address)?.[1] ?? address;
}

/** The addresses among the texts, each once and in one order. What is no address is left out. */
export function readAddresses(texts: readonly string[]): VmAddress[] {
  const read = new Map<string, VmAddress>();
  for (const text of texts) {
    const address = readAddress(text);
    if (address !== null) read.set(address.address, address);
  }
  return [...read.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
}
