export { connect, type ConnectOptions } from './connect.ts';
export { Connection } from './connection.ts';
export type { AgentCommandOptions } from './agent.ts';
export type { CallOptions, SubscribeOptions } from './connection.ts';
export type { Subscription } from './subscriptions.ts';
export type {
  DomainControlInfo,
  DomainEvent,
  DomainRef,
  DomainStateInfo,
  DomainStats,
  DomainStatsFlags,
  DomainStatsQuery,
  LifecycleEventName,
  NodeInfo,
  StatsGroup,
  TypedValue,
} from './domain.ts';
export * from './errors.ts';
export type { DomainStateName } from './names/states.ts';
