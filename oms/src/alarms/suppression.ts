import type { AlarmAlert } from '@faultline/contracts';

/** What keeps Alertmanager from notifying anybody of an alarm, in the fields of a frame; nothing where nothing does. */
export function suppressionOf(alert: AlarmAlert | undefined): {
  suppressed?: 'silenced' | 'inhibited';
  silencedBy?: string;
  inhibitedBy?: string;
} {
  const { silenced, inhibited, silencedBy = [], inhibitedBy = [] } = alert ?? {};
  return {
    // A silence is somebody's doing, and is named before what follows from another alert.
    ...(silenced === true ? { suppressed: 'silenced' } : inhibited === true ? { suppressed: 'inhibited' } : {}),
    ...(silencedBy.length > 0 && { silencedBy: silencedBy.join(' ') }),
    ...(inhibitedBy.length > 0 && { inhibitedBy: inhibitedBy.join(' ') }),
  };
}
