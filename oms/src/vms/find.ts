import type { Vm, VmFacts } from '@faultline/contracts';
import { sql, type ExpressionBuilder } from 'kysely';
import type { Database, OmsDatabase } from '../database/index.ts';
import { readAddress } from './address.ts';
import { factsOf, NO_FACTS } from './facts.ts';
import { vmOf } from './store.ts';

/** What identifies a VM to people (A3). */
export type VmIdentification = { uuid: string } | { name: string } | { ip: string } | { user: string };

/** A VM with what is known of it. */
export type KnownVm = Vm & VmFacts;

/** More VMs than this are no answer to "which one". */
const MAX_FOUND = 100;

/**
 * The VMs that bear exactly this UUID, name, address or user, the last seen first; at most 100. An address that an operator
 * gave to a VM is that VM's, whoever else was seen with it; and where an operator named a VM's user, it is nobody else's.
 */
export async function findVms(db: OmsDatabase, identification: VmIdentification): Promise<KnownVm[]> {
  const uuids = await uuidsOf(db, identification);
  if (uuids.length === 0) return [];
  const rows = await db
    .selectFrom('vms')
    .selectAll()
    .where('uuid', 'in', uuids)
    .orderBy('last_seen', 'desc')
    .orderBy('uuid')
    .execute();
  const vms = await withFacts(db, rows.map(vmOf));
  return 'user' in identification ? vms.filter(({ owner }) => owner === identification.user) : vms;
}

async function uuidsOf(db: OmsDatabase, identification: VmIdentification): Promise<string[]> {
  if ('uuid' in identification) return [identification.uuid];
  if ('name' in identification) {
    const named = db.selectFrom('vms').select('uuid').where('name', '=', identification.name);
    const rows = await named.orderBy('last_seen', 'desc').limit(MAX_FOUND).execute();
    return rows.map(({ uuid }) => uuid);
  }
  if ('user' in identification) {
    const owned = db.selectFrom('vm_facts').select('vm').distinct().where('owner', '=', identification.user);
    return (await owned.orderBy('vm').limit(MAX_FOUND).execute()).map(({ vm }) => vm);
  }
  const address = readAddress(identification.ip);
  return address === null ? [] : await holdersOf(db, address.address);
}

async function holdersOf(db: OmsDatabase, address: string): Promise<string[]> {
  const rows = await db
    .selectFrom('vm_addresses')
    .select(['vm', 'source'])
    .where('address', '=', address)
    .orderBy('last_seen', 'desc')
    .limit(MAX_FOUND)
    .execute();
  const given = rows.filter(({ source }) => source === 'operator');
  return [...new Set((given.length > 0 ? given : rows).map(({ vm }) => vm))];
}

/**
 * VMs of which the name, user, project, group, host or an address contains the text, or whose UUID begins with it, by name.
 * Case does not matter.
 */
export async function searchVms(db: OmsDatabase, text: string, limit: number): Promise<KnownVm[]> {
  const rows = await db
    .selectFrom('vms')
    .selectAll()
    .where((where) => bears(where, text))
    .orderBy('name')
    .orderBy('uuid')
    .limit(limit)
    .execute();
  return await withFacts(db, rows.map(vmOf));
}

/** The condition that a VM bears a text: in what is known of it, or at the beginning of its UUID. */
export function bears(where: ExpressionBuilder<Database, 'vms'>, text: string) {
  const begins = `${escaped(text)}%`;
  const contains = (column: string) => like(column, `%${begins}`);
  return where.or([
    contains('vms.name'),
    contains('vms.host'),
    like('vms.uuid', begins),
    where.exists(
      where
        .selectFrom('vm_facts as told')
        .select('told.vm')
        .whereRef('told.vm', '=', 'vms.uuid')
        .where((fact) => fact.or(['told.owner', 'told.project', 'told.vm_group'].map(contains))),
    ),
    where.exists(
      where
        .selectFrom('vm_addresses as held')
        .select('held.vm')
        .whereRef('held.vm', '=', 'vms.uuid')
        .where(contains('held.address')),
    ),
  ]);
}

/** A text as itself in a pattern. */
export const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);

/** Whether a column is like an {@link escaped} pattern, whatever the case. */
export const like = (column: string, pattern: string) =>
  sql<boolean>`lower(${sql.ref(column)}) like lower(${pattern}) escape '\\'`;

async function withFacts(db: OmsDatabase, vms: Vm[]): Promise<KnownVm[]> {
  const facts = await factsOf(
    db,
    vms.map(({ uuid }) => uuid),
  );
  return vms.map((vm) => ({ ...vm, ...(facts.get(vm.uuid) ?? NO_FACTS) }));
}
