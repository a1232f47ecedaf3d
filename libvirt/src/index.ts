export { connect, type ConnectOptions } from './connect.ts';
export { Connection } from './connection.ts';
export type { AgentCommandOptions } from './agent.ts';
export type { CallOptions } from './call-options.ts';
export type { SubscribeOptions } from './connection.ts';
export type { Subscription } from './subscriptions.ts';
export type { ControlCalls } from './calls/control-calls.ts';
export type { DomainCalls } from './calls/domain-calls.ts';
export type { HostCalls } from './calls/host-calls.ts';
export type { StorageCalls } from './calls/storage-calls.ts';
export type * from './domain.ts';
export type * from './host.ts';
export type * from './job.ts';
export type * from './storage.ts';
export type { TlsFiles } from './transport/index.ts';
export * from './errors.ts';
export { MonitorLane } from './lane/monitor-lane.ts';
export type {
  LaneCandidate,
  LaneConnection,
  LaneOutcome,
  LaneTrouble,
  MonitorLaneOptions,
  TimedStatistics,
} from './lane/monitor-lane.ts';
export { domainStateInfo } from './names/states.ts';
