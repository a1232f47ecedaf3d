import { readFile } from 'node:fs/promises';
import { BadSettingError } from '@faultline/program';
import type { Logger } from 'pino';
import type { RunProgram } from '../../programs/run.ts';
import type { SourceObservations } from '../model.ts';
import { IpmiReader } from './ipmi/source.ts';
import { RedfishReader } from './redfish/source.ts';
import type { Trust } from './redfish/trust.ts';

/** The settings that concern the BMC; see settings/hardware.ts. */
export interface BmcSettings {
  bmcRedfishUrl?: string | undefined;
  bmcIpmiAddress?: string | undefined;
  bmcIpmiProgram: 'ipmitool' | 'ipmi-sensors';
  bmcIpmiCipherSuite?: number | undefined;
  bmcUsername?: string | undefined;
  bmcPasswordFile?: string | undefined;
  bmcCaFile?: string | undefined;
  bmcFingerprint?: string | undefined;
  bmcInsecure: boolean;
  bmcSystem?: string | undefined;
  bmcTimeoutMs: number;
}

/** A BMC, whatever it speaks. */
export interface BmcReader {
  name: 'redfish' | 'ipmi';
  read(signal: AbortSignal): Promise<SourceObservations>;
  close(): Promise<void>;
}

/**
 * The BMC that the settings name; null for none.
 *
 * @throws BadSettingError for settings that contradict each other
 */
export function bmcReader(
  settings: BmcSettings,
  parts: { now: () => number; log: Logger; run: RunProgram },
): BmcReader | null {
  const { bmcRedfishUrl, bmcIpmiAddress, bmcIpmiProgram, bmcIpmiCipherSuite, bmcSystem, bmcTimeoutMs } = settings;
  if (bmcRedfishUrl !== undefined && bmcIpmiAddress !== undefined) {
    throw new BadSettingError(
      '--bmc.ipmi-address',
      'cannot be given together with --bmc.redfish-url: a host has one BMC',
    );
  }
  if (settings.bmcUsername !== undefined && settings.bmcPasswordFile === undefined) {
    throw new BadSettingError('--bmc.password-file', 'is missing: --bmc.username needs a password');
  }
  const credentials = (): Promise<Credentials> | null => readCredentials(settings);
  if (bmcRedfishUrl !== undefined) {
    const { url, trust } = { url: bmcRedfishUrl, trust: trustOf(settings) };
    const reader = new RedfishReader({
      ...parts,
      url,
      trust,
      credentials,
      requestTimeoutMs: Math.ceil(bmcTimeoutMs / 3),
      ...(bmcSystem !== undefined && { system: bmcSystem }),
    });
    return { name: 'redfish', read: (signal) => reader.read(signal), close: () => reader.close() };
  }
  if (bmcIpmiAddress === undefined) return null;
  const reader = new IpmiReader({
    ...parts,
    address: bmcIpmiAddress,
    program: bmcIpmiProgram,
    ...(bmcIpmiCipherSuite !== undefined && { cipherSuite: bmcIpmiCipherSuite }),
    credentials,
    timeoutMs: bmcTimeoutMs,
  });
  return { name: 'ipmi', read: (signal) => reader.read(signal), close: () => Promise.resolve() };
}

interface Credentials {
  username: string;
  password: string;
}

function readCredentials({ bmcUsername, bmcPasswordFile }: BmcSettings): Promise<Credentials> | null {
  if (bmcUsername === undefined || bmcPasswordFile === undefined) return null;
  return readFile(bmcPasswordFile, 'utf8').then((text) => ({
    username: bmcUsername,
    password: text.split(/\r?\n/)[0] ?? '',
  }));
}

function trustOf({ bmcCaFile, bmcFingerprint, bmcInsecure }: BmcSettings): Trust {
  const given = [bmcCaFile !== undefined, bmcFingerprint !== undefined, bmcInsecure].filter(Boolean).length;
  if (given > 1) {
    throw new BadSettingError(
      '--bmc.ca-file',
      'of --bmc.ca-file, --bmc.fingerprint and --bmc.insecure only one can be given',
    );
  }
  if (bmcInsecure) return { by: 'nothing' };
  if (bmcFingerprint !== undefined) return { by: 'fingerprint', sha256: bmcFingerprint.toUpperCase() };
  return bmcCaFile === undefined ? { by: 'authority' } : { by: 'authority', pemFile: bmcCaFile };
}
