import { agentTimeout, parseAgentReply, type AgentCommandOptions } from '../agent.ts';
import type { CallOptions } from '../call-options.ts';
import { domainListBit, impactBit, jobStatsBit, statsFlagBits, statsGroupBits } from '../domain-bits.ts';
import type {
  AddressSource,
  DiskErrorName,
  DomainBlockInfo,
  DomainControlInfo,
  DomainInfo,
  DomainInterface,
  DomainListFlags,
  DomainRef,
  DomainStateInfo,
  DomainStats,
  DomainStatsQuery,
  ImpactFlags,
  MetadataQuery,
} from '../domain.ts';
import { bitsOf } from '../flags.ts';
import type { DomainJobInfo, DomainJobStats } from '../job.ts';
import { addressFamily, addressSourceNames } from '../names/addresses.ts';
import { controlInfo } from '../names/control.ts';
import { diskError } from '../names/disk-errors.ts';
import { enumCode } from '../names/enum-names.ts';
import { jobOperation, jobType } from '../names/jobs.ts';
import { domainStateInfo } from '../names/states.ts';
import { diskErrorsMax } from '../protocol/procedures/domain.ts';
import { procedures } from '../protocol/index.ts';
import { HostCalls } from './host-calls.ts';

/** VIR_DOMAIN_XML_*, libvirt-domain.h. */
const xmlBit = { secure: 1 << 0, inactive: 1 << 1 };
/** virDomainMetadataType, by number. */
const metadataKinds = ['description', 'title', 'element'];
/** VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP, libvirt-qemu.h. */
const monitorHmp = 1 << 0;

/** Finding domains and reading them. What says nothing of QEMU's monitor does not enter it. */
export abstract class DomainCalls extends HostCalls {
  /** Active and inactive domains, or those that the flags let through. */
  async listAllDomains(options: CallOptions & DomainListFlags = {}): Promise<DomainRef[]> {
    const args = { needResults: 1, flags: bitsOf(domainListBit, options) };
    return [...(await this.call(procedures.connectListAllDomains, args, options)).domains];
  }

  /** RemoteError VIR_ERR_NO_DOMAIN when there is none. */
  async lookupByUuid(uuid: string, options?: CallOptions): Promise<DomainRef> {
    return (await this.call(procedures.domainLookupByUuid, { uuid }, options)).domain;
  }

  /** RemoteError VIR_ERR_NO_DOMAIN when there is none. */
  async lookupByName(name: string, options?: CallOptions): Promise<DomainRef> {
    return (await this.call(procedures.domainLookupByName, { name }, options)).domain;
  }

  /** What the daemon knows without asking the hypervisor: never waits for a domain's job. */
  async domainState(domain: DomainRef, options?: CallOptions): Promise<DomainStateInfo> {
    const { state, reason } = await this.call(procedures.domainGetState, { domain, flags: 0 }, options);
    return domainStateInfo(state, reason);
  }

  /** Whether the control channel to the hypervisor is free; never waits for it. Inactive: VIR_ERR_OPERATION_INVALID. */
  async domainControlInfo(domain: DomainRef, options?: CallOptions): Promise<DomainControlInfo> {
    return controlInfo(await this.call(procedures.domainGetControlInfo, { domain, flags: 0 }, options));
  }

  /** State, memory, vCPUs and CPU time. Memory is the balloon's size as QEMU last told it. */
  async domainInfo(domain: DomainRef, options?: CallOptions): Promise<DomainInfo> {
    const info = await this.call(procedures.domainGetInfo, { domain }, options);
    const { state, stateCode } = domainStateInfo(info.state, 0);
    return {
      state,
      stateCode,
      maxMemoryKib: Number(info.maxMem),
      memoryKib: Number(info.memory),
      vcpus: info.vcpus,
      cpuTimeNs: info.cpuTime,
    };
  }

  /**
   * One record a domain. A domain that went away meanwhile is left out. One stuck QEMU holds the whole answer: noWait
   * helps only while another call is already inside its monitor. The groups state, interface, perf and memory never
   * enter the monitor.
   */
  async domainStats(query: DomainStatsQuery = {}, options?: CallOptions): Promise<DomainStats[]> {
    // On the wire an empty list means every domain; a caller who left out all that are stuck must not get them all.
    if (query.domains?.length === 0) return [];
    const args = {
      domains: query.domains ?? [],
      stats: statsGroupBits(query.groups ?? []),
      flags: statsFlagBits(query.flags ?? {}),
    };
    return [...(await this.call(procedures.connectGetAllDomainStats, args, options)).records];
  }

  /** `secure` (passwords included) is refused on a read-only connection. */
  async domainXml(
    domain: DomainRef,
    flags: { inactive?: boolean; secure?: boolean } = {},
    options?: CallOptions,
  ): Promise<string> {
    const args = { domain, flags: bitsOf(xmlBit, flags) };
    return (await this.call(procedures.domainGetXmlDesc, args, options)).xml;
  }

