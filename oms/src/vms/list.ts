import {
  Name,
  VmUuid,
  type Filter,
  type Vm,
  type VmDetails,
  type VmList,
  type VmListQuery,
} from '@faultline/contracts';
import { Type } from 'typebox';
import type { OmsDatabase } from '../database/index.ts';
import { readCursorAs, writeCursor } from '../pages/index.ts';
import { currentStates } from '../states/index.ts';
import { factsOf, NO_FACTS } from './facts.ts';
import { meets } from './filter.ts';
import { bears } from './find.ts';
import { VM_COLUMNS } from './names.ts';
import { vmOf } from './store.ts';

/** VMs that are looked at at once: as many as a page may hold. */
const BATCH = 1000;
/** More words than these do not make a search clearer. */
const MAX_WORDS = 8;

/** Where a page ends: the name and UUID of its last VM. */
const Position = Type.Tuple([Name, VmUuid]);

/** Which VMs a page is asked for. */
type Wanted = VmListQuery & { filters?: readonly Filter<'vms'>[] | undefined };

interface Moment {
  now: number;
  staleAfterMs: number;
  transientLimitMs: number;
}

/**
 * A page of the VMs that a cycle or a report ever spoke of, by name, with what is drawn of each now.
 *
 * @throws CursorInvalidError
 */
export async function vmPage(db: OmsDatabase, query: Wanted, moment: Moment): Promise<VmList> {
  const { cursor, limit = BATCH, state } = query;
  const found: (Vm & Pick<VmDetails, 'state'>)[] = [];
  let after = cursor === undefined ? null : readCursorAs(Position, cursor);
  // A state is no column: it follows from what was last said, and from how long ago that was.
  for (;;) {
    const vms = await vmsBehind(db, query, after, BATCH);
    const states = await currentStates(db, { ...moment, vms: vms.map(({ uuid }) => uuid) });
    const inState = vms
      .map((vm) => ({ ...vm, state: states.get(vm.uuid) ?? null }))
      .filter((vm) => state === undefined || (vm.state ?? 'unknown') === state);
    found.push(...inState.slice(0, limit + 1 - found.length));
    const last = vms.at(-1);
    if (found.length > limit || last === undefined || vms.length < BATCH) break;
    after = [last.name, last.uuid];
  }
  const shown = found.slice(0, limit);
  const facts = await factsOf(
    db,
    shown.map(({ uuid }) => uuid),
  );
  const vms = shown.map((vm) => ({ ...vm, ...(facts.get(vm.uuid) ?? NO_FACTS) }));
  const end = shown.at(-1);
  return { vms, next: found.length > limit && end !== undefined ? writeCursor([end.name, end.uuid]) : null };
}

async function vmsBehind(
  db: OmsDatabase,
  { host, q = '', filters = [] }: Wanted,
  after: [string, string] | null,
  limit: number,
): Promise<Vm[]> {
  let query = db.selectFrom('vms').selectAll();
  if (host !== undefined) query = query.where('host', '=', host);
  for (const word of q.split(/\s+/).filter(Boolean).slice(0, MAX_WORDS))
    query = query.where((where) => bears(where, word));
  for (const filter of filters) query = query.where(meets(filter, VM_COLUMNS));
  if (after !== null) query = query.where((where) => where(where.refTuple('name', 'uuid'), '>', where.tuple(...after)));
  const rows = await query.orderBy('name').orderBy('uuid').limit(limit).execute();
  return rows.map(vmOf);
}
