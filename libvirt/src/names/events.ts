import type { LifecycleEventName } from '../event.ts';

/** virDomainEventType, by number. */
export const lifecycleEventNames = [
  'defined',
  'undefined',
  'started',
  'suspended',
  'resumed',
  'stopped',
  'shutdown',
  'pmsuspended',
  'crashed',
] as const satisfies readonly LifecycleEventName[];

/** virDomainEvent<Type>DetailType, by number: the tails of libvirt-domain.h's names in lower case. */
export const lifecycleDetailNames: Readonly<Record<LifecycleEventName, readonly string[]>> = {
  defined: ['added', 'updated', 'renamed', 'from-snapshot'],
  undefined: ['removed', 'renamed'],
  started: ['booted', 'migrated', 'restored', 'from-snapshot', 'wakeup', 'recreated'],
  suspended: [
    'paused',
    'migrated',
    'ioerror',
    'watchdog',
    'restored',
    'from-snapshot',
    'api-error',
    'postcopy',
    'postcopy-failed',
  ],
  resumed: ['unpaused', 'migrated', 'from-snapshot', 'postcopy', 'postcopy-failed'],
  stopped: ['shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'from-snapshot', 'recreated'],
  shutdown: ['finished', 'guest', 'host'],
  pmsuspended: ['memory', 'disk'],
  crashed: ['panicked', 'crashloaded'],
};

/** virDomainEventWatchdogAction, by number. */
export const watchdogActionNames = ['none', 'pause', 'reset', 'poweroff', 'shutdown', 'debug', 'injectnmi'];

/** virDomainEventIOErrorAction, by number. */
export const ioErrorActionNames = ['none', 'pause', 'report'];

/** virConnectDomainEventAgentLifecycleState, by number; 0 is not used by libvirt. */
export const agentStateNames = ['', 'connected', 'disconnected'] as const;

/** virConnectDomainEventAgentLifecycleReason, by number. */
export const agentReasonNames = ['unknown', 'domain-started', 'channel'];

/** virConnectDomainEventBlockJobStatus, by number. */
export const blockJobStatusNames = ['completed', 'failed', 'canceled', 'ready'];

/** virDomainBlockJobType, by number. */
export const blockJobTypeNames = ['unknown', 'pull', 'copy', 'commit', 'active-commit', 'backup'];

/** virDomainMetadataType, by number. */
export const metadataTypeNames = ['description', 'title', 'element'] as const;

/** virDomainMemoryFailureRecipientType, by number. */
export const memoryFailureRecipientNames = ['hypervisor', 'guest'];

/** virDomainMemoryFailureActionType, by number. */
export const memoryFailureActionNames = ['ignore', 'inject', 'fatal', 'reset'];
