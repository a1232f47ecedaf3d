import { alarmsInRange, suppressionOf } from '../../alarms/index.ts';
import { listed, listFrame } from '../list-frame.ts';
import { checkRange } from '../of-vm.ts';
import { defineQuery } from '../query.ts';

/** Alarms of many VMs and hosts (A14, A42-A45), for tables, logs and annotations. */
export const alarmsQuery = defineQuery({
  type: 'alarms',
  read: async ({ db, now: clock }, query) => {
    checkRange(query);
    const { from, to, filters = [], active, limit } = query;
    const now = clock();
    return await listed({ limit, now }, (most) =>
      alarmsInRange(db, { from, to, now }, { filters, active, limit: most }),
    );
  },
  toFrames: (read) => [
    listFrame('alarmList', read, {
      which: 'newest alarms',
      toRow: ({ vm, raised, cleared, operator, ...alarm }) => ({
        ...alarm,
        time: raised,
        timeEnd: cleared,
        vm: vm?.uuid,
        vmName: vm?.name,
        operatorState: operator.state,
        operatorBy: operator.by,
        suppressed: suppressionOf(alarm.alert).suppressed,
      }),
    }),
  ],
});
