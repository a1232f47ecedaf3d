import type { ServiceRole } from './service.ts';

/** A service that is looked for. */
export interface WantedService {
  /** Of its systemd unit, without `.service`, and its name on the page. */
  name: string;
  role: ServiceRole;
  /** What its process is called, where that is not `name`. */
  process?: string;
  /** Its PID file under the root folder, where that is not `run/NAME.pid`. */
  pidFile?: string;
  /** An operator named it: it has to run. The others are looked at where they are installed. */
  isNamed: boolean;
}

type Row = Omit<WantedService, 'isNamed' | 'role'>;

const named = (...names: readonly string[]): Row[] => names.map((name) => ({ name }));

/** What is worth watching on a KVM host, under the names of the distributions. What a host does not have is no fault. */
const KNOWN: Readonly<Partial<Record<ServiceRole, readonly Row[]>>> = {
  // One daemon, or one per driver: whichever the host has.
  hypervisor: named(
    'libvirtd',
    'virtqemud',
    'virtlogd',
    'virtlockd',
    'virtstoraged',
    'virtnetworkd',
    'virtnodedevd',
    'virtnwfilterd',
    'virtsecretd',
    'virtinterfaced',
    'virtproxyd',
  ),
  'virtual-switch': [
    { name: 'ovs-vswitchd', pidFile: 'run/openvswitch/ovs-vswitchd.pid' },
    { name: 'ovsdb-server', pidFile: 'run/openvswitch/ovsdb-server.pid' },
    { name: 'ovn-controller', pidFile: 'run/ovn/ovn-controller.pid' },
  ],
  'storage-client': [
    ...named('iscsid', 'multipathd', 'rpcbind', 'glusterd'),
    { name: 'rpc-statd', process: 'rpc.statd', pidFile: 'run/rpc.statd.pid' },
  ],
  'node-agent': named('nova-compute', 'cloudstack-agent'),
  exporter: named('faultline-exporter'),
  oms: named('faultline-oms'),
};

const CATALOGUE: readonly WantedService[] = Object.entries(KNOWN).flatMap(([role, rows]) =>
  rows.map((row) => ({ ...row, role: role as ServiceRole, isNamed: false })),
);

/** The services to look for: those that the operator named, or all that are known. */
export function wantedServices(names: readonly string[]): readonly WantedService[] {
  if (names.length === 0) return CATALOGUE;
  const known = new Map(CATALOGUE.map((service) => [service.name, service]));
  return [...new Set(names)].map((name) => ({ role: 'other', name, ...known.get(name), isNamed: true }));
}
