import { kindOf, vmOf } from '../../timeline/frames.ts';
import { defineRecogniser } from '../finding.ts';
import { queryOf } from '../mapping.ts';

/** The frames of the Faultline data source, by their meta, or by their names where they were made by hand. */
export const ours = defineRecogniser({
  id: 'ours',
  read(frame) {
    if (!kindOf(frame)) {
      return null;
    }
    const vm = vmOf(frame);
    return [
      {
        kind: 'frame',
        frame,
        query: queryOf(frame),
        by: 'ours',
        vm: vm && { ...vm, uuid: vm.uuid.toLowerCase(), instance: '' },
      },
    ];
  },
});
