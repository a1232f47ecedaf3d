import type { DomainSnapshot } from '../../snapshot.ts';
import { defineAlarmRule, type Judgement } from '../rule.ts';

export interface CpuSaturatedSettings {
  /** Share of the domain's vCPUs above which it is saturated, percent. */
  percent: number;
  /** For how long before the alarm is raised, ms. */
  holdMs: number;
}

interface Memory {
  /** The running instance that the counter belongs to. */
  id: number;
  at: number;
  cpuTimeNs: number;
  /** Beginning of the stretch that has been saturated ever since, with the CPU time used up to then; null while it is not. */
  busy: { at: number; cpuTimeNs: number } | null;
}

interface Reading {
  id: number;
  at: number;
  cpuTimeNs: number;
  vcpus: number;
}

function readingOf({ id, statistics }: DomainSnapshot): Reading | null {
  const cpuTime = statistics?.values.get('cpu.time');
  const vcpus = Number(statistics?.values.get('vcpu.current') ?? 0);
  if (statistics === null || typeof cpuTime !== 'bigint' || vcpus < 1) return null;
  return { id, at: statistics.at, cpuTimeNs: Number(cpuTime), vcpus };
}

/** Used share of the vCPUs between two readings, percent. */
function usedPercent(from: { at: number; cpuTimeNs: number }, to: Reading): number {
  return ((to.cpuTimeNs - from.cpuTimeNs) / 1e6 / (to.at - from.at) / to.vcpus) * 100;
}

/** Too many programs: the VM uses up its vCPUs (A46). Each collection interval must be above the limit for as long as `holdMs`. */
export function cpuSaturated({ percent, holdMs }: CpuSaturatedSettings) {
  return defineAlarmRule<Memory>({
    condition: 'cpu-saturated',
    name: 'CPU saturated',
    category: 'quality-of-service',
    level: 'minor',
    judge: ({ host, domain }, memory): Judgement<Memory> => {
      if (domain === undefined) return { memory };
      if (domain.id < 0) return { finding: { status: 'absent' } };
      const reading = readingOf(domain);
      if (reading === null) return { memory };
      const { id, at, cpuTimeNs } = reading;
      const isSameRun = memory?.id === id && memory.at < at && memory.cpuTimeNs <= cpuTimeNs;
      if (!isSameRun) return { memory: { id, at, cpuTimeNs, busy: null } };
      const used = usedPercent(memory, reading);
      if (used <= percent) return { memory: { id, at, cpuTimeNs, busy: null }, finding: { status: 'absent' } };
      const busy = memory.busy ?? { at: memory.at, cpuTimeNs: memory.cpuTimeNs };
      const next = { id, at, cpuTimeNs, busy };
      if (at - busy.at < holdMs) return { memory: next };
      const measured = usedPercent(busy, reading).toFixed(1);
      const seconds = ((at - busy.at) / 1000).toFixed(0);
      return {
        memory: next,
        finding: {
          status: 'present',
          cause: `the domain used ${measured} % of its ${reading.vcpus} vCPU for ${seconds} s`,
          details: {
            host,
            measured: `${measured} %`,
            limit: `${percent} %`,
            over: `${seconds} s`,
            vcpus: String(reading.vcpus),
          },
          again: false,
        },
      };
    },
  });
}
