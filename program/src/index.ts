export { untilAskedToEnd } from './end.ts';
export { stdoutLog } from './log-output.ts';
export { BadSettingError, notAllowed } from './settings/errors.ts';
export type { Kind } from './settings/kinds.ts';
export * as kinds from './settings/kinds.ts';
export { usageOf, type Program, type ValuesOf } from './settings/program.ts';
export { asksForHelp, readSettings } from './settings/read.ts';
export { LISTENING, tellListening } from './starter.ts';
