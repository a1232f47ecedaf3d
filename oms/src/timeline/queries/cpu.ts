import { ofVm, readCpu, readStates } from '../of-vm.ts';
import { defineQuery } from '../query.ts';
import { ROWS, vmFrame } from '../timeline-frames.ts';

/** The CPU line of one VM (A16, A19), for other charts. */
export const cpuQuery = defineQuery({
  type: 'cpu',
  read: async (context, query) => {
    const asked = await ofVm(context, query);
    // Where nothing was seen of the VM the line breaks, as it does on its timeline.
    const { breaks } = await readStates(context, asked);
    return { ...asked, cpu: await readCpu(context, { ...asked, breaks }) };
  },
  toFrames: (read) => [vmFrame('cpu', read, { rows: ROWS.cpu(read) })],
});
