import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { CRASH_ACTIONS } from './domain-xml.ts';
import { LabError } from './errors.ts';
import { readIfThere } from './files.ts';

const Uuid = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' });
const Address = Type.String({ pattern: '^10\\.77\\.0\\.[0-9]{1,3}$' });

const HostRecord = Type.Object({
  name: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9-]{0,31}$' }),
  uuid: Uuid,
  address: Address,
});
export type HostRecord = Static<typeof HostRecord>;

const GuestRecord = Type.Object({
  name: Type.String({ minLength: 1 }),
  uuid: Uuid,
  /** Name of the host that defines it. */
  host: Type.String(),
  vcpus: Type.Integer({ minimum: 1, maximum: 16 }),
  memoryMiB: Type.Integer({ minimum: 80 }),
  diskMiB: Type.Integer({ minimum: 4 }),
  onCrash: Type.Enum([...CRASH_ACTIONS]),
  mac: Type.String({ pattern: '^52:54:00(:[0-9a-f]{2}){3}$' }),
  address: Address,
});
export type GuestRecord = Static<typeof GuestRecord>;

/** What a lab folder remembers, in `lab.json`. It is written before anything it names is made. */
const LabState = Type.Object({
  version: Type.Literal(1),
  accelerator: Type.Union([Type.Literal('tcg'), Type.Literal('kvm')]),
  /** Folder of the guest's kernel and initial file system, in the cache. */
  guestImage: Type.String({ minLength: 1 }),
  hosts: Type.Array(HostRecord),
  guests: Type.Array(GuestRecord),
});
export type LabState = Static<typeof LabState>;

export const STATE_FILE = 'lab.json';

/** Reads a state file's text. Throws LabError `state-damaged` with the place that is wrong. */
export function parseState(text: string, path: string): LabState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new LabError('state-damaged', `${path} is not JSON: ${String(error)}`, { cause: error });
  }
  if (Value.Check(LabState, value)) return value;
  const first = Value.Errors(LabState, value)[0];
  throw new LabError(
    'state-damaged',
    `${path}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not a lab state'}`,
  );
}

/** The state of the lab in `folder`, or undefined if none is recorded. Throws LabError `state-damaged`. */
export async function readState(folder: string): Promise<LabState | undefined> {
  const path = join(folder, STATE_FILE);
  const text = await readIfThere(path);
  return text === undefined ? undefined : parseState(text, path);
}

/** Replaces the state file in one step, so that a reader or a crash never meets half of it. */
export async function writeState(folder: string, state: LabState): Promise<void> {
  const path = join(folder, STATE_FILE);
  await writeFile(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o644 });
  await rename(`${path}.new`, path);
}
