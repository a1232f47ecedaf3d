import type { DomainEvent } from '@faultline/libvirt';
import { expect, it } from '@jest/globals';
import { EventCounts } from './event-counts.ts';

const domain = { name: 'web', uuid: '11111111-1111-4111-8111-111111111111', id: 1 };
const lifecycle = (event: 'stopped' | 'started', detail: string): DomainEvent => ({
  kind: 'lifecycle',
  domain,
  event,
  detail,
});

function countsOf(...events: DomainEvent[]) {
  const counts = new EventCounts();
  for (const event of events) counts.note(event, 1000);
  return counts;
}

it('counts by libvirt’s own words', () => {
  const counts = countsOf(
    lifecycle('stopped', 'failed'),
    lifecycle('stopped', 'failed'),
    { kind: 'reboot', domain },
    { kind: 'watchdog', domain, action: 'reset' },
    { kind: 'io-error', domain, device: 'vda', path: '/x', action: 'pause', reason: 'enospc' },
    { kind: 'io-error', domain, device: 'vda', path: '/x', action: 'report', reason: '' },
    { kind: 'agent', domain, state: 'connected', reason: 'channel' },
    { kind: 'job-completed', domain, operation: 'migration-out', values: new Map() },
    { kind: 'migration-iteration', domain, iteration: 3 },
  );
  expect(counts.of(domain.uuid)).toEqual([
    { event: 'stopped', detail: 'failed', count: 2 },
    { event: 'reboot', detail: '', count: 1 },
    { event: 'watchdog', detail: 'reset', count: 1 },
    { event: 'io-error', detail: 'enospc', count: 1 },
    { event: 'io-error', detail: 'report', count: 1 },
    { event: 'agent', detail: 'connected', count: 1 },
    { event: 'job-completed', detail: 'migration-out', count: 1 },
  ]);
});

it('counts words without end under one, however many and long they are', () => {
  const counts = countsOf(
    ...Array.from({ length: 1000 }, (_, index) => lifecycle('stopped', `detail-${index} ${'x'.repeat(10_000)}`)),
  );
  const all = counts.of(domain.uuid);
  expect(all).toHaveLength(65);
  expect(all.at(-1)).toEqual({ event: 'stopped', detail: 'other', count: 936 });
  expect(Math.max(...all.map(({ detail }) => detail.length))).toBe(64);
});

it('forgets a domain with the host, but not one that came after the list', () => {
  const counts = countsOf(lifecycle('started', 'booted'));
  counts.keepOnly(new Set(), 1000);
  expect(counts.of(domain.uuid)).toHaveLength(1);
  counts.keepOnly(new Set([domain.uuid]), 2000);
  expect(counts.of(domain.uuid)).toHaveLength(1);
  counts.keepOnly(new Set(), 2000);
  expect(counts.of(domain.uuid)).toEqual([]);
});
