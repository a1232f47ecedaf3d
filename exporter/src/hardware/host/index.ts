import { machineCheck, thermalThrottle } from './cpu.ts';
import { disks } from './disks.ts';
import { dmi } from './dmi.ts';
import { edac } from './edac.ts';
import { hwmon } from './hwmon.ts';
import { mdRaid } from './md-raid.ts';
import { network } from './network.ts';
import { pcieAer } from './pcie-aer.ts';
import { powerSupply } from './power-supply.ts';
import type { HostReader } from './reader.ts';

/** Everything that the host's own operating system is asked for in a cycle. Those that list items come before those that add readings. */
export const hostReaders: readonly HostReader[] = [
  dmi,
  disks,
  mdRaid,
  network,
  powerSupply,
  hwmon,
  thermalThrottle,
  machineCheck,
  edac,
  pcieAer,
];
