import type { VmFacts, VmPatch } from '@faultline/contracts';
import type { Selectable } from 'kysely';
import { holdKey, type Database, type OmsDatabase } from '../database/index.ts';
import { readAddresses, type VmAddress } from './address.ts';
import { FACT_SOURCES, type FactSource } from './tables.ts';

type FactRow = Selectable<Database['vm_facts']>;
type AddressRow = Selectable<Database['vm_addresses']>;

/** What a host or a guest tells of a VM at one moment. What is absent it does not know. */
export interface VmDescription {
  vm: string;
  owner?: string;
  project?: string;
  /** IP and MAC addresses; those that are none are left out. */
  addresses: readonly string[];
}

/** A source that goes on saying the same is written down this often. */
const REFRESH_MS = 3_600_000;
/** Parameters that one statement takes are bounded on both engines. */
const VMS_PER_READ = 1000;
const MAX_ADDRESSES = 64;

/**
 * Remembers what a host or a guest says of VMs; nothing is written where it says what it said before. What it no longer says
 * stays: a VM that failed shows no addresses, and that is when it is looked for by them. Addresses that it does give take the
 * place of those of the same kind that it gave earlier.
 */
export async function learnFacts(
  db: OmsDatabase,
  { source, at }: { source: Exclude<FactSource, 'operator'>; at: number },
  described: readonly VmDescription[],
): Promise<void> {
  const telling = described.filter((it) => it.addresses.length > 0 || 'owner' in it || 'project' in it);
  for (let start = 0; start < telling.length; start += VMS_PER_READ) {
    const some = telling.slice(start, start + VMS_PER_READ);
    const known = await readRows(db, { vms: some.map(({ vm }) => vm), source });
    for (const description of some) await learn(db, { source, at }, description, known.get(description.vm));
  }
}

async function learn(
  db: OmsDatabase,
  { source, at }: { source: FactSource; at: number },
  { vm, owner, project, addresses }: VmDescription,
  known: Rows = { facts: [], addresses: [] },
): Promise<void> {
  const [before] = known.facts;
  // A word that waited on a host is older than what is known.
  if (before !== undefined && at < before.last_seen) return;
  const told = readAddresses(addresses).slice(0, MAX_ADDRESSES);
  const kinds = new Set(told.map(({ kind }) => kind));
  const replaced = known.addresses.filter(({ kind }) => kinds.has(kind));
  const facts = { owner: owner ?? before?.owner ?? null, project: project ?? before?.project ?? null };
  const isSame = before?.owner === facts.owner && before.project === facts.project && textOf(replaced) === textOf(told);
  if (isSame && at - before.last_seen < REFRESH_MS) return;
  await writeFacts(db, { vm, source, ...facts, vm_group: null, important: null, last_seen: at });
  for (const kind of kinds) await writeAddresses(db, { vm, source, kind, at }, told);
}

const textOf = (addresses: readonly VmAddress[]): string =>
  addresses
    .map(({ address }) => address)
    .sort()
    .join(' ');

/** Stores what an operator says of a VM, all of it or nothing: give it a transaction. */
export async function setFacts(db: OmsDatabase, vm: string, patch: VmPatch, at: number): Promise<void> {
  await holdKey(db, `facts ${vm}`);
  const before = (await readRows(db, { vms: [vm], source: 'operator' })).get(vm)?.facts[0];
  const { addresses } = patch;
  await writeFacts(db, {
    vm,
    source: 'operator',
    owner: kept(patch.owner, before?.owner),
    project: kept(patch.project, before?.project),
    vm_group: kept(patch.group, before?.vm_group),
    important: patch.important === undefined ? (before?.important ?? null) : flagOf(patch.important),
    last_seen: at,
  });
  if (addresses === undefined) return;
  const told = readAddresses(addresses ?? []);
  for (const kind of ['ip', 'mac'] as const) await writeAddresses(db, { vm, source: 'operator', kind, at }, told);
}

