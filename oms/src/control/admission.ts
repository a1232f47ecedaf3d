import { isDeepStrictEqual } from 'node:util';
import type { Operation, OperationRequest, Party, Vm, VmRef } from '@faultline/contracts';
import { nameIn } from './definition.ts';
import type { Admission, RefusalCode } from './door.ts';
import { hopsFromLog, recordedOrder } from './hops.ts';
import { DomainXmlError } from './host/domain-xml.ts';
import type { LogEntry, OperationOrder, Outcome, Task } from './messages.ts';
import { OWN_SOURCE, type RecordsTransaction } from './records.ts';

/** A host on which operations may be performed. */
export interface ControlledHost {
  /** Read-write libvirt URI as we reach it. */
  uri: string;
  /** As the libvirtd of another host reaches it; undefined where none can. */
  migrationUri: string | undefined;
}

export interface AdmissionOptions {
  clc: Party;
  cc: Party;
  hosts: ReadonlyMap<string, ControlledHost>;
  now: () => number;
}

/** What was decided on a request, and the order to carry out where it was accepted. */
export interface Decision {
  admission: Admission;
  order?: OperationOrder;
}

interface Refusal {
  code: RefusalCode;
  cause: string;
}

/** Decides on a request and stores the decision's record; in the transaction of the caller. */
export async function admit(
  trx: RecordsTransaction,
  request: OperationRequest,
  options: AdmissionOptions,
): Promise<Decision> {
  const known = await trx.findRequested(request.id);
  if (known !== undefined) {
    const answer = isDeepStrictEqual(known.request, request) ? 'known' : 'conflict';
    return { admission: { answer, operation: known.operation } };
  }
  const vm = await trx.findVm(request.vm);
  const order = orderOf(request, vm);
  if (!('task' in order)) return { admission: order };
  const refusal = await refusalOf(trx, order, vm, options.hosts);
  const operation =
    refusal === undefined ? begun(request, order, options) : refused(request, order, { ...options, ...refusal });
  await trx.store(operation, { request, host: order.host });
  return refusal === undefined
    ? { admission: { answer: 'accepted', operation }, order }
    : { admission: { answer: 'refused', code: refusal.code, operation } };
}

function orderOf(request: OperationRequest, known: Vm | undefined): OperationOrder | Admission {
  const task = taskOf(request);
  if (task.kind !== 'create') {
    if (known === undefined) return { answer: 'vm-unknown' };
    return { operationId: request.id, task, vm: { uuid: known.uuid, name: known.name }, host: known.host };
  }
  try {
    const vm: VmRef = { uuid: request.vm, name: nameIn(task.definition, request.vm) };
    return { operationId: request.id, task, vm, host: task.host };
  } catch (error) {
    if (!(error instanceof DomainXmlError)) throw error;
    return { answer: 'definition-invalid', why: error.message };
  }
}

/** A request without its head. */
export function taskOf(request: OperationRequest): Task {
  const { id, vm, initiator, ...task } = request;
  return task;
}

async function refusalOf(
  trx: RecordsTransaction,
  { vm, task, host }: OperationOrder,
  known: Vm | undefined,
  hosts: AdmissionOptions['hosts'],
): Promise<Refusal | undefined> {
  const running = await trx.findRunningOn(vm.uuid);
  if (running !== undefined) {
    const cause = `${running.kind} by ${running.initiator} is under way on this VM (operation ${running.id})`;
    return { code: 'vm-busy', cause };
  }
  if (task.kind === 'create') return refusalOfCreate(known, host, hosts);
  if (!hosts.has(host)) {
    const cause = `the VM is on host ${host}, for which this OMS has no control address`;
    return { code: 'vm-not-on-a-controlled-host', cause };
  }
  return task.kind === 'migrate' ? refusalOfMigration(task.toHost, host, hosts) : undefined;
}

/** What the named host itself has of the VM its NC finds out. */
function refusalOfCreate(known: Vm | undefined, host: string, hosts: AdmissionOptions['hosts']): Refusal | undefined {
  if (!hosts.has(host))
    return { code: 'host-not-controlled', cause: `this OMS has no control address of host ${host}` };
  if (known === undefined || known.host === host) return undefined;
  return { code: 'vm-exists', cause: `a VM with this UUID is known on host ${known.host}` };
}

function refusalOfMigration(toHost: string, host: string, hosts: AdmissionOptions['hosts']): Refusal | undefined {
  if (toHost === host) return { code: 'destination-is-source', cause: `the VM is on host ${host} already` };
  const destination = hosts.get(toHost);
  if (destination === undefined) {
    return { code: 'destination-not-controlled', cause: `this OMS has no control address of host ${toHost}` };
  }
  if (destination.migrationUri !== undefined) return undefined;
  const cause = `no address is configured under which other hosts reach the libvirtd of ${toHost}`;
  return { code: 'destination-not-reachable', cause };
}

function begun(request: OperationRequest, order: OperationOrder, { clc, cc, now }: AdmissionOptions): Operation {
  const started = now();
  const [head] = hopsFromLog(recordedOrder(order), [
    { entry: 'sent', message: 'request', from: clc, to: cc, at: started },
  ]);
  return {
    ...headOf(request, order, started),
    result: 'running',
    hops: head === undefined ? [] : [{ ...head, result: 'running' }],
  };
}

function refused(
  request: OperationRequest,
  order: OperationOrder,
  { clc, cc, now, cause }: AdmissionOptions & Refusal,
): Operation {
  const at = now();
  const outcome: Outcome = { result: 'failed', cause };
  const log = withRecord([{ entry: 'halted', from: clc, to: cc, at, outcome }], clc, at);
  return { ...headOf(request, order, at), ...outcome, ended: at, hops: hopsFromLog(recordedOrder(order), log) };
}

function headOf(request: OperationRequest, { vm }: OperationOrder, started: number) {
  return { id: request.id, vm, kind: request.kind, initiator: request.initiator, started, source: OWN_SOURCE };
}

/** The last hop of every flow. It is in the store only if the whole record is, so that it can be said beforehand. */
export function withRecord(log: readonly LogEntry[], clc: Party, at: number): LogEntry[] {
  return [...log, { entry: 'acted', by: clc, at, ended: at, outcome: { result: 'ok' } }];
}
