import type { Finding } from './finding.ts';
import type { Problems } from './problem.ts';
import type { VmName } from './vm.ts';

/** All that was found about one VM. */
export interface VmFindings {
  vm: { uuid: string; name: string };
  findings: Finding[];
}

/** A VM that moves is told by both hosts for as long as the move and Prometheus' look back last; longer are two of one name. */
const MOVE_MS = 600_000;

/**
 * Sorts findings by VM: by uuid; where there is none, by name, joined with the one uuid that has this name. VMs of one name on two
 * instances are one that moved, unless both were active at the same time for long. What names no VM belongs to the only one
 * there is; where there are several, it is a problem.
 */
export function groupByVm(findings: readonly Finding[], problems: Problems): VmFindings[] {
  const byUuid = new Map<string, VmFindings>();
  const byName = new Map<string, Map<string, Finding[]>>();
  const nameless: Finding[] = [];
  for (const finding of findings) {
    const { vm } = finding;
    if (!vm || (vm.uuid === '' && vm.name === '')) {
      nameless.push(finding);
    } else if (vm.uuid) {
      const group = byUuid.get(vm.uuid) ?? { vm: { uuid: vm.uuid, name: '' }, findings: [] };
      group.vm.name ||= vm.name;
      group.findings.push(finding);
      byUuid.set(vm.uuid, group);
    } else {
      byInstance(byName, vm).push(finding);
    }
  }
  const groups = [...byUuid.values(), ...namedGroups(byName, byUuid)];
  if (nameless.length > 0) {
    addNameless(groups, nameless, problems);
  }
  const told = groups.filter(({ findings }) => findings.some(({ kind }) => kind !== 'title' && kind !== 'vcpus'));
  return told.map(({ vm, findings }) => ({ vm: { ...vm, name: titleOf(findings) || vm.name || vm.uuid }, findings }));
}

function byInstance(byName: Map<string, Map<string, Finding[]>>, { name, instance }: VmName): Finding[] {
  const instances = byName.get(name) ?? new Map<string, Finding[]>();
  const findings = instances.get(instance) ?? [];
  byName.set(name, instances.set(instance, findings));
  return findings;
}

/** Those known by their names alone, as far as they are none of those with a uuid, to which they are added. */
function namedGroups(
  byName: ReadonlyMap<string, ReadonlyMap<string, Finding[]>>,
  byUuid: ReadonlyMap<string, VmFindings>,
): VmFindings[] {
  const uuidsOf = new Map<string, VmFindings[]>();
  for (const group of byUuid.values()) {
    uuidsOf.set(group.vm.name, [...(uuidsOf.get(group.vm.name) ?? []), group]);
  }
  const groups: VmFindings[] = [];
  for (const [name, instances] of byName) {
    const [only, ...others] = uuidsOf.get(name) ?? [];
    if (only && others.length === 0) {
      only.findings.push(...[...instances.values()].flat());
    } else if (moved([...instances.values()])) {
      groups.push({ vm: { uuid: '', name }, findings: [...instances.values()].flat() });
    } else {
      for (const [instance, findings] of instances) {
        groups.push({ vm: { uuid: '', name: instance ? `${name} (${instance})` : name }, findings });
      }
    }
  }
  return groups;
}

/** Whether at each time one of them at most was active. */
function moved(instances: Finding[][]): boolean {
  const spans = instances
    .map(activeSpan)
    .filter((span) => span.to > span.from)
    .sort((a, b) => a.from - b.from);
  return spans.every((span, i) => span.to - (spans[i + 1]?.from ?? Infinity) <= MOVE_MS);
}

function activeSpan(findings: Finding[]): { from: number; to: number } {
  let from = Infinity;
  let to = -Infinity;
  const widen = (begin: number | undefined, end: number | undefined) => {
    from = Math.min(from, begin ?? Infinity);
    to = Math.max(to, end ?? -Infinity);
  };
  for (const finding of findings) {
    if (finding.kind === 'runs') {
      for (const run of finding.runs) {
        if (run.drawn !== null && run.drawn !== 'stopped') {
          widen(run.from, run.to);
        }
      }
    } else if (finding.kind === 'cores' || finding.kind === 'vcpu-cores' || finding.kind === 'percent') {
      widen(finding.times[0], finding.times.at(-1));
    }
  }
  return { from, to };
}

function addNameless(groups: VmFindings[], nameless: Finding[], problems: Problems): void {
  const [only, ...others] = groups;
  if (!only) {
    groups.push({ vm: { uuid: '', name: '' }, findings: nameless });
  } else if (others.length === 0) {
    only.findings.push(...nameless);
  } else {
    for (const { query, labels = [] } of nameless) {
      problems.add({ kind: 'no-vm', query, labels: labels.filter((label) => label !== '__name__') });
    }
  }
}

function titleOf(findings: readonly Finding[]): string {
  return findings.find((finding) => finding.kind === 'title')?.title ?? '';
}
