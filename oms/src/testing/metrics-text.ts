import { METRICS, type RawState } from '@faultline/contracts';

/** A host's answer to a scrape, in the exposition format. */
export function metricsText(cycle: {
  host?: string;
  number: number;
  /** ms */
  at: number;
  up?: boolean;
  domains?: { name: string; uuid: string; raw: RawState; cpuTimeSeconds?: number; vcpus?: number; statsAt?: number }[];
}): string {
  const { host = 'hA', number, at, up = true, domains = [] } = cycle;
  const lines = [
    `# HELP ${METRICS.up} Whether libvirtd answered.`,
    `# TYPE ${METRICS.up} gauge`,
    `${METRICS.up} ${up ? 1 : 0}`,
    `${METRICS.hostInfo}{host="${host}",version="0.1.0"} 1`,
    `${METRICS.cycleNumber} ${number}`,
    `${METRICS.cycleTimestamp} ${at / 1000}`,
  ];
  for (const { name, uuid, raw, cpuTimeSeconds, vcpus = 1, statsAt = at } of domains) {
    const labels = `domain="${name}",uuid="${uuid}"`;
    lines.push(`${METRICS.domainStateReason}{${labels},state="${raw.state}",reason="${raw.reason}"} 1`);
    if (cpuTimeSeconds === undefined) continue;
    lines.push(`${METRICS.domainVirtualCpus}{${labels}} ${vcpus}`);
    lines.push(`${METRICS.domainCpuTime}{${labels}} ${cpuTimeSeconds}`);
    lines.push(`${METRICS.domainStatsTimestamp}{${labels}} ${statsAt / 1000}`);
  }
  return `${lines.join('\n')}\n`;
}
