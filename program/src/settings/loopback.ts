import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether only this machine reaches an address, or can have sent from it. A name counts when it is `localhost`. */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return host.toLowerCase() === 'localhost';
  // IPv4 over an IPv6 socket (`::ffff:127.0.0.1`) is looked up as IPv4.
  return LOOPBACK.check(host, version === 4 ? 'ipv4' : 'ipv6');
}
