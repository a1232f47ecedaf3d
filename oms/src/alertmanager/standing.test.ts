import { describe, expect, it } from '@jest/globals';
import type { ListedAlert } from './api.ts';
import type { Listing } from './client.ts';
import { goneAlerts, standingAlerts } from './standing.ts';

const alert = (fingerprint: string, status: Partial<ListedAlert['status']> = {}, startsAt = 1): ListedAlert => ({
  ...{ fingerprint, labels: { alertname: 'X' }, annotations: {} },
  startsAt: `2026-01-01T00:0${startsAt}:00.000Z`,
  endsAt: '2026-01-01T01:00:00.000Z',
  status: { state: 'active', silencedBy: [], inhibitedBy: [], ...status },
});
const silenced = (...by: string[]) => ({ state: 'suppressed', silencedBy: by }) as const;
const inhibited = (...by: string[]) => ({ state: 'suppressed', inhibitedBy: by }) as const;
const listing = (...alerts: ListedAlert[]): Listing => ({ alerts, upForMs: 600_000 });
const treatments = (...listings: Listing[]) =>
  [...standingAlerts(listings)].map(([fingerprint, { treatment }]) => [fingerprint, treatment]);

describe('what several Alertmanagers have together', () => {
  it('is what any of them has, since the first of them says', () => {
    const standing = standingAlerts([listing(alert('a', {}, 2), alert('b')), listing(alert('a', {}, 1), alert('c'))]);
    expect([...standing.keys()]).toEqual(['a', 'b', 'c']);
    expect(standing.get('a')?.alert.startsAt).toBe('2026-01-01T00:01:00.000Z');
  });

  it('is silenced or inhibited where none of them would notify of it, by whom each says', () => {
    expect(
      treatments(
        listing(alert('both', silenced('s1')), alert('one', silenced('s1')), alert('by-alert', inhibited('f1', 'f2'))),
        listing(alert('both', silenced('s2', 's1')), alert('one'), alert('new', { state: 'unprocessed' })),
      ),
    ).toEqual([
      ['both', { silenced: true, inhibited: false, silencedBy: ['s1', 's2'], inhibitedBy: [] }],
      ['one', { silenced: false, inhibited: false, silencedBy: [], inhibitedBy: [] }],
      ['by-alert', { silenced: false, inhibited: true, silencedBy: [], inhibitedBy: ['f1', 'f2'] }],
      ['new', null],
    ]);
  });

  it('is not said to be heard of by one that has only just taken it', () => {
    const taken = alert('a', { state: 'unprocessed' });
    expect(treatments(listing(taken), listing(alert('a', silenced('s'))))).toMatchObject([['a', { silenced: true }]]);
  });
});

describe('what is over', () => {
  const SETTLE_MS = 300_000;
  const young: Listing = { alerts: [], upForMs: SETTLE_MS - 1 };
  it.each<[string, (Listing | null)[], string[]]>([
    ['what none knows now', [listing(alert('b')), listing()], ['a', 'c']],
    ['nothing while one does not answer', [listing(), null], []],
    ['nothing while none answers', [null, null], []],
    ['nothing while one has only just started', [listing(), young], []],
    ['nothing where a clock went backwards', [{ alerts: [], upForMs: -5 }], []],
    ['nothing where it does not say since when it is up', [{ alerts: [], upForMs: NaN }], []],
    ['nothing that one of them has', [listing(alert('a')), listing(alert('b'), alert('c'))], []],
    ['all of it, where all of them are empty and settled', [listing(), listing()], ['a', 'b', 'c']],
  ])('is %s', (_what, listings, gone) => {
    expect(goneAlerts(['a', 'b', 'c'], listings, SETTLE_MS)).toEqual(gone);
  });
});
