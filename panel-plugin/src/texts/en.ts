import type { InputProblem } from '../input/problem.ts';
import type { GuestVerdict, HostState, Problem } from '../timeline/model.ts';

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

const HOST_STATES: Record<HostState, string> = {
  normal: 'Normal',
  abnormal: 'Abnormal',
  unknown: 'Unknown',
  reached: 'libvirtd answered',
  unreached: 'libvirtd did not answer',
};
const CONNECTIVITY: Record<GuestVerdict, string> = {
  ok: 'Gateway and outside answer',
  'gateway-abnormal': 'The gateway does not answer',
  'external-abnormal': 'Outside does not answer',
  'both-abnormal': 'Neither gateway nor outside answers',
  'agent-unavailable': 'The guest agent does not answer',
  'tool-missing': 'The guest has no ping',
  unknown: 'Not known',
};

const OPERATOR: Record<string, string> = { acknowledged: 'Acknowledged', shelved: 'Shelved', closed: 'Closed' };
const SUPPRESSED: Record<string, string> = { silenced: 'Silenced', inhibited: 'Inhibited' };
const TONES = { bad: 'Faulty', warning: 'No answer', unknown: 'Not known' };

const count = (n: number, one: string, many = `${one}s`) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

const list = (names: string[]) => (names.length > 0 ? names.join(', ') : 'nothing');

/** What a query is shown as, within a sentence. */
const AS = {
  cpu: 'CPU',
  state: 'state',
  operations: 'operations',
  alarms: 'alarms',
  second: 'another series',
};

const REQUESTS: Record<string, string> = {
  snapshot: 'take a snapshot of',
  'attach-disk': 'attach a disk to',
};

