import { MAX_DATA_POINTS } from '@faultline/contracts';
import { binsOf } from '../../frames/index.ts';
import { hostIntervals } from '../host-intervals.ts';
import { checkRange } from '../of-vm.ts';
import { defineQuery } from '../query.ts';
import { hostStateFrame } from '../timeline-frames.ts';

/** What the cycles of hosts tell of them: whether each reached libvirtd, and where there were none (B1, B2). */
export const cyclesQuery = defineQuery({
  type: 'cycles',
  read: async (context, query) => {
    checkRange(query);
    const now = context.now();
    const bins = binsOf(query, query.maxDataPoints ?? MAX_DATA_POINTS);
    const hosts = [...new Set(query.hosts)].sort();
    return { now, bins, hosts: await hostIntervals(context, { hosts, bins, now }) };
  },
  toFrames: (read) => [hostStateFrame(read)],
});
