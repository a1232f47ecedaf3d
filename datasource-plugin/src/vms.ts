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

/** Values of a template variable: people read the name, queries use the UUID. Names that repeat get their host. */
export function toVariableValues(vms: readonly VmEntry[]): Array<{ text: string; value: string }> {
  const seen = new Map<string, number>();
  for (const { name } of vms) {
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  return vms.map(({ name, host, uuid }) => ({
    text: (seen.get(name) ?? 0) > 1 ? `${name} (${host})` : name,
    value: uuid,
  }));
}

/** Choices of the VM picker whose name, host or UUID contains the words of `search`, at most `limit` of them. */
export function toVmOptions(
  vms: readonly VmEntry[],
  search: string,
  limit = 500,
): Array<{ label: string; value: string; description: string }> {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return vms
    .filter(({ name, host, uuid }) => {
      const text = `${name} ${host} ${uuid}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .slice(0, limit)
    .map(({ name, host, uuid, state }) => ({
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
