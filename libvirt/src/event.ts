import type { DomainRef, TypedValue } from './domain.ts';
import type { JobOperation } from './job.ts';

export type LifecycleEventName =
  'defined' | 'undefined' | 'started' | 'suspended' | 'resumed' | 'stopped' | 'shutdown' | 'pmsuspended' | 'crashed';

/** What `subscribe` delivers. Names are the tails of libvirt-domain.h's enums in lower case; `<what>-<n>` if newer. */
export type DomainEvent = { domain: DomainRef } & (
  | {
      kind: 'lifecycle';
      event: LifecycleEventName;
      /** e.g. `panicked`, `failed`, `destroyed`; `detail-<n>` if newer than us. */
      detail: string;
    }
  /** The guest rebooted, or the reset button was pressed. */
  | { kind: 'reboot' }
  /** The guest's watchdog fired, and what was done. */
  | { kind: 'watchdog'; action: string }
  /** Reading or writing a disk failed. `reason` is `enospc`, `eio`, `other` or empty. */
  | { kind: 'io-error'; device: string; path: string; action: string; reason: string }
  /** libvirt lost QEMU's monitor. */
  | { kind: 'control-error' }
  /** The balloon changed: what the guest has now. */
  | { kind: 'balloon-change'; memoryKib: number }
  /** The guest let go of a device that was to be detached; `alias` as in its XML. */
  | { kind: 'device-removed'; alias: string }
  /** It did not. */
  | { kind: 'device-removal-failed'; alias: string }
  | { kind: 'device-added'; alias: string }
  /** A copy, commit, pull or backup of a disk (`vda`): `job` and `status` name it. */
  | { kind: 'block-job'; disk: string; job: string; status: string }
  | { kind: 'agent'; state: 'connected' | 'disconnected'; reason: string }
  /** QEMU goes through the guest's memory once more, counted from 1. Only on the host that is left. */
  | { kind: 'migration-iteration'; iteration: number }
  /**
   * A job ended; `values` as of `DomainJobStats`, with `success` (boolean) and `errmsg` where libvirt tells them.
   * Dumps, backups and, on the host that is left, migrations.
   */
  | { kind: 'job-completed'; operation: JobOperation | null; values: Map<string, TypedValue> }
  /** Title, description or an element of `<metadata>` (in namespace `uri`) was changed. */
  | { kind: 'metadata-change'; what: 'description' | 'title' | 'element' | `type-${number}`; uri: string | null }
  /** The host's memory is damaged: who is hit, what was done, and whether the guest must act or it came in a row. */
  | {
      kind: 'memory-failure';
      recipient: string;
      action: string;
      actionRequired: boolean;
      recursive: boolean;
    }
);

export type DomainEventKind = DomainEvent['kind'];

/** The events of some kinds. */
export type DomainEventOf<Kind extends DomainEventKind> = Extract<DomainEvent, { kind: Kind }>;
