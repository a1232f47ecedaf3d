import type { DomainRef } from '../domain.ts';
import type { DomainEventOf } from '../event.ts';
import { bitsOf, hasBit } from '../flags.ts';
import { enumCode, enumName } from '../names/enum-names.ts';
import {
  agentReasonNames,
  agentStateNames,
  blockJobStatusNames,
  blockJobTypeNames,
  ioErrorActionNames,
  lifecycleDetailNames,
  lifecycleEventNames,
  memoryFailureActionNames,
  memoryFailureRecipientNames,
  metadataTypeNames,
  watchdogActionNames,
} from '../names/events.ts';
import { jobOperation } from '../names/jobs.ts';
import { int, struct, uhyper, uint } from '../wire/codec.ts';
import { eventRow, type EventProcedure } from './event-row.ts';
import { jobStatsMax } from './procedures/domain.ts';
import { domainRef, optionalText, text, typedParams, type TypedParam } from './types.ts';

const lifecycle = eventRow(
  [318, 'DOMAIN_EVENT_CALLBACK_LIFECYCLE', 0, 'lifecycle'],
  struct<{ domain: DomainRef; event: number; detail: number }>({ domain: domainRef, event: int, detail: int }),
  ({ domain, event: code, detail }) => {
    const event = lifecycleEventNames[code];
    if (event === undefined) return null;
    return { kind: 'lifecycle', domain, event, detail: enumName(lifecycleDetailNames[event], detail, 'detail') };
  },
  ({ domain, event, detail }) => ({
    domain,
    event: lifecycleEventNames.indexOf(event),
    detail: enumCode(lifecycleDetailNames[event], detail),
  }),
);

const reboot = eventRow(
  [319, 'DOMAIN_EVENT_CALLBACK_REBOOT', 1, 'reboot'],
  struct<{ domain: DomainRef }>({ domain: domainRef }),
  ({ domain }) => ({ kind: 'reboot', domain }),
  ({ domain }) => ({ domain }),
);

const watchdog = eventRow(
  [321, 'DOMAIN_EVENT_CALLBACK_WATCHDOG', 3, 'watchdog'],
  struct<{ domain: DomainRef; action: number }>({ domain: domainRef, action: int }),
  ({ domain, action }) => ({ kind: 'watchdog', domain, action: enumName(watchdogActionNames, action, 'action') }),
  ({ domain, action }) => ({ domain, action: enumCode(watchdogActionNames, action) }),
);

const ioErrorReason = eventRow(
  [324, 'DOMAIN_EVENT_CALLBACK_IO_ERROR_REASON', 6, 'io-error'],
  struct<{ domain: DomainRef; path: string; device: string; action: number; reason: string }>({
    domain: domainRef,
    path: text,
    device: text,
    action: int,
    reason: text,
  }),
  ({ action, ...rest }) => ({ kind: 'io-error', ...rest, action: enumName(ioErrorActionNames, action, 'action') }),
  ({ domain, path, device, action, reason }) => ({
    domain,
    path,
    device,
    action: enumCode(ioErrorActionNames, action),
    reason,
  }),
);

const agentLifecycle = eventRow(
  [348, 'DOMAIN_EVENT_CALLBACK_AGENT_LIFECYCLE', 18, 'agent'],
  struct<{ domain: DomainRef; state: number; reason: number }>({ domain: domainRef, state: int, reason: int }),
  ({ domain, state: code, reason }) => {
    const state = agentStateNames[code];
    if (!state) return null;
    return { kind: 'agent', domain, state, reason: enumName(agentReasonNames, reason, 'reason') };
  },
  ({ domain, state, reason }) => ({
    domain,
    state: agentStateNames.indexOf(state),
    reason: enumCode(agentReasonNames, reason),
  }),
);

/** Events that name the domain and nothing else. */
const domainOnly = struct<{ domain: DomainRef }>({ domain: domainRef });

const controlError = eventRow(
  [325, 'DOMAIN_EVENT_CALLBACK_CONTROL_ERROR', 7, 'control-error'],
  domainOnly,
  ({ domain }) => ({ kind: 'control-error', domain }),
  ({ domain }) => ({ domain }),
);

const balloonChange = eventRow(
  [331, 'DOMAIN_EVENT_CALLBACK_BALLOON_CHANGE', 13, 'balloon-change'],
  struct<{ domain: DomainRef; actual: bigint }>({ domain: domainRef, actual: uhyper }),
  ({ domain, actual }) => ({ kind: 'balloon-change', domain, memoryKib: Number(actual) }),
  ({ domain, memoryKib }) => ({ domain, actual: BigInt(memoryKib) }),
);

type DeviceEventKind = 'device-removed' | 'device-added' | 'device-removal-failed';

