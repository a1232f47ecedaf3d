import { connect } from '@faultline/libvirt';
import type { Logger } from 'pino';
import type { ExporterConfig } from '../config.ts';
import { guestsSource, readNetworksFile } from '../guests/index.ts';
import type { Source } from './source.ts';

/**
 * Every source that the settings turn on, in the order of the snapshot.
 *
 * @throws BadSettingError for a file that a setting names and that cannot be used
 */
export function sourcesOf(config: ExporterConfig, { now, log }: { now: () => number; log: Logger }): Source[] {
  return [...guests(config, { now, log })];
}

function guests(config: ExporterConfig, { now, log }: { now: () => number; log: Logger }): Source[] {
  const { libvirtAgentUri: uri, guestNetworksFile: file } = config;
  if (uri === undefined) return [];
  return [
    guestsSource({
      connect,
      uri,
      intervalMs: config.guestIntervalMs,
      timeoutMs: config.guestTimeoutMs,
      callTimeoutMs: config.guestCallTimeoutMs,
      parallel: config.guestParallel,
      externalAddress: config.guestExternalAddress,
      configured: file === undefined ? [] : readNetworksFile(file),
      pingWaitMs: config.guestPingWaitMs,
      osMaxAgeMs: config.guestOsMaxAgeMs,
      writeProbe: config.guestWriteProbe,
      suppressLimitMs: config.guestSuppressLimitMs,
      now,
      log,
    }),
  ];
}
