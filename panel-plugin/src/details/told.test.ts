import { describe, expect, it } from '@jest/globals';
import type { AlarmMark, OperationMark } from '../timeline/model.ts';
import { toldAlarm, toldOperation } from './told.ts';

const alarm: AlarmMark = {
  ...{ id: 'a', from: 1, to: null, name: 'VmDown', category: '', level: 'critical', cause: '' },
  ...{ occurrences: 1, operator: '', suppressed: '' },
};
const operation: OperationMark = {
  id: 'o',
  from: 1,
  to: 2,
  kind: 'stop',
  initiator: 'anna',
  result: 'failed',
  cause: 'no',
};

describe('marks of data sources that keep no details', () => {
  it('are told as far as their frames do', () => {
    expect(toldAlarm({ ...alarm, told: [['severity', 'critical']] }, 'web')).toMatchObject({
      ...{ name: 'VmDown', vmName: 'web', time: 1, timeEnd: null, operator: null },
      details: [['severity', 'critical']],
    });
    expect(toldOperation({ ...operation, told: [] }, 'web')).toMatchObject({
      kind: 'stop',
      time: 1,
      timeEnd: 2,
      hops: [],
    });
  });

  it('are no records where the data source can be asked, or there is no mark', () => {
    expect([toldAlarm(alarm, ''), toldOperation(operation, '')]).toEqual([null, null]);
    expect([toldAlarm(undefined, ''), toldOperation(undefined, '')]).toEqual([null, null]);
  });
});
