import { statSync } from 'node:fs';
import { join } from 'node:path';
import { withDeadline } from '@faultline/program';
import type { Logger } from 'pino';
import type { ExporterConfig } from '../config.ts';
import { messageOf } from '../cycle/link.ts';
import type { Source } from '../sources/source.ts';
import { SystemdBus } from './bus.ts';
import { wantedServices, type WantedService } from './catalogue.ts';
import { ServiceProcesses } from './processes.ts';
import { unknownService, type ServiceManager, type ServicesReading } from './service.ts';
import { readUnits } from './systemd.ts';

/** How long a cycle waits for systemd, and how long after it failed: a bus that hangs shall hold up one cycle, not all. */
const PATIENCE_MS = 2000;
const PATIENCE_AFTER_FAILURE_MS = 300;
/** Reading /proc of a busy host. */
const TIMEOUT_MS = 5000;

type ServicesConfig = Pick<
  ExporterConfig,
  'serviceNames' | 'serviceManager' | 'busAddress' | 'procfsPath' | 'rootfsPath'
>;

/** The host's services, in every cycle. A manager that cannot be asked makes them unknown; it is not a failed reading. */
export function servicesSource(config: ServicesConfig, log: Logger): Source<'services'> {
  const { rootfsPath: rootfs, procfsPath: procfs } = config;
  const wanted = wantedServices(config.serviceNames);
  const bus = new SystemdBus(config.busAddress ?? `unix:path=${join(rootfs, 'run/dbus/system_bus_socket')}`);
  const processes = new ServiceProcesses({ procfs, rootfs }, wanted, process);
  let failedBefore = false;
  /** Those that are there: which of the others are installed, only an answer tells. */
  let present: readonly WantedService[] = wanted.filter(({ isNamed }) => isNamed);

  const managerNow = (): ServiceManager => {
    if (config.serviceManager !== 'auto') return config.serviceManager;
    return isFolder(join(rootfs, 'run/systemd/system')) ? 'systemd' : 'process';
  };
  return {
    name: 'services',
    every: 'cycle',
    timeoutMs: TIMEOUT_MS,
    async read(signal): Promise<ServicesReading> {
      const manager = managerNow();
      const patienceMs = failedBefore ? PATIENCE_AFTER_FAILURE_MS : PATIENCE_MS;
      try {
        const services =
          manager === 'systemd'
            ? await withDeadline(signal, patienceMs, (either) => readUnits(bus, wanted, either))
            : await processes.read();
        failedBefore = false;
        const names = new Set(services.map(({ name }) => name));
        present = wanted.filter(({ name }) => names.has(name));
        return { manager, error: null, services };
      } catch (error) {
        const why = messageOf(error);
        if (!failedBefore) log.warn({ manager, error: why }, 'the state of the services is not known');
        failedBefore = true;
        return { manager, error: why, services: present.map(unknownService) };
      }
    },
    close() {
      bus.close();
      return Promise.resolve();
    },
  };
}

/** As sd_booted(3) finds out whether systemd runs the host. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
