import type { ComponentType } from 'react';
import { AlarmsPage } from './alarms/AlarmsPage.tsx';
import { FaultReportsPage } from './fault-reports/FaultReportsPage.tsx';
import { HostsPage } from './hosts/HostsPage.tsx';
import { OperationsPage } from './operations/OperationsPage.tsx';
import { VmsPage } from './vms/VmsPage.tsx';

export interface ListedPage {
  path: string;
  title: string;
  Page: ComponentType;
  /** What of it waits for somebody, shown beside its title. */
  waits?: 'critical alarms' | 'unresolved fault reports';
}

/** The pages that lists are on, in the order of the navigation. A VM's own page is `/`, with the VM in `?vm=`. */
export const pages: ListedPage[] = [
  { path: '/vms', title: 'VMs', Page: VmsPage },
  { path: '/operations', title: 'Operations', Page: OperationsPage },
  { path: '/alarms', title: 'Alarms', Page: AlarmsPage, waits: 'critical alarms' },
  { path: '/fault-reports', title: 'Fault reports', Page: FaultReportsPage, waits: 'unresolved fault reports' },
  { path: '/hosts', title: 'Hosts', Page: HostsPage },
];
