import type { VmList } from '@faultline/contracts';
import { FaultlineError } from './errors.ts';

type VmEntry = VmList['vms'][number];

/** Reads the answer to `GET /api/v1/vms`. Throws {@link FaultlineError} `answer-malformed`. */
export function readVms(json: unknown): VmEntry[] {
  const vms = typeof json === 'object' && json !== null && 'vms' in json ? json.vms : undefined;
  if (!Array.isArray(vms)) {
    throw new FaultlineError({ code: 'answer-malformed', message: "The OMS's answer is not a list of VMs." });
  }
  return vms as VmEntry[];
}

/** More choices than these nobody looks through: another letter narrows them. */
const MAX_CHOICES = 500;
/** More letters than a name has; the OMS refuses longer ones. */
const MAX_SEARCH = 255;

/** Path and query of the request for the VMs that bear every word of `search`. */
export function vmsUrl(search: string): string {
  const q = search.trim().slice(0, MAX_SEARCH);
  return `/api/v1/vms?${new URLSearchParams({ limit: String(MAX_CHOICES), ...(q === '' ? {} : { q }) })}`;
}

/** Choices of the VM picker. */
export function toVmOptions(vms: readonly VmEntry[]): Array<{ label: string; value: string; description: string }> {
  return vms.map(({ name, host, uuid, state }) => ({
    label: name,
    value: uuid,
    description: `${state ?? 'state unknown'} on ${host}`,
  }));
}

/**
 * What beside the known VMs can stand in a query's `vm`: the dashboard's variables, and a text that holds a variable or is a
 * UUID. A half-written name is none of these: Enter must choose the VM that was found, not the letters that found it.
 */
export function toFreeOptions(
  variables: readonly string[],
  search: string,
): Array<{ label: string; value: string; description: string }> {
  const text = search.trim();
  const offered = variables
    .map((name) => `$${name}`)
    .filter((variable) => variable.toLowerCase().includes(text.toLowerCase()));
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
  if ((text.includes('$') || isUuid) && !offered.includes(text)) {
    offered.push(text);
  }
  return offered.map((value) => ({
    label: value,
    value,
    description: value.includes('$') ? 'Variable of the dashboard' : 'VM by its UUID',
  }));
}