/** Three messages of one layout. */
function deviceEvent(row: [number, string, number, DeviceEventKind]): EventProcedure {
  const kind = row[3];
  return eventRow(
    row,
    struct<{ domain: DomainRef; alias: string }>({ domain: domainRef, alias: text }),
    (message) => ({ kind, ...message }),
    ({ domain, alias }) => ({ domain, alias }),
  );
}

const deviceRemoved = deviceEvent([333, 'DOMAIN_EVENT_CALLBACK_DEVICE_REMOVED', 15, 'device-removed']);
const deviceAdded = deviceEvent([354, 'DOMAIN_EVENT_CALLBACK_DEVICE_ADDED', 19, 'device-added']);
const deviceRemovalFailed = deviceEvent([
  367,
  'DOMAIN_EVENT_CALLBACK_DEVICE_REMOVAL_FAILED',
  22,
  'device-removal-failed',
]);

/** The second event of this name: it names the disk by its target, which stays, and not by its file. */
const blockJob = eventRow(
  [339, 'DOMAIN_EVENT_BLOCK_JOB_2', 16, 'block-job'],
  struct<{ domain: DomainRef; disk: string; type: number; status: number }>({
    domain: domainRef,
    disk: text,
    type: int,
    status: int,
  }),
  ({ domain, disk, type, status }) => ({
    kind: 'block-job',
    domain,
    disk,
    job: enumName(blockJobTypeNames, type, 'job'),
    status: enumName(blockJobStatusNames, status, 'status'),
  }),
  ({ domain, disk, job, status }) => ({
    domain,
    disk,
    type: enumCode(blockJobTypeNames, job),
    status: enumCode(blockJobStatusNames, status),
  }),
);

const migrationIteration = eventRow(
  [359, 'DOMAIN_EVENT_CALLBACK_MIGRATION_ITERATION', 20, 'migration-iteration'],
  struct<{ domain: DomainRef; iteration: number }>({ domain: domainRef, iteration: int }),
  (message) => ({ kind: 'migration-iteration', ...message }),
  ({ domain, iteration }) => ({ domain, iteration }),
);

const jobCompleted = eventRow(
  [363, 'DOMAIN_EVENT_CALLBACK_JOB_COMPLETED', 21, 'job-completed'],
  struct<{ domain: DomainRef; params: readonly TypedParam[] }>({ domain: domainRef, params: typedParams(jobStatsMax) }),
  ({ domain, params }) => {
    const values = new Map(params.map(({ field, value }) => [field, value]));
    return { kind: 'job-completed', domain, operation: jobOperation(values), values };
  },
  ({ domain, values }) => ({ domain, params: Array.from(values, ([field, value]) => ({ field, value })) }),
);

const metadataChange = eventRow(
  [379, 'DOMAIN_EVENT_CALLBACK_METADATA_CHANGE', 23, 'metadata-change'],
  struct<{ domain: DomainRef; type: number; uri: string | null }>({ domain: domainRef, type: int, uri: optionalText }),
  ({ domain, type, uri }) => ({
    kind: 'metadata-change',
    domain,
    what: enumName(metadataTypeNames, type, 'type') as DomainEventOf<'metadata-change'>['what'],
    uri,
  }),
  ({ domain, what, uri }) => ({ domain, type: enumCode(metadataTypeNames, what), uri }),
);

/** virDomainMemoryFailureFlags, libvirt-domain.h. */
const memoryFailureBit = { actionRequired: 1 << 0, recursive: 1 << 1 };

const memoryFailure = eventRow(
  [423, 'DOMAIN_EVENT_MEMORY_FAILURE', 25, 'memory-failure'],
  struct<{ domain: DomainRef; recipient: number; action: number; flags: number }>({
    domain: domainRef,
    recipient: int,
    action: int,
    flags: uint,
  }),
  ({ domain, recipient, action, flags }) => ({
    kind: 'memory-failure',
    domain,
    recipient: enumName(memoryFailureRecipientNames, recipient, 'recipient'),
    action: enumName(memoryFailureActionNames, action, 'action'),
    actionRequired: hasBit(flags, memoryFailureBit.actionRequired),
    recursive: hasBit(flags, memoryFailureBit.recursive),
  }),
  ({ domain, recipient, action, actionRequired, recursive }) => ({
    domain,
    recipient: enumCode(memoryFailureRecipientNames, recipient),
    action: enumCode(memoryFailureActionNames, action),
    flags: bitsOf(memoryFailureBit, { actionRequired, recursive }),
  }),
);

/** Every event that can be subscribed to, in the order of registration. */
export const eventProcedures: readonly EventProcedure[] = [
  lifecycle,
  reboot,
  watchdog,
  ioErrorReason,
  controlError,
  agentLifecycle,
  jobCompleted,
  migrationIteration,
  memoryFailure,
  deviceRemoved,
  deviceRemovalFailed,
  deviceAdded,
  balloonChange,
  blockJob,
  metadataChange,
];
