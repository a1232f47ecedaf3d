import type { AlarmRule } from './rule.ts';
import { cpuSaturated, type CpuSaturatedSettings } from './rules/cpu-saturated.ts';
import { domainCrashed } from './rules/domain-crashed.ts';
import { domainIoError } from './rules/domain-io-error.ts';
import { domainWatchdog } from './rules/domain-watchdog.ts';

/** Every condition that the host watches its domains for (A44). */
export function alarmRules(settings: { cpuSaturated: CpuSaturatedSettings }): readonly AlarmRule[] {
  return [domainCrashed, domainIoError, domainWatchdog, cpuSaturated(settings.cpuSaturated)];
}

export { AlarmBook } from './book.ts';
