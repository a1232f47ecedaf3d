import { connect } from '@faultline/libvirt';
import type { Logger } from 'pino';
import type { ExporterConfig } from '../config.ts';
import type { Source } from '../sources/source.ts';
import { readNetworksFile } from './configured-networks.ts';
import { GuestProber } from './prober.ts';

/**
 * The guests' agents, by the read-write libvirtd; none without one. The prober has a schedule of its own; a cycle takes what it
 * found last, with its times.
 *
 * @throws BadSettingError for a file of networks that cannot be used
 */
export function guestsSource(config: ExporterConfig, parts: { now: () => number; log: Logger }): Source[] {
  const { libvirtAgentUri: uri, guestNetworksFile: file } = config;
  if (uri === undefined) return [];
  const prober = new GuestProber({
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
    ...parts,
  });
  const source: Source<'guests'> = {
    name: 'guests',
    every: 'cycle',
    timeoutMs: 1000,
    read: () => {
      prober.start();
      return new Promise((resolve) => {
        resolve(prober.reports());
      });
    },
    close: () => prober.stop(),
  };
  return [source];
}
