import type { DomainRef, ImpactFlags } from '../domain.ts';
import type { FakeDomain } from './fake-domain.ts';
import { daemonError } from './fake-errors.ts';
import type { FakeHost } from './fake-host.ts';

type Flags = ImpactFlags & { maximum?: boolean };

/** The domain, and whether the change is one of its running instance. */
function target(host: FakeHost, ref: DomainRef, { live = false, config = false }: Flags) {
  const domain = live ? host.active(ref) : host.byUuid(ref.uuid);
  return { domain, isLive: live || (!config && domain.active) };
}

/** As libvirt numbers them, unless the XML has one: `virtio-disk3`, here `disk3`. */
function aliasOf(domain: FakeDomain, xml: string): string {
  const own = /<alias name=['"]([^'"]+)['"]/.exec(xml)?.[1];
  const element = /<(\w+)/.exec(xml)?.[1] ?? 'device';
  return own ?? `${element}${domain.xml.split(`<${element}`).length - 1}`;
}

/** Into the domain's XML as it is; an alias is added, as libvirt does. */
export function attachDevice(host: FakeHost, ref: DomainRef, xml: string, flags: Flags): void {
  const { domain, isLive } = target(host, ref, flags);
  if (!/^\s*<\w+/.test(xml)) throw daemonError(27, '(device_definition):1: Start tag expected', 20);
  if (domain.xml.includes(xml)) throw daemonError(9, 'operation failed: target already exists');
  const alias = aliasOf(domain, xml);
  const end = domain.xml.includes('</devices>') ? '</devices>' : '</domain>';
  domain.xml = domain.xml.replace(end, `${xml}${end}`);
  domain.aliases.set(alias, xml);
  if (isLive) host.emit({ kind: 'device-added', domain: domain.ref, alias });
}

export function detachDevice(
  host: FakeHost,
  ref: DomainRef,
  which: { xml?: string; alias?: string },
  flags: Flags,
): void {
  const { domain, isLive } = target(host, ref, flags);
  const found = [...domain.aliases].find(([alias, xml]) => alias === which.alias || xml === which.xml);
  if (!found) throw daemonError(99, `device not found: no device matching ${which.alias ?? 'the XML'}`);
  const [alias, xml] = found;
  domain.aliases.delete(alias);
  domain.xml = domain.xml.replace(xml, '');
  if (isLive) host.emit({ kind: 'device-removed', domain: domain.ref, alias });
}

/** The attached device of the same kind takes the new XML. */
export function updateDevice(host: FakeHost, ref: DomainRef, xml: string, flags: Flags): void {
  const { domain } = target(host, ref, flags);
  const element = /<(\w+)/.exec(xml)?.[1];
  const found = [...domain.aliases].find(([, each]) => element !== undefined && each.includes(`<${element}`));
  if (!found) throw daemonError(99, `device not found: no ${element ?? 'device'} to change`);
  const [alias, old] = found;
  domain.aliases.set(alias, xml);
  domain.xml = domain.xml.replace(old, xml);
}

export function setVcpus(host: FakeHost, ref: DomainRef, count: number, flags: Flags): void {
  const { domain } = target(host, ref, flags);
  if (count > domain.maxVcpus) {
    const why = 'requested vcpus is greater than max allowable vcpus for the live domain';
    throw daemonError(8, `invalid argument: ${why}: ${count} > ${domain.maxVcpus}`);
  }
  domain.grantedVcpus = count;
}

export function setMemory(host: FakeHost, ref: DomainRef, memoryKib: number, flags: Flags): void {
  const { domain, isLive } = target(host, ref, flags);
  if (memoryKib > domain.maxMemoryKib) {
    throw daemonError(8, 'invalid argument: cannot set memory higher than max memory');
  }
  domain.grantedMemoryKib = memoryKib;
  if (isLive) host.emit({ kind: 'balloon-change', domain: domain.ref, memoryKib });
}
