import { XMLParser } from 'fast-xml-parser';
import type { AgentChannel } from '../snapshot.ts';

const AGENT_CHANNEL = 'org.qemu.guest_agent.0';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  isArray: (_name, path) => path === 'domain.devices.channel',
});

interface DomainXml {
  domain?: { devices?: { channel?: { target?: { '@name'?: string; '@state'?: string } }[] } };
}

/** The state of a running domain's guest-agent channel, from its XML; null when it has none. */
export function agentChannelOf(xml: string): AgentChannel | null {
  const { domain } = parser.parse(xml) as DomainXml;
  const target = domain?.devices?.channel?.find((channel) => channel.target?.['@name'] === AGENT_CHANNEL)?.target;
  if (target === undefined) return null;
  return target['@state'] === 'connected' ? 'connected' : 'disconnected';
}
