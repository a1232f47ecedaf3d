import type { Dashboard } from './dashboard.ts';
import { fleet } from './fleet.ts';
import { host } from './host.ts';
import { itself } from './itself.ts';
import { records } from './records.ts';
import { vm } from './vm.ts';

/** The dashboards that Grafana is provisioned with; each is a file of its uid in `provisioning/grafana/dashboards/`. */
export const dashboards: readonly Dashboard[] = [fleet, vm, host, records, itself];
