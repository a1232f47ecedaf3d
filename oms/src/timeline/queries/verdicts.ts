import { ofVm } from '../of-vm.ts';
import { defineQuery } from '../query.ts';
import { ROWS, vmFrame } from '../timeline-frames.ts';

/** The verdicts on one VM. */
export const verdictsQuery = defineQuery({
  type: 'verdicts',
  read: ofVm,
  toFrames: (read) => [
    vmFrame('verdicts', read, {
      rows: ROWS.verdicts(),
      notices: [
        {
          severity: 'info',
          text: 'This OMS judges a VM when it is asked for its diagnosis; verdicts are not kept yet.',
        },
      ],
    }),
  ],
});
