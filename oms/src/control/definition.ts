import type { DomainDefinition, DomainSpec } from '@faultline/contracts';
import { escapeXml, readDomainXml, DomainXmlError } from './host/domain-xml.ts';

/**
 * The name of the VM that a definition makes.
 *
 * @throws DomainXmlError when the XML is not that of one domain, or of another one than the request's VM
 */
export function nameIn(definition: DomainDefinition, uuid: string): string {
  if (definition.type === 'spec') return definition.name;
  const domain = readDomainXml(definition.xml);
  if (domain.uuid !== uuid) {
    throw new DomainXmlError(`its <uuid> is ${domain.uuid ?? 'not there'}, and not the request's VM ${uuid}`);
  }
  if (domain.name.length > 255) throw new DomainXmlError('its <name> has more than 255 characters');
  return domain.name;
}

/** libvirt's XML of what is asked for. Pure. */
export function domainXmlOf(definition: DomainDefinition, uuid: string): string {
  return definition.type === 'xml' ? definition.xml : xmlOfSpec(definition, uuid);
}

function xmlOfSpec(spec: DomainSpec, uuid: string): string {
  const { name, memoryMib, vcpus, hypervisor = 'kvm', disks = [], networks = [] } = spec;
  return `<domain type='${hypervisor}'>
  <name>${escapeXml(name)}</name>
  <uuid>${uuid}</uuid>
  <memory unit='MiB'>${memoryMib}</memory>
  <vcpu>${vcpus}</vcpu>
  <os><type>hvm</type></os>
  <features><acpi/></features>
  <devices>${[...disks.map(diskXml), ...networks.map(interfaceXml)].join('')}
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <serial type='pty'><target port='0'/></serial>
    <memballoon model='virtio'/>
  </devices>
</domain>
`;
}

function diskXml({ pool, volume, format = 'qcow2' }: NonNullable<DomainSpec['disks']>[number], index: number): string {
  return `
    <disk type='volume' device='disk'>
      <driver name='qemu' type='${format}'/>
      <source pool='${escapeXml(pool)}' volume='${escapeXml(volume)}'/>
      <target dev='vd${String.fromCharCode(97 + index)}' bus='virtio'/>
    </disk>`;
}

function interfaceXml({ source, name }: NonNullable<DomainSpec['networks']>[number]): string {
  return `
    <interface type='${source}'>
      <source ${source}='${escapeXml(name)}'/>
      <model type='virtio'/>
    </interface>`;
}
