export type { ExecOptions, ExecResult } from './agent.ts';
export type { Accelerator, CrashAction } from './domain-xml.ts';
export type { DownReport } from './down.ts';
export { CommandError, LabError, type LabErrorCode } from './errors.ts';
export type { GuestState, LabGuest, LoadOptions, StopOptions } from './guest.ts';
export type { LabHost, RestartLibvirtdOptions, StopLibvirtdOptions } from './host.ts';
export { Lab, type UpOptions } from './lab.ts';
export type { GuestOptions } from './plan.ts';
export type { WaitOptions } from './wait.ts';
