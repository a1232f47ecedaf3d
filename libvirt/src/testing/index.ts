export type { FakeAgent, FakeDomainOptions, FakeJob } from './fake-domain.ts';
export type { FakeFault } from './fake-faults.ts';
export type { FakeListen, FakeTls } from './fake-listener.ts';
export { FakeLibvirtd, type FakeCall, type FakeLibvirtdOptions } from './fake-libvirtd.ts';
export type { FakePoolOptions } from './fake-pool.ts';
export type { FakeMigration } from './fake-host.ts';
