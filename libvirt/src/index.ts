export { checkUri, connect, type ConnectOptions } from './connect.ts';
export { Connection } from './connection.ts';
export type { AgentCommandOptions } from './agent.ts';
export type { CallOptions } from './call-options.ts';
export type { SubscribeOptions } from './connection.ts';
export type { EventsLost } from './event-queue.ts';
export type { EventStream, EventStreamOptions } from './event-stream.ts';
export type { Subscription } from './subscriptions.ts';
export type { ControlCalls } from './calls/control-calls.ts';
export type { HardwareCalls } from './calls/hardware-calls.ts';
export type { MigrationCalls } from './calls/migration-calls.ts';
export type { SnapshotCalls } from './calls/snapshot-calls.ts';
export type { VolumeCalls } from './calls/volume-calls.ts';
export type { DomainCalls } from './calls/domain-calls.ts';
export type { HostCalls } from './calls/host-calls.ts';
export type { StorageCalls } from './calls/storage-calls.ts';
export type * from './domain.ts';
export type * from './event.ts';
export type * from './host.ts';
export type * from './job.ts';
export type * from './migration.ts';
export type * from './snapshot.ts';
export type * from './storage.ts';
export type { TlsFiles } from './transport/index.ts';
export * from './errors.ts';
export { isStuck } from './lane/breaker.ts';
export { MonitorLane } from './lane/monitor-lane.ts';
export type {
  LaneCandidate,
  LaneConnection,
  LaneOutcome,
  LaneTrouble,
  MonitorLaneOptions,
  TimedStatistics,
} from './lane/monitor-lane.ts';
export { Backoff, type BackoffOptions } from './supervisor/backoff.ts';
export {
  superviseConnection,
  type SessionContext,
  type Setback,
  type SupervisedConnection,
  type SuperviseOptions,
} from './supervisor/supervise-connection.ts';
export { domainStateInfo } from './names/states.ts';
