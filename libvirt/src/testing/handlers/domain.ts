import { impactBit, jobStatsBit } from '../../domain-bits.ts';
import { hasBit } from '../../flags.ts';
import { addressFamilyNames } from '../../names/addresses.ts';
import { controlDetailNames, controlStateNames } from '../../names/control.ts';
import { diskErrorNames } from '../../names/disk-errors.ts';
import { enumCode } from '../../names/enum-names.ts';
import { jobTypeNames } from '../../names/jobs.ts';
import type { domainProcedures } from '../../protocol/procedures/domain.ts';
import { daemonError } from '../fake-errors.ts';
import { checkSupport, listDomains, selectDomains, statsOf } from '../fake-stats.ts';
import type { Handlers } from './handler.ts';

export const domainHandlers: Handlers<typeof domainProcedures> = {
  connectListAllDomains: (host, { flags }) => {
    const domains = listDomains(host, flags).map(({ ref }) => ref);
    return { domains, count: domains.length };
  },
  domainLookupByUuid: (host, { uuid }) => ({ domain: host.byUuid(uuid).ref }),
  domainLookupByName: (host, { name }) => ({ domain: host.byName(name).ref }),
  domainGetState: (host, { domain }) => {
    const { stateCode, reasonCode } = host.byUuid(domain.uuid);
    return { state: stateCode, reason: reasonCode };
  },
  domainGetInfo: (host, { domain }) => {
    const { stateCode, maxMemoryKib, memoryKib, vcpus, cpuTimeNs } = host.byUuid(domain.uuid);
    return {
      state: stateCode,
      maxMem: BigInt(maxMemoryKib),
      memory: BigInt(memoryKib),
      vcpus,
      cpuTime: cpuTimeNs,
    };
  },
  domainGetControlInfo: (host, { domain }) => {
    const { state, details, stateTimeMs } = host.active(domain).control;
    return {
      state: controlStateNames.indexOf(state),
      details: controlDetailNames.indexOf(details),
      stateTime: BigInt(stateTimeMs),
    };
  },
  connectGetAllDomainStats: (host, { domains, stats, flags }) => {
    checkSupport(host, stats, flags);
    return { records: selectDomains(host, domains, flags).map((domain) => statsOf(host, domain, stats)) };
  },
  domainGetXmlDesc: (host, { domain }) => ({ xml: host.byUuid(domain.uuid).xml }),
  domainGetMetadata: (host, { domain, type, uri, flags }) => {
    const found = host.byUuid(domain.uuid);
    if (hasBit(flags, impactBit.live)) host.active(domain);
    const metadata = [found.description, found.title, found.metadata[uri ?? '']][type];
    if (metadata === undefined) throw daemonError(80, 'metadata not found: Requested metadata element is not present');
    return { metadata };
  },
  domainGetJobInfo: (host, { domain }) => {
    const { job } = host.active(domain);
    const sum = (field: string): bigint => BigInt(job?.values[field] ?? 0n);
    return {
      type: enumCode(jobTypeNames, job?.type ?? 'none'),
      timeElapsed: sum('time_elapsed'),
      timeRemaining: sum('time_remaining'),
      dataTotal: sum('data_total'),
      dataProcessed: sum('data_processed'),
      dataRemaining: sum('data_remaining'),
      memTotal: sum('memory_total'),
      memProcessed: sum('memory_processed'),
      memRemaining: sum('memory_remaining'),
      fileTotal: sum('disk_total'),
      fileProcessed: sum('disk_processed'),
      fileRemaining: sum('disk_remaining'),
    };
  },
  domainGetJobStats: (host, { domain, flags }) => {
    const found = host.byUuid(domain.uuid);
    const completed = hasBit(flags, jobStatsBit.completed);
    const job = completed ? found.completedJob : host.active(domain).job;
    if (completed && !hasBit(flags, jobStatsBit.keepCompleted)) found.completedJob = null;
    return {
      type: enumCode(jobTypeNames, job?.type ?? 'none'),
      params: Object.entries(job?.values ?? {}).map(([field, value]) => ({ field, value })),
    };
  },
  domainGetBlockInfo: (host, { domain, path }) => {
    const { stats } = host.byUuid(domain.uuid);
    const disk = Object.keys(stats).find((name) => /^block\.\d+\.(name|path)$/.test(name) && stats[name] === path);
    if (disk === undefined) throw daemonError(8, `invalid argument: invalid path ${path} not assigned to domain`);
    const size = (field: string): bigint => BigInt(stats[disk.replace(/(name|path)$/, field)] ?? 0n);
    return { allocation: size('allocation'), capacity: size('capacity'), physical: size('physical') };
  },
  domainGetDiskErrors: (host, { domain, maxErrors }) => {
    const errors = Object.entries(host.active(domain).diskErrors)
      .slice(0, maxErrors)
      .map(([disk, error]) => ({ disk, error: enumCode(diskErrorNames, error) }));
    return { errors, count: errors.length };
  },
  domainInterfaceAddresses: (host, { domain, source }) => ({
    interfaces: host
      .active(domain)
      .addresses(source)
      .map(({ name, mac, addresses }) => ({
        name,
        mac,
        addresses: addresses.map(({ family, address, prefix }) => ({
          type: enumCode(addressFamilyNames, family),
          address,
          prefix,
        })),
      })),
  }),
  connectDomainEventCallbackRegisterAny: (_host, { eventId }, caller) => ({ callbackId: caller.register(eventId) }),
  connectDomainEventCallbackDeregisterAny: (_host, { callbackId }, caller) => {
    caller.deregister(callbackId);
    return undefined;
  },
};
