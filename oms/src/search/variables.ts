import type { Filter, Named, Variable, VariableQuery, VariableValues } from '@faultline/contracts';
import { alarmNames } from '../alarms/index.ts';
import type { OmsDatabase } from '../database/index.ts';
import { initiatorNames } from '../operations/index.ts';
import { hostNames, ownerNames, vmNames } from '../vms/index.ts';

/** A list that a person chooses from has an end. */
const MAX_VALUES = 5000;

/** The values of a dashboard's variable, by name; narrowed by host, user and project to what is there now. */
export async function valuesOf(db: OmsDatabase, variable: Variable, query: VariableQuery): Promise<VariableValues> {
  const found = await READERS[variable](db, { of: filtersOf(query), limit: MAX_VALUES + 1 });
  return { values: found.slice(0, MAX_VALUES), truncated: found.length > MAX_VALUES };
}

type VmFilter = Filter<'vms'>;

/** One value or several, each as a filter of VMs. */
function filtersOf(query: VariableQuery): VmFilter[] {
  return (['host', 'user', 'project', 'vm'] as const).flatMap((field): VmFilter[] => {
    const values = query[field] ?? [];
    return values.length === 0 ? [] : [{ field, operator: '=', values: [values].flat() }];
  });
}

type Reader = (
  db: OmsDatabase,
  wanted: { of: readonly VmFilter[]; limit: number },
) => Promise<VariableValues['values']>;

const READERS: Record<Variable, Reader> = {
  hosts: async (db, wanted) => (await hostNames(db, wanted)).map(valueOfName),
  users: async (db, wanted) => (await ownerNames(db, 'owner', wanted)).map(valueOfName),
  projects: async (db, wanted) => (await ownerNames(db, 'project', wanted)).map(valueOfName),
  groups: async (db, wanted) => (await ownerNames(db, 'vm_group', wanted)).map(valueOfName),
  vms: async (db, wanted) => valuesOfVms(await vmNames(db, wanted)),
  'alarm-names': async (db, { of, limit }) => (await alarmNames(db, of, limit)).map((name) => valueOfName({ name })),
  initiators: async (db, { of, limit }) => (await initiatorNames(db, of, limit)).map((name) => valueOfName({ name })),
};

const valueOfName = ({ name }: Pick<Named, 'name'>) => ({ text: name, value: name });

/** VMs by name; those that share one are told apart by their host. */
function valuesOfVms(vms: readonly { uuid: string; name: string; host: string }[]): VariableValues['values'] {
  const seen = new Map<string, number>();
  for (const { name } of vms) seen.set(name, (seen.get(name) ?? 0) + 1);
  return vms.map(({ uuid, name, host }) => ({
    text: (seen.get(name) ?? 0) > 1 ? `${name} (${host})` : name,
    value: uuid,
  }));
}
