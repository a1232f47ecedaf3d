import { isIP } from 'node:net';
import type { NetworkType } from '@faultline/contracts';
import { Type, type Static } from 'typebox';
import { AgentError, type GuestAgent } from './agent.ts';
import type { ConfiguredNetwork } from './configured-networks.ts';
import type { DomainNic } from './domain-networks.ts';
import { readGuestFile } from './guest-files.ts';

const MAX_ADDRESSES = 256;

const Interfaces = Type.Array(
  Type.Object({
    name: Type.String({ maxLength: 255 }),
    'hardware-address': Type.Optional(Type.String({ maxLength: 64 })),
    'ip-addresses': Type.Optional(
      Type.Array(Type.Object({ 'ip-address': Type.String({ maxLength: 64 }) }), { maxItems: MAX_ADDRESSES }),
    ),
  }),
  { maxItems: 4096 },
);

/** What the guest says of its own network; null where it was not asked or did not say. */
export interface GuestNetworks {
  interfaces: Static<typeof Interfaces> | null;
  /** The gateway of the default route, by interface name. Linux only. */
  gateways: Map<string, string>;
}

/** A NIC with all that is known of it, from the platform's record or the guest. */
export interface PlannedNic {
  mac: string;
  ip: string | null;
  addressConfirmed: boolean | null;
  gateway: string | null;
  type: NetworkType | null;
}

/** @throws AgentError of the agent as a whole */
export async function askGuestNetworks(agent: GuestAgent): Promise<GuestNetworks> {
  const interfaces = await unlessRefused(agent.ask(Interfaces, 'guest-network-get-interfaces'));
  const routes = await unlessRefused(readGuestFile(agent, '/proc/net/route'));
  return { interfaces, gateways: defaultGateways(routes ?? '') };
}

/** What the agent will not tell is not known; an agent that is gone is another matter. */
export async function unlessRefused<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof AgentError && !error.isFinal) return null;
    throw error;
  }
}

/** Gateways of the default routes in /proc/net/route, where addresses are written in the byte order of the CPU. */
export function defaultGateways(routes: string): Map<string, string> {
  const gateways = new Map<string, string>();
  for (const line of routes.split('\n').slice(1)) {
    const [name = '', destination, gateway = '', flags = '0'] = line.trim().split(/\s+/);
    const isUpGateway = (Number.parseInt(flags, 16) & 0x3) === 0x3;
    if (destination !== '00000000' || !isUpGateway || !/^[0-9A-F]{8}$/.test(gateway) || gateways.has(name)) continue;
    const bytes = gateway.match(/../g) ?? [];
    gateways.set(
      name,
      bytes
        .reverse()
        .map((byte) => Number.parseInt(byte, 16))
        .join('.'),
    );
  }
  return gateways;
}

/**
 * D3 for one NIC: the VM's metadata first, then the configured networks, first match first; only the address and the gateway,
 * which the guest knows itself, fall back to what it says. The type never does.
 */
export function planNic(nic: DomainNic, configured: readonly ConfiguredNetwork[], guest: GuestNetworks): PlannedNic {
  const seen = guest.interfaces?.find((each) => each['hardware-address']?.toLowerCase() === nic.mac);
  const addresses = (seen?.['ip-addresses'] ?? []).map((each) => each['ip-address']).filter((each) => isIP(each) !== 0);
  const ip = nic.ip ?? addresses.find((each) => isIP(each) === 4) ?? addresses[0] ?? null;
  const network = configured.find(({ holds }) => holds({ ...nic, ip }));
  return {
    mac: nic.mac,
    ip,
    addressConfirmed: guest.interfaces === null || nic.ip === null ? null : addresses.includes(nic.ip),
    gateway: nic.gateway ?? network?.gateway ?? (seen ? guest.gateways.get(seen.name) : undefined) ?? null,
    type: nic.type ?? network?.type ?? null,
  };
}
