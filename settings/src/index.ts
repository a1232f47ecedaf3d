export { BadSettingError, notAllowed } from './errors.ts';
export type { Kind } from './kinds.ts';
export * as kinds from './kinds.ts';
export { stdoutLog } from './log-output.ts';
export { usageOf, type Program, type ValuesOf } from './program.ts';
export { asksForHelp, readSettings } from './read.ts';
