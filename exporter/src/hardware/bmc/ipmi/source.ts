import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgramCall, RunProgram } from '../../../programs/run.ts';
import { KINDS, type Kind, type Observation, type SourceObservations } from '../../model.ts';
import { BmcError } from '../errors.ts';
import * as freeipmi from './freeipmi.ts';
import * as ipmitool from './ipmitool.ts';

export interface IpmiOptions {
  /** `local`: this host's own BMC through the kernel's driver. Else HOST or HOST:PORT, by RMCP+ (IPMI 2.0). */
  address: string;
  program: 'ipmitool' | 'ipmi-sensors';
  /** Of RMCP+. Absent: the program finds it out. */
  cipherSuite?: number;
  credentials: () => Promise<{ username: string; password: string }> | null;
  run: RunProgram;
  now: () => number;
  timeoutMs: number;
}

/** IPMI does not list parts, it lists sensors: the absence of one proves nothing, but of a supply or fan that had one. */
const LISTED: readonly Kind[] = ['psu', 'fan', 'board'];

/**
 * Asks a BMC that knows no Redfish, by the program that is installed. ipmitool is the usual one and tells serial numbers (`fru print`);
 * freeipmi's ipmi-sensors tells limits and states of each sensor in one call, and bears with more faulty firmware.
 */
export class IpmiReader {
  readonly #options: IpmiOptions;
  /**
   * Serial numbers, which a BMC takes long to read. They change while a machine runs only with the supplies, which can be pulled:
   * those that sensors told of when they were read.
   */
  #fru: { observations: readonly Observation[]; supplies: string } | null = null;

  constructor(options: IpmiOptions) {
    this.#options = options;
  }

  /** @throws BmcError when the BMC does not answer, ProgramError when the program cannot be run */
  async read(signal: AbortSignal): Promise<SourceObservations> {
    const { program, now } = this.#options;
    const at = now();
    const observations = program === 'ipmitool' ? await this.#ipmitool(signal) : await this.#ipmiSensors(signal);
    return {
      source: 'ipmi',
      channel: 'out-of-band',
      at,
      observations,
      blindTo: new Set(KINDS.filter((kind) => !LISTED.includes(kind))),
    };
  }

  async #ipmitool(signal: AbortSignal): Promise<Observation[]> {
    const { address, timeoutMs, cipherSuite } = this.#options;
    const { host, port, login } = await this.#connection();
    // The password goes through the environment: anyone may read the arguments of a process.
    const args =
      address === 'local'
        ? []
        : [
            '-I',
            'lanplus',
            '-H',
            host,
            '-p',
            port,
            '-U',
            login?.username ?? '',
            '-E',
            ...(cipherSuite === undefined ? [] : ['-C', String(cipherSuite)]),
          ];
    const env = login === null ? {} : { IPMI_PASSWORD: login.password };
    const call = (more: string[]): ProgramCall => ({ program: 'ipmitool', args: [...args, ...more], env, timeoutMs });
    const sensors = await this.#run(call(['-c', 'sdr', 'elist', 'all']), signal);
    const seen = ipmitool.parseSensors(sensors);
    const supplies = JSON.stringify(seen.flatMap(({ kind, name }) => (kind === 'psu' ? name : [])).sort());
    if (this.#fru?.supplies !== supplies) {
      this.#fru = { observations: ipmitool.parseFru(await this.#run(call(['fru', 'print']), signal)), supplies };
    }
    return [...this.#fru.observations, ...seen];
  }

  async #ipmiSensors(signal: AbortSignal): Promise<Observation[]> {
    const { address, timeoutMs, cipherSuite } = this.#options;
    const args = ['--comma-separated-output', '--output-sensor-state', '--output-sensor-thresholds', '--quiet-cache'];
    const call = (more: string[]): ProgramCall => ({ program: 'ipmi-sensors', args: [...more, ...args], timeoutMs });
    if (address === 'local') return freeipmi.parseSensors(await this.#run(call([]), signal));
    const { host, port, login } = await this.#connection();
    // It takes a password from its arguments or from a file; the file is ours alone, and gone afterwards.
    const folder = await mkdtemp(join(tmpdir(), 'faultline-ipmi-'));
    try {
      const file = join(folder, 'freeipmi.conf');
      const lines = ['driver-type LAN_2_0', `username ${login?.username ?? ''}`, `password ${login?.password ?? ''}`];
      await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
      const remote = [
        `--hostname=${host}:${port}`,
        `--config-file=${file}`,
        `--sdr-cache-directory=${folder}`,
        ...(cipherSuite === undefined ? [] : [`--cipher-suite-id=${cipherSuite}`]),
      ];
      return freeipmi.parseSensors(await this.#run(call(remote), signal));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #connection(): Promise<{ host: string; port: string; login: { username: string; password: string } | null }> {
    const [, host = '', port = '623'] = /^(.*?)(?::(\d+))?$/.exec(this.#options.address) ?? [];
    return { host, port, login: await this.#options.credentials() };
  }

  async #run(call: ProgramCall, signal: AbortSignal): Promise<string> {
    const { exitCode, stdout, stderr } = await this.#options.run(call, signal);
    // With some sensors unreadable ipmitool still prints the others, and ends with 1.
    if (exitCode !== 0 && stdout.trim() === '') {
      throw new BmcError('BMC_UNREACHABLE', call.program, stderr.split('\n')[0]?.slice(0, 200) ?? '');
    }
    return stdout;
  }
}