/** Every word the panel shows, in English. */
export const en = {
  state: (state: string) => STATES[state] ?? state,
  result: (result: string) => RESULTS[result] ?? result,
  level: (level: string) => LEVELS[level] ?? level,
  category: (category: string) => CATEGORIES[category] ?? category,
  /** An operation as a request: "start web-1". Kinds that are not a plain verb say what is done to the VM. */
  request: (kind: string, vm: string) => `${REQUESTS[kind] ?? kind.replaceAll('-', ' ')} ${vm}`,
  operationKind: (kind: string) => kind.replaceAll('-', ' '),
  fault: (fault: string) => fault.replaceAll('-', ' '),
  hostState: (state: HostState) => HOST_STATES[state],
  connectivity: (verdict: GuestVerdict) => CONNECTIVITY[verdict],
  operator: (state: string, by: string) => (by ? `${OPERATOR[state] ?? state} by ${by}` : (OPERATOR[state] ?? state)),
  /** Of an alarm of which Alertmanager notifies nobody. */
  suppressed: (how: string) => `${SUPPRESSED[how] ?? how} in Alertmanager`,
  spoken: { alarm: (level: string, name: string) => `${level} alarm ${name}` },
  onlyCounted: (n: number) => `${count(n, 'more', 'more')} only counted: a shorter range shows each.`,

  lanes: {
    cpu: 'CPU',
    others: 'Other series',
    hostState: 'Host',
    connectivity: 'Network',
    verdicts: 'Verdicts',
    alarms: 'Alarms',
    operations: 'Operations',
    state: 'State',
    stateBar: 'State',
  },
  lanesShort: {
    cpu: 'CPU',
    hostState: 'Host',
    connectivity: 'Net',
    verdicts: 'Fault',
    alarms: 'Alarm',
    operations: 'Ops',
    stateBar: 'State',
  },
  count: {
    operations: (n: number) => count(n, 'operation'),
    alarms: (n: number) => count(n, 'alarm'),
    verdicts: (n: number) => count(n, 'verdict'),
  },
  chart: (vm: string) => `Timeline of ${vm}`,
  cluster: (what: string, worst: string) => `${what} close together, the worst ${worst}. Open the list`,

  tooltip: {
    cpu: 'CPU',
    state: 'State',
    host: 'Host',
    guest: 'Network',
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
    notOurs: 'Nothing here that the timeline understands',
    notOursHint:
      'It draws the Faultline data source (query type “timeline”), libvirt_domain_* series of Prometheus, and whatever the panel’s option “Mapping” says.',
    noData: 'The queries returned no data',
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
      case 'several-vms':
        return `The data holds several VMs: shown is ${problem.shown}, not ${problem.others.join(', ')}. Repeat the panel by a variable to see each.`;
    }
  },

  /** What is wrong with a query, naming it. */
  inputProblem(problem: InputProblem): string {
    const query = `Query ${problem.query}`;
    switch (problem.kind) {
      case 'empty-query':
        return `${query} returned no data.`;
      case 'no-time':
        return `${query} has no time field, only ${list(problem.fields)}.`;
      case 'no-field':
        return `${query} has no field that can be shown as ${AS[problem.as]}: it has ${list(problem.fields)}.`;
      case 'no-such-field':
        return `${query} has no field “${problem.field}”, only ${list(problem.fields)}.`;
      case 'unused-row':
        return `The option “Mapping” takes ${problem.field ? `the field “${problem.field}”` : 'everything'}${
          problem.query ? ` of query ${problem.query}` : ''
        } as ${AS[problem.as]}, but the data (${problem.queries.length === 1 ? 'query' : 'queries'} ${list(problem.queries)}) has none of it.`;
      case 'no-vm':
        return `${query}: the series have no label that names a VM (uuid, domain)${
          problem.labels.length > 0 ? `, only ${list(problem.labels)}` : ''
        }, so they are left out while there are several VMs.`;
      case 'one-moment':
        return `${query} is an instant query and tells one moment only: choose the type “Range”.`;
      case 'table-format':
        return `${query} has the format “Table”: choose “Time series”.`;
      case 'unmapped':
        return `${query} returns ${list(problem.of)}, which the timeline cannot place: say in the option “Mapping” what it is.`;
      case 'no-vcpus':
        return `${query} tells CPU seconds but not of how many vCPUs (libvirt_domain_info_virtual_cpus): 100 % is one vCPU.`;
      case 'ratio':
        return `${query}: no CPU value is above 1 and no unit is set, so it is read as 0-100 %. If it is 0-1, say so in the option “Mapping”.`;
      case 'unknown-states':
        return `${query}: ${list(problem.words.map((word) => `“${word}”`))} ${
          problem.words.length === 1 ? 'names no state' : 'name no states'
        } the panel knows: say in the option “Mapping” what to draw.`;
      case 'bad-rows':
        return `${query}: ${count(problem.count, 'row')} without a time left out.`;
    }
  },
  queryFailed: (query: string, message: string) => (query ? `Query ${query} failed: ${message}` : message),
  /** A button that takes suggestions for what could not be placed. */
  showAs: (rows: { refId?: string; as: keyof typeof AS }[]) =>
    `Show ${rows.map(({ refId = '', as }) => `${refId} as ${AS[as]}`).join(', ')}`,

  overview: {
    list: 'Virtual machines',
    summary: (all: number, abnormal: number, silent: number) =>
      [
        count(all, 'VM'),
        `${abnormal.toLocaleString('en')} abnormal`,
        `${silent.toLocaleString('en')} without data`,
      ].join(' · '),
    order: 'Order',
    worstFirst: 'Worst first',
    byName: 'By name',
    noName: '(no name)',
    openAlarms: (n: number, worst: string) => `${count(n, 'alarm')} not cleared, the worst ${worst}`,
    failedOperations: (n: number) => count(n, 'failed operation'),
    back: 'All VMs',
  },

  mapping: {
    as: {
      cpu: 'CPU',
      state: 'State',
      operations: 'Operations',
      alarms: 'Alarms',
      second: 'Another series',
    },
    none: 'Frames of the Faultline data source and libvirt_domain_* series are recognised without a mapping.',
    add: 'Map a query or field',
    remove: 'Remove this mapping',
    query: 'Query',
    anyQuery: 'Any query',
    field: 'Field',
    anyField: 'Any field',
    shownAs: 'Show as',
    unit: 'Unit',
    unitOfField: 'As the field says',
    percent: 'Percent (0-100)',
    ratio: 'Percent (0.0-1.0)',
    timeEnd: 'End',
    title: 'Title',
    level: 'Level',
    result: 'Result',
    byItsName: 'By its name',
    values: 'Values',
    value: 'Value',
    valueHint: 'as in the data',
    drawnAs: 'Drawn as',
    addValue: 'Add a value',
    removeValue: 'Remove this value',
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
    verdict: 'Verdict',
    state: 'State',
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
    around: 'Around this time',
    since: 'From',
    until: 'Until',
    lastSeen: 'Last seen',
    before: 'Before',
    afterwards: 'Afterwards',
    together: 'Together',
    noDataMeans: 'Nobody told of this VM in this time: whether it ran is not known.',
    judged: 'Judged',
    confidence: 'Confidence',
    recommended: 'Recommended',
    taken: 'Done',
    handled: 'Handling',
    notified: 'Notification',
    silencedBy: 'Silences',
    inhibitedBy: 'Inhibited by',
    untilTime: (when: string) => `until ${when}`,
    acknowledge: 'Acknowledge',
    shelve: 'Shelve',
    unshelve: 'Take off the shelf',
    shelveFor: 'For how long it is shelved',
    hours: (n: number) => (n < 48 ? count(n, 'hour') : count(n / 24, 'day')),
    note: 'Note',
    mayNotAct: 'Acknowledging and shelving take a token of the role “operate”; this data source has none.',
    notDone: 'This was not done',
    headline: (when: string, initiator: string, request: string, result: string) =>
      `${when} ${initiator} asked to ${request}: ${result}`,
  },

  table: {
    showTable: 'Show as a table',
    showChart: 'Show as a chart',
    columns: ['From', 'Until', 'Duration', 'What', 'State or result', 'Of', 'Detail', 'ID'],
    rows: (n: number) => count(n, 'row'),
    more: (n: number) => `Show more (${n.toLocaleString('en')})`,
    cpu: ({ mean, low, high }: { mean: number; low: number; high: number }) =>
      `CPU ${mean.toFixed(1)} % on average, ${low.toFixed(1)} to ${high.toFixed(1)} %`,
  },
  legend: 'Legend',
  show: (layer: string) => `Show: ${layer}`,
  hide: (layer: string) => `Hide: ${layer}`,
  tone: (tone: 'bad' | 'warning' | 'unknown') => TONES[tone],
  options: {
    layers: 'Layers',
    look: 'Look',
    data: 'Data',
    cpu: { name: 'CPU', description: 'The line of the CPU use, with the range of its samples.' },
    others: { name: 'Other series', description: 'Any further series, on an axis at the right.' },
    alarms: { name: 'Alarms', description: 'Labels of alarms, by level.' },
    operations: { name: 'Operations', description: 'Labels of what was done to the VM.' },
    hostState: { name: 'Host', description: 'A thin lane: how the VM’s host was, cycle by cycle.' },
    connectivity: { name: 'Network', description: 'A thin lane: what looking into the guest found of its network.' },
    verdicts: { name: 'Verdicts', description: 'Whose fault it was, as judged.' },
    legend: { name: 'Legend', description: 'What the colours and shapes mean; shown from 240 pixels of height on.' },
    thresholds: {
      name: 'CPU thresholds',
      description: 'Draws the thresholds of the field “cpu”; set them under Standard options or in an override.',
      choices: { off: 'Off', line: 'As lines', area: 'As filled regions' },
    },
    mapping: {
      name: 'Mapping',
      description: 'What queries and fields of any data source are: CPU, state, operations, alarms or another series.',
    },
  },
};

/** What a translation says: the same in other words. */
export type Texts = typeof en;
