import type { Health, ItemReading, Kind, Limits, Observation, ReadingName } from './model.ts';

/** When a reading means that its item is not well. Whether the host is abnormal for it is the OMS's rule, not this one's. */
export interface ReadingRule {
  /** The problem's name. */
  problem: string;
  reading: ReadingName;
  kinds?: readonly Kind[];
  severity: 'warning' | 'critical';
  /** `rises`: by `by` or more within `windowMs`, for counters that would else accuse an item for ever. */
  when: { atLeast: number } | { atMost: number } | { risesBy: number; windowMs: number };
}

const HOUR_MS = 3_600_000;

/** The defaults. A reading that no row names and that has no limits of its own says nothing about health. */
export const READING_RULES: readonly ReadingRule[] = [
  { problem: 'uncorrected-memory-errors', reading: 'uncorrectedErrors', severity: 'critical', when: { atLeast: 1 } },
  {
    problem: 'many-corrected-memory-errors',
    reading: 'correctedErrors',
    severity: 'warning',
    when: { risesBy: 10, windowMs: HOUR_MS },
  },
  { problem: 'machine-check', reading: 'machineChecks', severity: 'warning', when: { risesBy: 1, windowMs: HOUR_MS } },
  { problem: 'throttled', reading: 'throttles', severity: 'warning', when: { risesBy: 1, windowMs: HOUR_MS } },
  { problem: 'pcie-fatal-error', reading: 'pcieFatal', severity: 'critical', when: { risesBy: 1, windowMs: HOUR_MS } },
  {
    problem: 'pcie-nonfatal-error',
    reading: 'pcieNonfatal',
    severity: 'warning',
    when: { risesBy: 1, windowMs: HOUR_MS },
  },
  {
    problem: 'many-pcie-correctable-errors',
    reading: 'pcieCorrectable',
    severity: 'warning',
    when: { risesBy: 100, windowMs: HOUR_MS },
  },
  { problem: 'no-mains', reading: 'inputPresent', severity: 'critical', when: { atMost: 0 } },
  { problem: 'disk-offline', reading: 'diskOnline', severity: 'critical', when: { atMost: 0 } },
  { problem: 'smart-failed', reading: 'smartPassed', severity: 'critical', when: { atMost: 0 } },
  { problem: 'nvme-critical-warning', reading: 'criticalWarning', severity: 'critical', when: { atLeast: 1 } },
  { problem: 'pending-sectors', reading: 'pendingSectors', severity: 'warning', when: { atLeast: 1 } },
  { problem: 'uncorrectable-sectors', reading: 'uncorrectableSectors', severity: 'warning', when: { atLeast: 1 } },
  {
    problem: 'media-errors',
    reading: 'mediaErrors',
    severity: 'warning',
    when: { risesBy: 1, windowMs: 24 * HOUR_MS },
  },
  { problem: 'many-reallocated-sectors', reading: 'reallocatedSectors', severity: 'warning', when: { atLeast: 10 } },
  { problem: 'worn-out', reading: 'wear', severity: 'critical', when: { atLeast: 1 } },
  { problem: 'nearly-worn-out', reading: 'wear', severity: 'warning', when: { atLeast: 0.9 } },
  { problem: 'raid-inactive', reading: 'raidActive', severity: 'critical', when: { atMost: 0 } },
  { problem: 'raid-degraded', reading: 'raidMissing', severity: 'critical', when: { atLeast: 1 } },
  {
    problem: 'many-receive-errors',
    reading: 'receiveErrors',
    kinds: ['nic'],
    severity: 'warning',
    when: { risesBy: 100, windowMs: HOUR_MS },
  },
  { problem: 'bond-without-link', reading: 'bondPortsUp', severity: 'critical', when: { atMost: 0 } },
];

/** Readings from whose goodness it follows that an item is well, as far as anyone can see. */
const RULED: ReadonlySet<ReadingName> = new Set(READING_RULES.map(({ reading }) => reading));

interface Verdict {
  health: Health;
  problems: { severity: 'warning' | 'critical'; problem: string; sensor?: string }[];
}

/** How much a counter of an item has risen within a window; null where that is not known yet. */
export type RiseOf = (reading: ItemReading, windowMs: number) => number | null;

/** An item's health by one observation: by its own word, its limits, and the rules. Pure but for `riseOf`. */
export function judge(observation: Observation, riseOf: RiseOf, rules = READING_RULES): Verdict {
  const { kind, status, readings = [] } = observation;
  const problems: Verdict['problems'] = [];
  let isJudged = status !== undefined;
  if (status === 'warning' || status === 'critical')
    problems.push({ severity: status, problem: observation.complaint ?? 'says-so-itself' });
  for (const reading of readings) {
    const sensor = reading.sensor === undefined ? {} : { sensor: reading.sensor };
    const limit = beyond(reading);
    if (limit !== null) problems.push({ ...limit, ...sensor });
    else if (reading.alarm === true)
      problems.push({ severity: 'warning', problem: `${reading.name}-alarm`, ...sensor });
    isJudged ||= RULED.has(reading.name) || reading.alarm !== undefined || Object.keys(reading.limits ?? {}).length > 0;
    const broken = rules
      .filter((rule) => rule.reading === reading.name && (rule.kinds?.includes(kind) ?? true))
      .find((rule) => breaks(rule, reading, riseOf));
    if (broken !== undefined) problems.push({ severity: broken.severity, problem: broken.problem, ...sensor });
  }
  return { health: isJudged ? worstOf(problems.map(({ severity }) => severity)) : 'unknown', problems };
}

function breaks({ when }: ReadingRule, reading: ItemReading, riseOf: RiseOf): boolean {
  if ('atLeast' in when) return reading.value >= when.atLeast;
  if ('atMost' in when) return reading.value <= when.atMost;
  return (riseOf(reading, when.windowMs) ?? 0) >= when.risesBy;
}

const BOUNDS: readonly { limit: keyof Limits; side: 'above' | 'below'; severity: 'warning' | 'critical' }[] = [
  { limit: 'highCritical', side: 'above', severity: 'critical' },
  { limit: 'lowCritical', side: 'below', severity: 'critical' },
  { limit: 'highWarning', side: 'above', severity: 'warning' },
  { limit: 'lowWarning', side: 'below', severity: 'warning' },
];

function beyond({
  name,
  value,
  limits = {},
}: ItemReading): { severity: 'warning' | 'critical'; problem: string } | null {
  const passed = BOUNDS.find(({ limit, side }) => {
    const bound = limits[limit];
    // A sensor at its limit has reached it: IPMI and hwmon raise their alarms there.
    return bound !== undefined && (side === 'above' ? value >= bound : value <= bound);
  });
  return passed ? { severity: passed.severity, problem: `${name}-${passed.side}-limit` } : null;
}

const ORDER: readonly Health[] = ['unknown', 'ok', 'warning', 'critical'];

/** The worst of several; `ok` for none. Unknown beside a known one does not hide it. */
export function worstOf(healths: readonly Health[]): Health {
  return healths.reduce<Health>((worst, each) => (ORDER.indexOf(each) > ORDER.indexOf(worst) ? each : worst), 'ok');
}

/** The health of an item that several channels judged: the worst that anyone knows. */
export function combined(healths: readonly Health[]): Health {
  const known = healths.filter((health) => health !== 'unknown');
  return known.length === 0 ? 'unknown' : worstOf(known);
}
