import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { NETWORK_TYPES, type NetworkType } from '@faultline/contracts';
import { BadSettingError } from '@faultline/program';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { messageOf } from '../cycle/link.ts';
import type { DomainNic } from './domain-networks.ts';
import { isPingable } from './ping.ts';

const SETTING = '--guest-agent.networks-file';

const Text = Type.String({ minLength: 1, maxLength: 255 });

const NetworksFile = Type.Object(
  {
    networks: Type.Array(
      Type.Object(
        {
          match: Type.Object(
            {
              bridge: Type.Optional(Text),
              network: Type.Optional(Text),
              portgroup: Type.Optional(Text),
              cidr: Type.Optional(Text),
              mac: Type.Optional(Type.String({ pattern: '^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){0,5}$' })),
            },
            { additionalProperties: false, minProperties: 1 },
          ),
          gateway: Type.Optional(Text),
          type: Type.Optional(Type.Enum(NETWORK_TYPES)),
        },
        { additionalProperties: false },
      ),
      { maxItems: 10_000 },
    ),
  },
  { additionalProperties: false },
);
type NetworkEntry = Static<typeof NetworksFile>['networks'][number];

/** A network that NICs are told by: what is recorded for it, and which NICs are in it. */
export interface ConfiguredNetwork {
  gateway: string | null;
  type: NetworkType | null;
  holds: (nic: DomainNic) => boolean;
}

/**
 * The networks of a YAML file.
 *
 * @throws BadSettingError with the place that is wrong
 */
export function readNetworksFile(path: string): ConfiguredNetwork[] {
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new BadSettingError(SETTING, `${path}: ${messageOf(error)}`);
  }
  return networksOf(content, path);
}

export function networksOf(content: unknown, path: string): ConfiguredNetwork[] {
  if (!Value.Check(NetworksFile, content)) {
    const [first] = Value.Errors(NetworksFile, content);
    throw new BadSettingError(SETTING, `${path}: ${first?.instancePath ?? ''} ${first?.message ?? 'is wrong'}`.trim());
  }
  return content.networks.map((entry, index) => {
    const { gateway, type } = entry;
    const at = `${path}: /networks/${index}`;
    if (gateway !== undefined && !isPingable(gateway)) {
      throw new BadSettingError(SETTING, `${at}/gateway ${JSON.stringify(gateway)} is no address`);
    }
    return { gateway: gateway ?? null, type: type ?? null, holds: conditionOf(entry.match, at) };
  });
}

/** All that is given must hold. */
function conditionOf({ cidr, mac, ...named }: NetworkEntry['match'], at: string): ConfiguredNetwork['holds'] {
  const block = cidr === undefined ? null : blockOf(cidr, `${at}/match/cidr`);
  const macPrefix = mac?.toLowerCase() ?? '';
  const places = Object.entries(named) as [keyof typeof named, string][];
  return (nic) =>
    nic.mac.startsWith(macPrefix) &&
    places.every(([place, name]) => nic[place] === name) &&
    (block === null || (nic.ip !== null && isIn(block, nic.ip)));
}

function blockOf(cidr: string, at: string): BlockList {
  const [, address = '', bits = ''] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(cidr) ?? [];
  const family = isIP(address);
  const block = new BlockList();
  if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) {
    throw new BadSettingError(SETTING, `${at} ${JSON.stringify(cidr)} is no network, such as 10.0.0.0/8`);
  }
  block.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return block;
}

function isIn(block: BlockList, ip: string): boolean {
  const family = isIP(ip);
  return family !== 0 && block.check(ip, family === 4 ? 'ipv4' : 'ipv6');
}
