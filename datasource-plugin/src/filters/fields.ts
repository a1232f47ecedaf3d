import type {
  ALARM_CATEGORIES,
  FILTER_FIELDS,
  FilteredList,
  FilterField,
  FilterOperator,
  ALARM_LEVELS,
  OPERATION_KINDS,
  OPERATION_RESULTS,
  OPERATOR_STATES,
  Variable,
} from '@faultline/contracts';

/** What each list can be filtered by. The contract's own list, as a type: the bundle holds no schema library. */
const FIELDS: typeof FILTER_FIELDS = {
  operations: ['vm', 'vmName', 'host', 'user', 'project', 'group', 'kind', 'result', 'initiator', 'source'],
  alarms: ['vm', 'vmName', 'host', 'user', 'project', 'group', 'name', 'level', 'category', 'source', 'operatorState'],
  vms: ['vm', 'vmName', 'host', 'user', 'project', 'group'],
};

/** The fields of a list, in the order the editor offers them. */
export const fieldsOf = (list: FilteredList): readonly FilterField[] => FIELDS[list];

/** Every field, once. */
export const allFields: readonly FilterField[] = [...new Set(Object.values(FIELDS).flat())];

export const isField = (list: FilteredList, field: string): field is FilterField =>
  fieldsOf(list).some((each) => each === field);

export const OPERATORS: ReadonlyArray<{ value: FilterOperator; label: string; description: string }> = [
  { value: '=', label: 'is', description: 'One of the values' },
  { value: '!=', label: 'is not', description: 'None of the values, or no value' },
];

/** What people call a field. */
export const FIELD_LABELS: Record<FilterField, string> = {
  vm: 'VM',
  vmName: 'VM name',
  host: 'Host',
  user: 'User',
  project: 'Project',
  group: 'Group',
  kind: 'Kind',
  result: 'Result',
  initiator: 'Initiator',
  source: 'Source',
  name: 'Alarm name',
  level: 'Level',
  category: 'Category',
  operatorState: 'Operator state',
};

const KINDS: typeof OPERATION_KINDS = [
  'create',
  'snapshot',
  'reboot',
  'attach-disk',
  'start',
  'stop',
  'migrate',
  'suspend',
  'resume',
];
const RESULTS: typeof OPERATION_RESULTS = ['running', 'ok', 'failed', 'timeout', 'cancelled'];
const LEVELS: typeof ALARM_LEVELS = ['critical', 'major', 'minor', 'warning', 'indeterminate'];
const CATEGORIES: typeof ALARM_CATEGORIES = [
  'communications',
  'quality-of-service',
  'processing',
  'equipment',
  'environmental',
  'security',
];
const STATES_BY_OPERATOR: typeof OPERATOR_STATES = ['none', 'acknowledged', 'shelved', 'closed'];

/** Where a field's values come from: words of the contract, or a variable of the OMS. Of `source` nothing is offered. */
export const VALUES: Record<FilterField, { words: readonly string[] } | { variable: Variable } | null> = {
  vm: { variable: 'vms' },
  vmName: { variable: 'vms' },
  host: { variable: 'hosts' },
  user: { variable: 'users' },
  project: { variable: 'projects' },
  group: { variable: 'groups' },
  kind: { words: KINDS },
  result: { words: RESULTS },
  initiator: { variable: 'initiators' },
  source: null,
  name: { variable: 'alarm-names' },
  level: { words: LEVELS },
  category: { words: CATEGORIES },
  operatorState: { words: STATES_BY_OPERATOR },
};