const kept = (said: string | null | undefined, before: string | null | undefined): string | null =>
  said === undefined ? (before ?? null) : said;
const flagOf = (said: boolean | null): number | null => (said === null ? null : Number(said));

async function writeFacts(db: OmsDatabase, row: FactRow): Promise<void> {
  await db
    .insertInto('vm_facts')
    .values(row)
    .onConflict((conflict) => conflict.columns(['vm', 'source']).doUpdateSet(row))
    .execute();
}

/** Puts the addresses of one kind in place of those that the source gave before. */
async function writeAddresses(
  db: OmsDatabase,
  { vm, source, kind, at }: { vm: string; source: FactSource; kind: VmAddress['kind']; at: number },
  told: readonly VmAddress[],
): Promise<void> {
  await db
    .deleteFrom('vm_addresses')
    .where('vm', '=', vm)
    .where('source', '=', source)
    .where('kind', '=', kind)
    .execute();
  const rows = told.filter((one) => one.kind === kind).map((one) => ({ vm, source, ...one, last_seen: at }));
  if (rows.length === 0) return;
  // Two hosts may tell of a VM that is on its way from one to the other at the same moment.
  await db
    .insertInto('vm_addresses')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

interface Rows {
  facts: FactRow[];
  addresses: AddressRow[];
}

async function readRows(
  db: OmsDatabase,
  { vms, source }: { vms?: readonly string[]; source?: FactSource },
): Promise<Map<string, Rows>> {
  let facts = db.selectFrom('vm_facts').selectAll();
  let addresses = db.selectFrom('vm_addresses').selectAll();
  if (vms !== undefined) {
    facts = facts.where('vm', 'in', vms);
    addresses = addresses.where('vm', 'in', vms);
  }
  if (source !== undefined) {
    facts = facts.where('source', '=', source);
    addresses = addresses.where('source', '=', source);
  }
  const rows = new Map<string, Rows>();
  const of = (vm: string): Rows => {
    const found = rows.get(vm) ?? { facts: [], addresses: [] };
    rows.set(vm, found);
    return found;
  };
  for (const row of await facts.execute()) of(row.vm).facts.push(row);
  for (const row of await addresses.execute()) of(row.vm).addresses.push(row);
  return rows;
}

/** What is known of a VM of which nobody told anything. */
export const NO_FACTS: Readonly<VmFacts> = {
  owner: null,
  project: null,
  group: null,
  important: false,
  ips: [],
  macs: [],
};

/** What is known of the VMs, or of all of them; a VM of which nobody told is not in the map. */
export async function factsOf(db: OmsDatabase, vms?: readonly string[]): Promise<Map<string, VmFacts>> {
  if (vms?.length === 0) return new Map();
  const rows = await readRows(db, vms === undefined ? {} : { vms });
  return new Map([...rows].map(([vm, told]) => [vm, combine(told)]));
}

/** One word from all sources: an operator's before what the guest says, and that before its host's description. */
function combine({ facts, addresses }: Rows): VmFacts {
  const bySource = facts.toSorted((a, b) => FACT_SOURCES.indexOf(b.source) - FACT_SOURCES.indexOf(a.source));
  const first = <T>(of: (row: FactRow) => T | null): T | null => bySource.map(of).find((it) => it !== null) ?? null;
  const all = (kind: VmAddress['kind']): string[] =>
    [...new Set(addresses.filter((row) => row.kind === kind).map(({ address }) => address))].sort();
  return {
    owner: first((row) => row.owner),
    project: first((row) => row.project),
    group: first((row) => row.vm_group),
    important: first((row) => row.important) === 1,
    ips: all('ip'),
    macs: all('mac'),
  };
}

/** The VMs that operators call important (A5). */
export async function importantVms(db: OmsDatabase): Promise<string[]> {
  const rows = await db
    .selectFrom('vm_facts')
    .select('vm')
    .where('important', '=', 1)
    .where('source', '=', 'operator')
    .orderBy('vm')
    .execute();
  return rows.map(({ vm }) => vm);
}
