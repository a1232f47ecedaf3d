import { median, type Figure } from '../table.ts';
import { residentMiB } from '../exporter/cpu-time.ts';
import { BATCH } from './events.ts';
import { newStreams, send } from './ingestion.ts';
import type { Engine } from './stores.ts';

const EVENTS = 1_000_000;
const SAMPLES = 100;

/** Whether an OMS grows with what it takes. */
export async function memory(engine: Engine, say: (line: string) => void): Promise<Figure> {
  const oms = await (await engine.newStore()).startOms();
  try {
    const streams = newStreams(Date.now());
    const resident: number[] = [];
    for (let sample = 1; sample <= SAMPLES; sample += 1) {
      await send(oms.url, streams, EVENTS / SAMPLES / BATCH);
      resident.push(await residentMiB(oms.pid));
      if (sample % 10 === 0)
        say(`${engine.name}: ${(sample * EVENTS) / SAMPLES} events, ${resident.at(-1)?.toFixed(0) ?? ''} MiB`);
    }
    const [second, last] = [resident.slice(SAMPLES / 4, SAMPLES / 2), resident.slice((SAMPLES * 3) / 4)];
    // Between two collections garbage comes on top, and how much is chance: what grows shows in what is left after one.
    const lowest = (of: readonly number[]): number => Math.min(...of);
    const shown = (of: readonly number[]): string =>
      `${lowest(of).toFixed(1)} MiB (median ${median(of).toFixed(1)}, at most ${Math.max(...of).toFixed(1)})`;
    return {
      what: `resident memory while ${EVENTS} events come, lowest of the last quarter, ${engine.name}`,
      value: shown(last),
      against: `second quarter: ${shown(second)}`,
      ratio: (lowest(last) / lowest(second)).toFixed(2),
      bar: '0.95 to 1.05',
    };
  } finally {
    await oms.end();
  }
}
