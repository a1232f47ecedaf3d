export { PROGRAM, readConfig, type ExporterConfig } from './config.ts';
export { SpoolInUseError } from './errors.ts';
export { startExporter, type ExporterParts, type RunningExporter } from './exporter.ts';
export type { DomainSnapshot, HostIdentity, HostSnapshot } from './snapshot.ts';
