import type { Problem } from './timeline/model.ts';

/** Every word the panel shows, in one place. */
const STATES: Record<string, string> = {
  running: 'Running',
  dormant: 'Dormant',
  stopped: 'Stopped',
  abnormal: 'Abnormal',
  unknown: 'Unknown',
  'no-data': 'No data',
};
const RESULTS: Record<string, string> = {
  ok: 'succeeded',
  failed: 'failed',
  timeout: 'timed out',
  running: 'running',
  cancelled: 'cancelled',
  skipped: 'not reached',
  unknown: 'end not seen',
  missing: 'not reported',
};
const LEVELS: Record<string, string> = {
  critical: 'Critical',
  major: 'Major',
  minor: 'Minor',
  warning: 'Warning',
  indeterminate: 'Indeterminate',
};
const CATEGORIES: Record<string, string> = {
  communications: 'Communications',
  'quality-of-service': 'Quality of service',
  processing: 'Processing',
  equipment: 'Equipment',
  environmental: 'Environmental',
  security: 'Security',
};

const count = (n: number, one: string, many = `${one}s`) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

const REQUESTS: Record<string, string> = {
  snapshot: 'take a snapshot of',
  'attach-disk': 'attach a disk to',
};

export const texts = {
  state: (state: string) => STATES[state] ?? state,
  result: (result: string) => RESULTS[result] ?? result,
  level: (level: string) => LEVELS[level] ?? level,
  category: (category: string) => CATEGORIES[category] ?? category,
  /** An operation as a request: "start web-1". Kinds that are not a plain verb say what is done to the VM. */
  request: (kind: string, vm: string) => `${REQUESTS[kind] ?? kind.replaceAll('-', ' ')} ${vm}`,
  operationKind: (kind: string) => kind.replaceAll('-', ' '),

  lanes: { cpu: 'CPU', alarms: 'Alarms', operations: 'Operations', state: 'State' },
  lanesShort: { cpu: 'CPU', alarms: 'Alarm', operations: 'Ops', state: 'State' },
  count: { operations: (n: number) => count(n, 'operation'), alarms: (n: number) => count(n, 'alarm') },
  chart: (vm: string) => `Timeline of ${vm}`,
  cluster: (what: string, worst: string) => `${what} close together, the worst ${worst}. Open the list`,

  tooltip: {
    cpu: 'CPU',
    state: 'State',
    host: 'Host',
    noSample: 'no sample',
    noData: 'No data',
    since: (duration: string) => `for ${duration}`,
    merged: (n: number, duration: string) => `${count(n, 'state')} in ${duration}`,
    more: (n: number) => `and ${n} more`,
    by: (initiator: string) => `by ${initiator}`,
    occurrences: (n: number) => `raised ${n} times`,
    active: 'not cleared',
    stillRunning: 'still running',
    clickHint: 'Click for details',
  },

  empty: {
    chooseVm: 'Choose a VM',
    chooseVmHint: 'This panel shows the timeline of one VM. Pick one in the query or in the dashboard’s variable.',
    loading: 'Loading the timeline…',
    queryFailed: 'The timeline could not be read',
    notOurs: 'This is not a Faultline timeline',
    notOursHint:
      'The panel draws the frames cpu, state, operations and alarms of the Faultline data source (query type “timeline”).',
    nothing: (vm: string) => `No data about ${vm} in this time range`,
    lastSeen: (when: string) => `It was last heard of at ${when}.`,
    neverSeen: 'Faultline has not heard of this VM yet.',
    goThere: 'Show that time',
  },

  problem(problem: Problem): string {
    switch (problem.kind) {
      case 'foreign-frame':
        return `Frame “${problem.frame}” with ${
          problem.fields.length > 0 ? `the fields ${problem.fields.join(', ')}` : 'no fields'
        } is none of the timeline’s.`;
      case 'missing-frame':
        return `Frame “${problem.frame}” is missing.`;
      case 'missing-field':
        return `Frame “${problem.frame}” lacks the field “${problem.field}”.`;
      case 'bad-rows':
        return `Frame “${problem.frame}”: ${count(problem.count, 'row')} without a time or an id left out.`;
      case 'counted':
        return `${count(problem.count, problem.what.slice(0, -1))} more than fit here are only counted${
          problem.failed > 0 ? `, ${problem.failed.toLocaleString('en')} of them failed` : ''
        }: a shorter range shows each.`;
      case 'several-vms':
        return `The data holds several VMs: shown is ${problem.shown}, not ${problem.others.join(', ')}. Repeat the panel by a variable to see each.`;
    }
  },

  drawer: {
    close: 'Close',
    back: 'Back to the list',
    loading: 'Asking for the details…',
    failed: 'The details could not be read',
    retry: 'Try again',
    noSource: 'The query of this panel names no data source that could be asked for details.',
    noRecord: (what: string, id: string) => `The OMS has no ${what} with the id ${id}.`,
    operation: 'Operation',
    alarm: 'Alarm',
    cause: 'Cause',
    duration: 'Duration',
    started: 'Started',
    initiator: 'Asked by',
    vm: 'VM',
    host: 'Host',
    source: 'Source',
    id: 'ID',
    hops: 'Message flow',
    noHops: 'No messages were recorded for this operation.',
    log: 'As text',
    copy: 'Copy',
    copied: 'Copied',
    name: 'Name',
    category: 'Category',
    level: 'Level',
    raised: 'Raised',
    changed: 'Changed',
    cleared: 'Cleared',
    notCleared: 'Not cleared',
    after: (duration: string) => `after ${duration}`,
    occurrences: 'Occurrences',
    moreDetails: 'More details',
    fewerDetails: 'Fewer details',
    noDetails: 'Nothing more was recorded.',
    zoomHere: 'Zoom to this stretch',
    headline: (when: string, initiator: string, request: string, result: string) =>
      `${when} ${initiator} asked to ${request}: ${result}`,
  },

  legend: 'Legend',
  options: {
    operations: { name: 'Operations', description: 'Labels of what was done to the VM.' },
    alarms: { name: 'Alarms', description: 'Labels of alarms, by level.' },
    legend: { name: 'Legend', description: 'What the colours and shapes mean; shown from 240 pixels of height on.' },
  },
};
