import type { AlarmLevel, AlarmRecord, OperationResult } from '@faultline/contracts';
import { MAX_DATA_POINTS } from '@faultline/contracts';
import { alarmMarks } from '../../alarms/index.ts';
import type { ProbeRun } from '../../connectivity/index.ts';
import { binsOf, type Bins, type Marks, type Mergeable } from '../../frames/index.ts';
import { operationMarks, type OperationSummary } from '../../operations/index.ts';
import type { Segment } from '../../states/index.ts';
import type { CpuPoint } from '../cpu-line.ts';
import { hostIntervals, type HostInterval } from '../host-intervals.ts';
import { ofVm, readConnectivity, readCpu, readStates, type OfVm } from '../of-vm.ts';
import { defineQuery } from '../query.ts';
import { timelineFrames } from '../timeline-frames.ts';

/** Of more operations, or of more alarms, than this, most are counted: a person does not look at them one by one. */
const MAX_MARKS = 2000;
/** Bins for what is counted: a label for a count is many pixels wide. */
const MAX_BUCKETS = 500;

/** Everything of one VM in one range. */
export interface Timeline extends OfVm {
  cpu: readonly CpuPoint[];
  states: readonly (Segment & Mergeable)[];
  operations: Marks<OperationSummary, OperationResult>;
  alarms: Marks<AlarmRecord, AlarmLevel>;
  /** The bins of what is counted of the two. */
  buckets: Bins;
  connectivity: readonly (ProbeRun & Mergeable)[];
  hosts: readonly HostInterval[];
}

/** One VM's chart: all that is known of it on one time axis (A6, A7, A12-A17). */
export const timelineQuery = defineQuery({
  type: 'timeline',
  read: async (context, query): Promise<Timeline> => {
    const { db } = context;
    const asked = await ofVm(context, query);
    const { vm, now, bins } = asked;
    const buckets = binsOf(query, Math.min(query.maxDataPoints ?? MAX_DATA_POINTS, MAX_BUCKETS));
    const { states, breaks, hosts } = await readStates(context, asked);
    return {
      ...asked,
      cpu: await readCpu(context, { ...asked, breaks }),
      states,
      operations: await operationMarks(db, vm.uuid, buckets, MAX_MARKS),
      alarms: await alarmMarks(db, vm.uuid, { ...buckets, now }, MAX_MARKS),
      buckets,
      connectivity: await readConnectivity(context, asked),
      hosts: await hostIntervals(context, { hosts, bins, now }),
    };
  },
  toFrames: timelineFrames,
});
