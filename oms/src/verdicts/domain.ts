import type { RawState } from '@faultline/contracts';
import type { Segment } from '../states/index.ts';
import type { FindingOf, Found } from './findings.ts';

/** libvirt's states and reasons by what they mean for a verdict (B23); `*` is every other reason. */
const MEANINGS: Record<RawState['state'], Partial<Record<string, FindingOf<'domain'>>> & { '*': FindingOf<'domain'> }> =
  {
    nostate: { '*': 'not-told' },
    running: { 'postcopy-failed': 'process-gone', '*': 'running' },
    blocked: { '*': 'running' },
    paused: {
      ioerror: 'io-error',
      watchdog: 'watchdog',
      crashed: 'panicked',
      user: 'dormant',
      save: 'dormant',
      'from-snapshot': 'dormant',
      '*': 'passing',
    },
    shutdown: { '*': 'passing' },
    shutoff: {
      crashed: 'process-gone',
      failed: 'process-gone',
      daemon: 'process-gone',
      saved: 'dormant',
      migrated: 'not-told',
      '*': 'stopped',
    },
    crashed: { '*': 'panicked' },
    pmsuspended: { '*': 'dormant' },
  };

/**
 * What the VM's state is, as the host said it last; of a state that nothing confirms any more nothing is claimed.
 *
 * @param panicked whether libvirt told of a panic right before: it says `shutoff (crashed)` of a guest that panicked and was put away for it
 *   as well as of a QEMU that is gone
 */
export function domainFinding(state: Segment | null, { panicked }: { panicked: boolean }): Found<'domain'> {
  if (state === null) return { finding: 'not-told', text: 'nothing is known of its state now', at: null };
  const { raw, from, host } = state;
  const meanings = MEANINGS[raw.state];
  const meant = (Object.hasOwn(meanings, raw.reason) ? meanings[raw.reason] : undefined) ?? meanings['*'];
  const finding = meant === 'process-gone' && panicked ? 'panicked' : meant;
  const before = panicked ? ', after a panic' : '';
  return { finding, text: `${raw.state} (${raw.reason}) on ${host}${before}`, at: from };
}
