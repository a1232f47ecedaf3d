import { parseArgs } from 'node:util';
import { fuzzCodec, fuzzConnections, withoutStacks, type Campaign } from './campaign.ts';

// `npm run fuzz -- [--frames N] [--seed N]`: damaged packets, N to the codec and N through whole connections. Ends with 1
// when one of them ends in anything but an answer or an error of ours, or when the heap grows.

/** What compiled code, statistics of the engine, and the bounded caches of names may take between the second look and the last. */
const mostGrowthBytes = 2_000_000;

const { values } = parseArgs({ options: { frames: { type: 'string' }, seed: { type: 'string' } } });
const frames = Number(values.frames ?? 1_000_000);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!(Number.isInteger(frames) && frames >= 8 && Number.isInteger(seed))) {
  throw new TypeError('--frames is a whole number from 8, --seed a whole number');
}
const { gc } = globalThis;
if (!gc) throw new TypeError('start with node --expose-gc');

console.log(`seed ${seed}`);

async function fuzz(name: string, run: (campaign: Campaign) => Promise<object> | object): Promise<void> {
  const began = process.cpuUsage();
  const sizes: number[] = [];
  const onEighth = (): void => {
    gc?.();
    sizes.push(process.memoryUsage().heapUsed);
  };
  const outcomes = await withoutStacks(() => run({ frames, seed, onEighth }));
  const cpuSeconds = process.cpuUsage(began).user / 1e6;
  const growth = (sizes.at(-1) ?? 0) - (sizes[1] ?? 0);
  const counts = Object.entries(outcomes).map(([what, count]) => `${what} ${count}`);
  console.log(
    `${name}: ${frames} frames in ${cpuSeconds.toFixed(1)} s of CPU: ${counts.join(', ')}; ` +
      `heap ${growth >= 0 ? '+' : ''}${(growth / 1e3).toFixed(0)} kB from the second eighth to the last`,
  );
  if (growth > mostGrowthBytes) throw new Error(`the heap grew by ${growth} bytes`);
}

await fuzz('codec', fuzzCodec);
await fuzz('connections', fuzzConnections);
