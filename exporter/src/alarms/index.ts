import type { AlarmRule } from './rule.ts';
import { cpuSaturated, type CpuSaturatedSettings } from './rules/cpu-saturated.ts';
import { domainCrashed } from './rules/domain-crashed.ts';
import { domainIoError } from './rules/domain-io-error.ts';
import { domainWatchdog } from './rules/domain-watchdog.ts';
import { guestAgentLost } from './rules/guest-agent-lost.ts';
import { guestExternalAbnormal } from './rules/guest-external-abnormal.ts';
import { guestFileSystemErrors } from './rules/guest-filesystem-errors.ts';
import { guestFileSystemReadOnly } from './rules/guest-filesystem-read-only.ts';
import { guestGatewayAbnormal } from './rules/guest-gateway-abnormal.ts';

/** Every condition that the host watches its domains for (A44). */
export function alarmRules(settings: {
  cpuSaturated: CpuSaturatedSettings;
  /** So many rounds on end must find what is wrong with a guest's agent or network. */
  guestRounds: number;
}): readonly AlarmRule[] {
  const { guestRounds } = settings;
  return [
    domainCrashed,
    domainIoError,
    domainWatchdog,
    cpuSaturated(settings.cpuSaturated),
    guestAgentLost(guestRounds),
    guestExternalAbnormal(guestRounds),
    guestGatewayAbnormal(guestRounds),
    guestFileSystemReadOnly,
    guestFileSystemErrors,
  ];
}

export { AlarmBook } from './book.ts';
