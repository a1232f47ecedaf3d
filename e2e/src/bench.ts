import { cpus } from 'node:os';
import { benches } from './benches/index.ts';
import { table } from './benches/table.ts';

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) {
  const names = benches.map(({ name }) => name).join(', ');
  process.stderr.write(`npm run bench: no such benchmark: ${unknown.join(', ')}; there are ${names}\n`);
  process.exitCode = 2;
} else {
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown CPU'}, Node.js ${process.version}`;
  process.stdout.write(`${new Date().toISOString().slice(0, 10)}, ${machine}\n`);
  for (const bench of benches) {
    if (asked.length > 0 && !asked.includes(bench.name)) continue;
    const figures = await bench.run((line) => process.stderr.write(`${bench.name}: ${line}\n`));
    process.stdout.write(`\n## ${bench.name}\n\n${table(figures)}\n`);
  }
}
