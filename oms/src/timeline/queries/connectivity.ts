import { ofVm, readConnectivity } from '../of-vm.ts';
import { defineQuery } from '../query.ts';
import { ROWS, vmFrame } from '../timeline-frames.ts';

/** What looking into one guest found of its networks (D17). */
export const connectivityQuery = defineQuery({
  type: 'connectivity',
  read: async (context, query) => {
    const asked = await ofVm(context, query);
    return { ...asked, connectivity: await readConnectivity(context, asked) };
  },
  toFrames: (read) => [vmFrame('connectivity', read, { rows: ROWS.connectivity(read) })],
});
