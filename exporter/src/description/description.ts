import type { AgentChannel } from '../snapshot.ts';
import { disksOf, type DiskDescription } from './disks.ts';
import { hostDevicesOf, type HostDeviceDescription } from './host-devices.ts';
import { interfacesOf, type InterfaceDescription } from './interfaces.ts';
import { openstackInstance, type OpenstackInstance } from './metadata.ts';
import { attribute, child, children, parseXml, text, type XmlElement } from './xml.ts';

const AGENT_CHANNEL = 'org.qemu.guest_agent.0';

/** What a domain is made of: slow to change, unlike its state and statistics. An empty string is "not in the XML". */
export interface DomainDescription {
  /** Null for a domain without a guest-agent channel. Whether it is open is known of a running domain only. */
  agentChannel: AgentChannel | null;
  title: string;
  /** `<os><type>`: `hvm`, the architecture, and the machine type as it was resolved when the domain was defined. */
  os: { type: string; arch: string; machine: string };
  disks: readonly DiskDescription[];
  interfaces: readonly InterfaceDescription[];
  /** The host's own devices that it is given. */
  hostDevices: readonly HostDeviceDescription[];
  /** Null for a domain that OpenStack did not make. */
  openstack: OpenstackInstance | null;
}

/**
 * The description in a domain's XML (formatdomain).
 *
 * @throws Error when the text is not XML that libvirt would write
 */
export function describeDomain(xml: string): DomainDescription {
  const domain = child(parseXml(xml), 'domain');
  const devices = child(domain, 'devices');
  const osType = child(child(domain, 'os'), 'type');
  return {
    agentChannel: agentChannelOf(devices),
    title: text(child(domain, 'title')),
    os: { type: text(osType), arch: attribute(osType, 'arch'), machine: attribute(osType, 'machine') },
    disks: disksOf(devices),
    interfaces: interfacesOf(devices),
    hostDevices: hostDevicesOf(devices),
    openstack: openstackInstance(child(domain, 'metadata')),
  };
}

function agentChannelOf(devices: XmlElement): AgentChannel | null {
  const targets = children(devices, 'channel').map((channel) => child(channel, 'target'));
  const agent = targets.find((target) => attribute(target, 'name') === AGENT_CHANNEL);
  if (agent === undefined) return null;
  return attribute(agent, 'state') === 'connected' ? 'connected' : 'disconnected';
}
