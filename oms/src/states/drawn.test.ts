import { describe, expect, it } from '@jest/globals';
import { DOMAIN_STATES, type DomainState } from '@faultline/contracts';
import { drawnState, isActive, isPassing, reductionOf, type Reduction } from './drawn.ts';

/** Every reason of libvirt-domain.h (9.0), and what design.md says it is drawn as. */
const TABLE: [DomainState, string, Reduction, 'passing'?][] = [
  ['nostate', 'unknown', 'nothing'],
  ['running', 'unknown', 'running'],
  ['running', 'booted', 'running'],
  ['running', 'migrated', 'running'],
  ['running', 'restored', 'running'],
  ['running', 'from-snapshot', 'running'],
  ['running', 'unpaused', 'running'],
  ['running', 'migration-canceled', 'running'],
  ['running', 'save-canceled', 'running'],
  ['running', 'wakeup', 'running'],
  ['running', 'crashed', 'running'],
  ['running', 'postcopy', 'running'],
  ['running', 'postcopy-failed', 'abnormal'],
  ['blocked', 'unknown', 'running'],
  ['paused', 'unknown', 'dormant'],
  ['paused', 'user', 'dormant'],
  ['paused', 'migration', 'before', 'passing'],
  ['paused', 'save', 'dormant'],
  ['paused', 'dump', 'before', 'passing'],
  ['paused', 'ioerror', 'abnormal'],
  ['paused', 'watchdog', 'abnormal'],
  ['paused', 'from-snapshot', 'dormant'],
  ['paused', 'shutting-down', 'stopped', 'passing'],
  ['paused', 'snapshot', 'before', 'passing'],
  ['paused', 'crashed', 'abnormal'],
  ['paused', 'starting-up', 'before', 'passing'],
  ['paused', 'postcopy', 'before', 'passing'],
  ['paused', 'postcopy-failed', 'abnormal'],
  ['paused', 'api-error', 'abnormal'],
  ['shutdown', 'unknown', 'stopped', 'passing'],
  ['shutdown', 'user', 'stopped', 'passing'],
  ['shutoff', 'unknown', 'stopped'],
  ['shutoff', 'shutdown', 'stopped'],
  ['shutoff', 'destroyed', 'stopped'],
  ['shutoff', 'crashed', 'abnormal'],
  ['shutoff', 'migrated', 'handed-over'],
  ['shutoff', 'saved', 'dormant'],
  ['shutoff', 'failed', 'abnormal'],
  ['shutoff', 'from-snapshot', 'stopped'],
  ['shutoff', 'daemon', 'abnormal'],
  ['crashed', 'unknown', 'abnormal'],
  ['crashed', 'panicked', 'abnormal'],
  ['pmsuspended', 'unknown', 'dormant'],
];

describe('the four drawn states (A22, A23)', () => {
  it.each(TABLE.map(([state, reason, drawn, passing]) => ({ state, reason, drawn, passing })))(
    'draws $state ($reason) as $drawn',
    ({ state, reason, drawn, passing }) => {
      expect(reductionOf({ state, reason })).toBe(drawn);
      expect(isPassing({ state, reason })).toBe(passing === 'passing');
    },
  );

  it('has a row for every state, also with a reason that a newer libvirt gives', () => {
    for (const state of DOMAIN_STATES) expect(reductionOf({ state, reason: 'reason-99' })).toBeDefined();
    expect(reductionOf({ state: 'running', reason: 'constructor' })).toBe('running');
  });

  it('merges short-lived states into the one before, and claims nothing where that is not known (A23a)', () => {
    const raw = { state: 'paused', reason: 'migration' } as const;
    expect(drawnState(raw, 'running')).toBe('running');
    expect(drawnState(raw, 'dormant')).toBe('dormant');
    expect(drawnState(raw, null)).toBeNull();
    expect(drawnState({ state: 'shutoff', reason: 'migrated' }, 'running')).toBeNull();
    expect(drawnState({ state: 'nostate', reason: 'unknown' }, 'running')).toBeNull();
  });

  it('takes a host without the process for one that only has a definition', () => {
    expect(isActive({ state: 'crashed', reason: 'panicked' })).toBe(true);
    expect(isActive({ state: 'shutoff', reason: 'unknown' })).toBe(false);
  });
});
