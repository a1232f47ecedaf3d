import { oms, SOURCE_VARIABLES, type Dashboard } from './dashboard.ts';
import { table } from './panels.ts';

/** Of the chosen host and VM; all of them where none is chosen. */
const CHOSEN = [
  { field: 'host', operator: '=', values: ['$host'] },
  { field: 'vm', operator: '=', values: ['$vm'] },
];

/** What was done and what was raised, over many VMs. */
export const records: Dashboard = {
  uid: 'faultline-records',
  title: 'Faultline / Alarms and operations',
  description: 'Alarms and operations of many VMs and hosts, the newest first.',
  variables: [
    ...SOURCE_VARIABLES,
    { name: 'host', label: 'Host', kind: 'oms', query: { variable: 'hosts' }, all: true },
    { name: 'vm', label: 'VM', kind: 'oms', query: { variable: 'vms', host: '$host' }, all: true },
  ],
  rows: [
    {
      height: 10,
      panels: [
        table({
          title: 'Active alarms',
          description:
            'What is not cleared. Acknowledge or shelve it in the drawer of the VM’s chart, or in the console.',
          width: 12,
          targets: [oms({ type: 'alarms', active: true, live: true, filters: CHOSEN })],
        }),
        table({
          title: 'Failed operations',
          description: 'Operations that failed or did not end in time. The id leads to their hops.',
          width: 12,
          targets: [
            oms({
              type: 'operations',
              live: true,
              filters: [...CHOSEN, { field: 'result', operator: '=', values: ['failed', 'timeout'] }],
            }),
          ],
        }),
      ],
    },
    {
      height: 14,
      panels: [
        table({
          title: 'Alarms',
          description: 'All alarms of this time range, also those that are cleared.',
          width: 12,
          targets: [oms({ type: 'alarms', filters: CHOSEN })],
        }),
        table({
          title: 'Operations',
          description: 'All operations of this time range, whoever asked for them.',
          width: 12,
          targets: [oms({ type: 'operations', filters: CHOSEN })],
        }),
      ],
    },
  ],
};
