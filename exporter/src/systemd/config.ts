/** What systemd says to a service that it watches. */
export interface SystemdTarget {
  /** Where notifications go: a path, or a name that begins with @. */
  socket: string;
  /** Without a sign of life for so long, systemd ends the service; null: it does not look. */
  watchdogMs: number | null;
}

/**
 * What systemd says in the environment; null where it is not systemd that started this process, or it does not listen.
 * Source: sd_notify(3), sd_watchdog_enabled(3).
 */
export function systemdTargetOf(env: NodeJS.ProcessEnv, pid: number): SystemdTarget | null {
  const { NOTIFY_SOCKET: socket = '', WATCHDOG_USEC: usec = '', WATCHDOG_PID: watched = '' } = env;
  if (!/^[/@]./.test(socket)) return null;
  const isWatched = /^[1-9]\d{0,15}$/.test(usec) && (watched === '' || watched === String(pid));
  return { socket, watchdogMs: isWatched ? Number(usec) / 1000 : null };
}

/** The same for this process. The variables are taken away: what it starts is not the service. */
export function systemdTargetOfProcess(): SystemdTarget | null {
  const target = systemdTargetOf(process.env, process.pid);
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) Reflect.deleteProperty(process.env, name);
  return target;
}
