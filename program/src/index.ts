export { untilAskedToEnd } from './end.ts';
export { stdoutLog } from './log-output.ts';
export { BadSettingError, notAllowed } from './settings/errors.ts';
export type { Kind } from './settings/kinds.ts';
export * as kinds from './settings/kinds.ts';
export { usageOf, type Program, type Settings, type ValuesOf } from './settings/program.ts';
export { asksForHelp, asksForVersion, readEntries, readSettings } from './settings/read.ts';
export { readYamlFile, type YamlEntry } from './settings/yaml.ts';
export { LISTENING, tellListening } from './starter.ts';
