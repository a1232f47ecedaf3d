import type { Logger } from 'pino';
import { cutText } from '../cut-text.ts';
import { SourceRunner } from '../sources/runner.ts';
import type { Source } from '../sources/source.ts';
import type { CycleReadings } from '../sources/runner.ts';
import type { ExternalItem, ExternalParts, ExternalReading } from './external.ts';
import { externalParts, type ExternalConfig } from './parts/index.ts';

/** Over the time of the slowest part, which has a deadline of its own. */
const TIMEOUT_MS = 5000;
/** A host with more paths than this has them left out, and says so. */
const MAX_ITEMS_PER_KIND = 1024;
/** What ends up as a label. */
const MAX_LABEL_CHARACTERS = 256;

/** The ways to what is attached outside the box, in every cycle. Each part of them fails by itself. */
export function externalSource(
  config: ExternalConfig,
  { now, log }: { now: () => number; log: Logger },
): Source<'external'> {
  const parts = externalParts(config);
  const runner = new SourceRunner<ExternalParts>(parts, { now, log });
  let isStarted = false;
  return {
    name: 'external',
    every: 'cycle',
    timeoutMs: TIMEOUT_MS,
    async read(signal) {
      if (!isStarted) runner.start();
      isStarted = true;
      return combine(
        parts.map(({ name }) => name),
        await runner.read(signal),
      );
    },
    close: () => runner.stop(),
  };
}

/**
 * One reading of the parts' readings. What a part delivered before it failed is known to have been there, so it stays, as `unknown`: never
 * as it was.
 */
export function combine(
  names: readonly (keyof ExternalParts)[],
  { readings, reports }: CycleReadings<ExternalParts>,
): ExternalReading {
  const items = names.flatMap((name): ExternalItem[] => {
    const known = itemsOf(name, readings);
    return reports[name]?.ok === true ? known : known.map(forgotten);
  });
  const bounded = boundedItems(items);
  return {
    items: bounded,
    devices: reports.devices?.ok === true ? (readings.devices?.value ?? null) : null,
    parts: names.flatMap((part) => {
      const report = reports[part];
      return report === undefined ? [] : [{ part, ...report, at: readings[part]?.at ?? null }];
    }),
    unanswered: readings.mounts?.value.unanswered ?? 0,
    leftOut: items.length - bounded.length,
  };
}

function itemsOf(name: keyof ExternalParts, readings: CycleReadings<ExternalParts>['readings']): ExternalItem[] {
  if (name === 'devices') return [];
  return (name === 'mounts' ? readings.mounts?.value.items : readings[name]?.value) ?? [];
}

function forgotten({ kind, id, name, target }: ExternalItem): ExternalItem {
  return { kind, id, name, target, state: 'unknown', detail: 'could not be read' };
}

/** So many of a kind, with labels of so many characters, and each only once. */
function boundedItems(items: readonly ExternalItem[]): ExternalItem[] {
  const counts = new Map<string, number>();
  const unique = new Map<string, ExternalItem>();
  for (const item of items) {
    const id = cutText(item.id, MAX_LABEL_CHARACTERS);
    const name = cutText(item.name, MAX_LABEL_CHARACTERS);
    const detail = cutText(item.detail, MAX_LABEL_CHARACTERS);
    const target = cutText(item.target, MAX_LABEL_CHARACTERS);
    const key = JSON.stringify([item.kind, id, name]);
    const count = counts.get(item.kind) ?? 0;
    if (unique.has(key) || count >= MAX_ITEMS_PER_KIND) continue;
    counts.set(item.kind, count + 1);
    unique.set(key, { ...item, id, name, detail, target });
  }
  return [...unique.values()];
}
