import type { Logger } from 'pino';
import type { SystemdTarget } from './config.ts';
import { SystemdNotifier } from './notifier.ts';
import { SystemdNotify } from './systemd-notify.ts';

/** systemd, as the exporter talks to it. */
export interface Systemd {
  notifier: SystemdNotifier;
  /** Resolves when everything is sent. */
  sent(): Promise<void>;
}

export function systemdAt(target: SystemdTarget, options: { cycleIntervalMs: number; log: Logger }): Systemd {
  const { cycleIntervalMs, log } = options;
  const notify = new SystemdNotify(target, log);
  const notifier = new SystemdNotifier({
    target,
    cycleIntervalMs,
    send: (notification) => {
      notify.send(notification);
    },
    now: () => performance.now(),
  });
  return { notifier, sent: () => notify.sent() };
}
