import type { Named, Variable, VariableValues } from '@faultline/contracts';
import type { OmsDatabase } from '../database/index.ts';
import { hostNames, ownerNames, vmNames } from '../vms/index.ts';

/** A list that a person chooses from has an end. */
const MAX_VALUES = 5000;

/** The values of a dashboard's variable, by name; of a host only what is there now. */
export async function valuesOf(db: OmsDatabase, variable: Variable, host: string | undefined): Promise<VariableValues> {
  const found = await READERS[variable](db, { host, limit: MAX_VALUES + 1 });
  return { values: found.slice(0, MAX_VALUES), truncated: found.length > MAX_VALUES };
}

type Reader = (
  db: OmsDatabase,
  wanted: { host: string | undefined; limit: number },
) => Promise<VariableValues['values']>;

const READERS: Record<Variable, Reader> = {
  hosts: async (db, wanted) => (await hostNames(db, wanted)).map(valueOfName),
  users: async (db, wanted) => (await ownerNames(db, 'owner', wanted)).map(valueOfName),
  projects: async (db, wanted) => (await ownerNames(db, 'project', wanted)).map(valueOfName),
  vms: async (db, wanted) => valuesOfVms(await vmNames(db, wanted)),
};

const valueOfName = ({ name }: Named) => ({ text: name, value: name });

/** VMs by name; those that share one are told apart by their host. */
function valuesOfVms(vms: readonly { uuid: string; name: string; host: string }[]): VariableValues['values'] {
  const seen = new Map<string, number>();
  for (const { name } of vms) seen.set(name, (seen.get(name) ?? 0) + 1);
  return vms.map(({ uuid, name, host }) => ({
    text: (seen.get(name) ?? 0) > 1 ? `${name} (${host})` : name,
    value: uuid,
  }));
}
