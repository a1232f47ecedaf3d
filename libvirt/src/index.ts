export { connect, type ConnectOptions } from './connect.ts';
export { Connection } from './connection.ts';
export type { AgentCommandOptions } from './agent.ts';
export type { CallOptions } from './call-options.ts';
export type { SubscribeOptions } from './connection.ts';
export type { Subscription } from './subscriptions.ts';
export type { TlsFiles } from './transport/index.ts';
export type {
  DomainControlInfo,
  DomainEvent,
  DomainRef,
  DomainStateInfo,
  DomainStateName,
  DomainStats,
  DomainStatsFlags,
  DomainStatsQuery,
  LifecycleEventName,
  NodeInfo,
  StatsGroup,
  TypedValue,
} from './domain.ts';
export * from './errors.ts';
