import { randomUUID } from 'node:crypto';
import type { DomainEventReport, RawState, VmRef } from '@faultline/contracts';
import type { DomainEvent, DomainRef } from '@faultline/libvirt';
import { plainLine } from '../plain-text.ts';

const MAX_NAME = 255;
const MAX_TEXT = 4096;

/** A domain as reports name it. */
export function vmRefOf({ uuid, name }: Pick<DomainRef, 'uuid' | 'name'>): VmRef {
  return { uuid, name: plainLine(name.slice(0, MAX_NAME)) || uuid };
}

/** The event's own words. */
export function detailOf(event: DomainEvent): string {
  switch (event.kind) {
    case 'lifecycle':
      return `${event.event} (${event.detail})`;
    case 'reboot':
      return 'reboot';
    case 'watchdog':
      return event.action;
    case 'io-error':
      return `${event.action} (${[event.reason, event.device, event.path].filter((word) => word !== '').join(', ')})`;
    case 'agent':
      return event.state;
    case 'control-error':
      return "QEMU's monitor was lost";
    case 'balloon-change':
      return `${event.memoryKib} KiB`;
    case 'device-added':
    case 'device-removed':
    case 'device-removal-failed':
      return event.alias;
    case 'block-job':
      return `${event.job} of ${event.disk} ${event.status}`;
    case 'migration-iteration':
      return `iteration ${event.iteration}`;
    case 'job-completed':
      return event.operation ?? 'unknown';
    case 'metadata-change':
      return [event.what, event.uri].filter((word) => word !== null).join(' ');
    case 'memory-failure':
      return `${event.recipient} (${event.action})`;
  }
}

/** The report of an event received at `at` (ms), with the state read again right after it. */
export function eventReport(event: DomainEvent, at: number, observed: RawState | null): DomainEventReport {
  return {
    type: 'domain-event',
    id: randomUUID(),
    at,
    vm: vmRefOf(event.domain),
    event: event.kind,
    detail: detailOf(event).slice(0, MAX_TEXT),
    observed,
  };
}