  /**
   * Title, description, or an element of `<metadata>` as XML. RemoteError VIR_ERR_NO_DOMAIN_METADATA when there is
   * none.
   */
  async domainMetadata(
    domain: DomainRef,
    query: MetadataQuery,
    options: CallOptions & ImpactFlags = {},
  ): Promise<string> {
    const args = {
      domain,
      type: metadataKinds.indexOf(query.kind),
      uri: query.kind === 'element' ? query.uri : null,
      flags: bitsOf(impactBit, options),
    };
    return (await this.call(procedures.domainGetMetadata, args, options)).metadata;
  }

  /** The job that is running; `type` is `none` when there is none. Inactive: VIR_ERR_OPERATION_INVALID. */
  async domainJobInfo(domain: DomainRef, options?: CallOptions): Promise<DomainJobInfo> {
    const info = await this.call(procedures.domainGetJobInfo, { domain }, options);
    const progress = (total: bigint, processed: bigint, remaining: bigint) => ({
      totalBytes: Number(total),
      processedBytes: Number(processed),
      remainingBytes: Number(remaining),
    });
    return {
      type: jobType(info.type),
      elapsedMs: Number(info.timeElapsed),
      remainingMs: Number(info.timeRemaining),
      data: progress(info.dataTotal, info.dataProcessed, info.dataRemaining),
      memory: progress(info.memTotal, info.memProcessed, info.memRemaining),
      file: progress(info.fileTotal, info.fileProcessed, info.fileRemaining),
    };
  }

  /**
   * The statistics of the job that is running, or with `completed` of the last one that ended: those are told once,
   * unless `keepCompleted` leaves them for the next who asks (libvirt 5.2). `type` is `none` and there are no values
   * when there is no such job. During a migration it enters QEMU's monitor.
   */
  async domainJobStats(
    domain: DomainRef,
    options: CallOptions & { completed?: boolean; keepCompleted?: boolean } = {},
  ): Promise<DomainJobStats> {
    const args = { domain, flags: bitsOf(jobStatsBit, options) };
    const { type, params } = await this.call(procedures.domainGetJobStats, args, options);
    const values = new Map(params.map(({ field, value }) => [field, value]));
    return { type: jobType(type), operation: jobOperation(values), values };
  }

  /**
   * The sizes of one disk, named by its target (`vda`) or its source's path. Of a running domain it enters QEMU's
   * monitor.
   */
  async domainBlockInfo(domain: DomainRef, disk: string, options?: CallOptions): Promise<DomainBlockInfo> {
    const info = await this.call(procedures.domainGetBlockInfo, { domain, path: disk, flags: 0 }, options);
    return {
      capacityBytes: Number(info.capacity),
      allocationBytes: Number(info.allocation),
      physicalBytes: Number(info.physical),
    };
  }

  /**
   * Disks of a running domain that have an error, by target (`vda`). It stays after the domain was resumed, until the
   * disk works again. Enters QEMU's monitor.
   */
  async domainDiskErrors(domain: DomainRef, options?: CallOptions): Promise<Map<string, DiskErrorName>> {
    const args = { domain, maxErrors: diskErrorsMax, flags: 0 };
    const { errors } = await this.call(procedures.domainGetDiskErrors, args, options);
    return new Map(errors.map(({ disk, error }) => [disk, diskError(error)]));
  }

  /**
   * The guest's network addresses, as `source` knows them. `agent` asks the guest agent and takes as long as that does;
   * on a read-only connection it is refused. Interfaces without an address may be missing.
   */
  async domainInterfaceAddresses(
    domain: DomainRef,
    source: AddressSource,
    options?: CallOptions,
  ): Promise<DomainInterface[]> {
    const args = { domain, source: enumCode(addressSourceNames, source), flags: 0 };
    const { interfaces } = await this.call(procedures.domainInterfaceAddresses, args, options);
    return interfaces.map(({ name, mac, addresses }) => ({
      name,
      mac,
      addresses: addresses.map(({ type, address, prefix }) => ({ family: addressFamily(type), address, prefix })),
    }));
  }

  /**
   * Sends a command to the guest agent, e.g. `{ execute: 'guest-ping' }`, and gives the `return` of its answer.
   * No agent: VIR_ERR_AGENT_UNRESPONSIVE; an error of the agent itself: VIR_ERR_INTERNAL_ERROR with its text.
   */
  async agentCommand(
    domain: DomainRef,
    command: string | object,
    { agentTimeoutSeconds, ...options }: AgentCommandOptions = {},
  ): Promise<unknown> {
    const { timeout, atLeastMs } = agentTimeout(agentTimeoutSeconds);
    const text = typeof command === 'string' ? command : JSON.stringify(command);
    const args = { domain, command: text, timeout, flags: 0 };
    return parseAgentReply((await this.call(procedures.domainAgentCommand, args, options, atLeastMs)).result);
  }

  /**
   * Sends a command to QEMU's monitor and gives its answer as text: QMP as JSON, or with `hmp` a line for people. It
   * enters the monitor, and what it changes libvirt does not know of (it marks the domain as tainted).
   */
  async monitorCommand(
    domain: DomainRef,
    command: string | object,
    options: CallOptions & { hmp?: boolean } = {},
  ): Promise<string> {
    const text = typeof command === 'string' ? command : JSON.stringify(command);
    const args = { domain, command: text, flags: options.hmp === true ? monitorHmp : 0 };
    return (await this.call(procedures.domainMonitorCommand, args, options)).result;
  }
}
