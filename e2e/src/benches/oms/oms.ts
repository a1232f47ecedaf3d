import { Closers } from '../../closers.ts';
import { openFolder } from '../../stack.ts';
import type { Bench, Figure } from '../table.ts';
import { connections } from './events.ts';
import { ingestion } from './ingestion.ts';
import { memory } from './memory.ts';
import { postgresEngine, sqliteEngine } from './stores.ts';
import { timeline } from './timeline.ts';

/** What the OMS takes, answers and needs, as a process that is asked over HTTP. */
export const oms: Bench = {
  name: 'oms',
  async run(say) {
    const closers = new Closers();
    try {
      const folder = await openFolder(closers);
      closers.add(() => {
        connections.destroy();
      });
      const sqlite = sqliteEngine(folder);
      // A folder of its own: its account must reach it.
      const postgres = await postgresEngine(await openFolder(closers), closers);
      const figures: Figure[] = [];
      for (const engine of [sqlite, postgres]) figures.push(await ingestion(engine, say));
      for (const engine of [sqlite, postgres]) figures.push(...(await timeline(engine, say)));
      figures.push(await memory(sqlite, say));
      return figures;
    } finally {
      await closers.close();
    }
  },
};
