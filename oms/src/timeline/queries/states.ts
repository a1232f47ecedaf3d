import { ofVm, readStates } from '../of-vm.ts';
import { defineQuery } from '../query.ts';
import { ROWS, vmFrame } from '../timeline-frames.ts';

/** The state bar of one VM (A13, A22), for other charts and tables. */
export const statesQuery = defineQuery({
  type: 'states',
  read: async (context, query) => {
    const asked = await ofVm(context, query);
    const { states } = await readStates(context, asked);
    return { ...asked, states };
  },
  toFrames: (read) => [vmFrame('state', read, { rows: ROWS.state(read) })],
});
