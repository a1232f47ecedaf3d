import { hostVariable, is, oms, SOURCE_VARIABLES, vmVariable, type Dashboard } from './dashboard.ts';
import { table } from './panels.ts';

/** Of the chosen host and VM; all of them where none is chosen. */
const CHOSEN = [is('host', '$host'), is('vm', '$vm')];

/** What was done and what was raised, over many VMs. */
export const records: Dashboard = {
  uid: 'faultline-records',
  title: 'Faultline / Alarms and operations',
  description: 'Alarms and operations of many VMs and hosts, the newest first.',
  variables: [...SOURCE_VARIABLES, hostVariable({ all: true }), vmVariable({ all: true })],
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
              filters: [...CHOSEN, is('result', 'failed', 'timeout')],
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
