import { isDeepStrictEqual } from 'node:util';
import type { Operation } from '@faultline/contracts';
import type { OmsDatabase } from '../database/index.ts';
import {
  addOperation,
  findOperation,
  operationsAround,
  replaceOperation,
  withdrawOperation,
} from '../operations/index.ts';
import { findVm } from '../vms/index.ts';
import { newsOf, type Surroundings } from './news.ts';
import { inferOperations, LIBVIRT_SOURCE, observedId } from './infer.ts';
import { changesOfVm, holdVm, settle, waitingChanges, type WaitingChange } from './store.ts';

const MAX_WAITING = 500;
/** What is judged together lies within this time, ms. */
const MAX_SPAN_MS = 3_600_000;
/** What happened this long before or after a change may belong to the same operation, ms. */
const NEARBY_MS = 600_000;
/** How long until it is asked again whether the operation that explains a change ended well, ms. */
const ASK_AGAIN_MS = 5000;
/** An operation that runs this long after the change explains it, ms. */
const GIVE_UP_MS = 86_400_000;

type Named = Pick<Operation, 'id' | 'vm' | 'started' | 'ended'>;

/** Judges what is due. @returns how many changes were looked at */
export async function judgeWaiting(db: OmsDatabase, { now: clock, news }: Surroundings): Promise<number> {
  const now = clock();
  const waiting = await waitingChanges(db, now, MAX_WAITING);
  const perVm = new Map<string, WaitingChange[]>();
  for (const change of waiting) perVm.set(change.vm, [...(perVm.get(change.vm) ?? []), change]);
  for (const [vm, changes] of perVm) {
    const from = Math.min(...changes.map(({ at }) => at));
    const near = changes.filter(({ at }) => at - from <= MAX_SPAN_MS);
    const changed = await db.transaction().execute((trx) => judge(trx, vm, near, now));
    for (const operation of changed) news.tell(newsOf(operation));
  }
  return waiting.length;
}

/**
 * Makes the stored observed operations around some changes of a VM those that all changes there tell of. What is stored is a
 * function of what is known, so that it does not matter in which order that came to be known.
 *
 * @returns those that were written or withdrawn
 */
async function judge(trx: OmsDatabase, vmUuid: string, waiting: WaitingChange[], now: number): Promise<Named[]> {
  await holdVm(trx, vmUuid);
  const vm = await findVm(trx, vmUuid);
  const times = waiting.map(({ at }) => at);
  const window = { from: Math.min(...times) - NEARBY_MS, to: Math.max(...times) + NEARBY_MS };
  // What is judged at the window's edges needs what lies beside them.
  const beside = { from: window.from - NEARBY_MS, to: window.to + NEARBY_MS };
  const changes = await changesOfVm(trx, vmUuid, beside);
  const all = await operationsAround(trx, vmUuid, beside);
  const known = all.filter(({ source }) => source !== LIBVIRT_SOURCE);
  const { operations, undecided } = inferOperations({ uuid: vmUuid, name: vm?.name ?? vmUuid }, changes, known);

  const inWindow = ({ started, ended = started }: Pick<Operation, 'started' | 'ended'>): boolean =>
    ended >= window.from && started <= window.to;
  const changed: Named[] = [];
  for (const operation of operations.filter(inWindow)) if (await keep(trx, operation)) changed.push(operation);

  const valid = new Set(operations.map(({ id }) => id));
  // Only what these changes tell of: the changes that an older one was made of may have been forgotten.
  const told = new Set(changes.map(observedId));
  for (const stored of all.filter(({ source }) => source === LIBVIRT_SOURCE).filter(inWindow)) {
    if (!told.has(stored.id) || valid.has(stored.id)) continue;
    await withdrawOperation(trx, stored.id, LIBVIRT_SOURCE);
    changed.push(stored);
  }

  const open = new Set(undecided.map(observedId));
  for (const change of waiting) {
    const waits = open.has(observedId(change)) && now - change.at < GIVE_UP_MS;
    await settle(trx, change, waits ? now + ASK_AGAIN_MS : null);
  }
  return changed;
}

async function keep(trx: OmsDatabase, operation: Operation): Promise<boolean> {
  if (await addOperation(trx, operation)) return true;
  const stored = await findOperation(trx, operation.id);
  if (isDeepStrictEqual({ ...stored, vm: operation.vm }, operation)) return false;
  await replaceOperation(trx, operation);
  return true;
}
