import { XMLParser } from 'fast-xml-parser';
import type { AgentChannel } from '../snapshot.ts';

const AGENT_CHANNEL = 'org.qemu.guest_agent.0';

/** Elements that may come several times: a single one is a list too. */
const LISTS = new Set(['domain.devices.channel']);

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  isArray: (_name, path) => LISTS.has(String(path)),
});

/** The parts of libvirt's domain XML (formatdomain) that are read, as the parser gives them. */
interface DomainXml {
  domain?: { devices?: { channel?: { target?: { '@name'?: string; '@state'?: string } }[] } };
}

/** What a domain is made of: slow to change, unlike its state and statistics. */
export interface DomainDescription {
  /** Null for a domain without a guest-agent channel. Whether it is open is known of a running domain only. */
  agentChannel: AgentChannel | null;
}

/**
 * The description in a domain's XML.
 *
 * @throws Error when the text is not XML
 */
export function describeDomain(xml: string): DomainDescription {
  const { domain } = parser.parse(xml) as DomainXml;
  const agent = domain?.devices?.channel?.find((channel) => channel.target?.['@name'] === AGENT_CHANNEL)?.target;
  return { agentChannel: agent === undefined ? null : agent['@state'] === 'connected' ? 'connected' : 'disconnected' };
}
