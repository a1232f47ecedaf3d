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
    const second = median(resident.slice(SAMPLES / 4, SAMPLES / 2));
    const last = median(resident.slice((SAMPLES * 3) / 4));
    return {
      what: `resident memory after ${EVENTS} events, last quarter, ${engine.name}`,
      value: `${last.toFixed(1)} MiB, at most ${Math.max(...resident).toFixed(1)} MiB`,
      against: `second quarter: ${second.toFixed(1)} MiB`,
      ratio: (last / second).toFixed(2),
      bar: '0.95 to 1.05',
    };
  } finally {
    await oms.end();
  }
}
