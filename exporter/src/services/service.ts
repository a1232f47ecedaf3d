/** What a service does. `unknown` is what could not be learned, or is between two states; it is not `failed`. */
export const SERVICE_STATES = ['active', 'failed', 'inactive', 'unknown'] as const;
export type ServiceState = (typeof SERVICE_STATES)[number];

/** What a service is to the host (B19). */
export type ServiceRole =
  'hypervisor' | 'virtual-switch' | 'storage-client' | 'node-agent' | 'exporter' | 'oms' | 'other';

/** Who was asked: systemd over D-Bus, or the list of processes. */
export type ServiceManager = 'systemd' | 'process';

/** One service as one cycle saw it. Null is "not known". */
export interface ServiceReading {
  name: string;
  role: ServiceRole;
  state: ServiceState;
  /**
   * Whether it is as it should be: it runs, or whoever needs it starts it through a socket that listens. Null: not known, or
   * nobody wants it to run here.
   */
  ok: boolean | null;
  /** The manager's own words: `active` and `running`, with the result of the last run; empty where it has none. */
  active: string;
  sub: string;
  result: string;
  pid: number | null;
  /** When it became active, ms. */
  startedAt: number | null;
  /** How often its manager started it again by itself. */
  restarts: number | null;
}

export interface ServicesReading {
  manager: ServiceManager;
  /** Null when the manager answered; otherwise why every service is unknown. */
  error: string | null;
  services: ServiceReading[];
}

/** A service of which this cycle learned nothing. */
export function unknownService({ name, role }: { name: string; role: ServiceRole }): ServiceReading {
  return {
    name,
    role,
    state: 'unknown',
    ok: null,
    active: '',
    sub: '',
    result: '',
    pid: null,
    startedAt: null,
    restarts: null,
  };
}
