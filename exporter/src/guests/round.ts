import type { AgentState, GuestNic, GuestOs, GuestPing } from '@faultline/contracts';
import { CallAbortedError } from '@faultline/libvirt';
import { Type } from 'typebox';
import { AgentError, type GuestAgent } from './agent.ts';
import type { ConfiguredNetwork } from './configured-networks.ts';
import type { DomainNetworks } from './domain-networks.ts';
import { reap, runInGuest, type ExecOutcome, type Unended } from './exec.ts';
import type { FileSystemMemory, GuestFileSystem } from './file-systems.ts';
import { askFileSystems } from './guest-file-systems.ts';
import { askGuestNetworks, planNic, type GuestNetworks, type PlannedNic } from './guest-networks.ts';
import { OS_QUESTION, osOf } from './os.ts';
import { noPing, pingCommand, pingOf } from './ping.ts';
import { expectedIfIntranetOnly } from './verdict.ts';

/** What is kept of a guest from round to round, for one boot of its QEMU. */
export interface BootMemory {
  /** Null: to be asked (again). */
  os: { is: Exclude<GuestOs, 'unknown'>; at: number } | null;
  unended: Unended;
  fileSystems: FileSystemMemory;
  /** A probe's file could not be removed: no more are made. */
  hasLeftFile: boolean;
}

export const newBootMemory = (): BootMemory => ({
  os: null,
  unended: new Set(),
  fileSystems: new Map(),
  hasLeftFile: false,
});

export interface RoundOptions {
  domain: DomainNetworks;
  configured: readonly ConfiguredNetwork[];
  /** The configured external address (D6); the domain's own goes before it. */
  externalAddress: string | undefined;
  pingWaitMs: number;
  /** After so long the system is asked for again, ms; 0: in every round (D18). */
  osMaxAgeMs: number;
  writeProbe: boolean;
  memory: BootMemory;
  now: () => number;
  /** The end of the time that this guest has. */
  signal: AbortSignal;
}

export interface RoundResult {
  agent: AgentState;
  agentText: string;
  execEnabled: boolean | null;
  os: GuestOs;
  external: GuestPing;
  nics: GuestNic[];
  fileSystems: GuestFileSystem[] | null;
}

const Info = Type.Object({
  supported_commands: Type.Array(Type.Object({ name: Type.String(), enabled: Type.Boolean() }), { maxItems: 4096 }),
});
const FreezeStatus = Type.String({ maxLength: 64 });

/** What is known of a guest before, or without, asking it. */
export function unasked({ domain, configured, externalAddress, memory }: RoundOptions, agentText = ''): RoundResult {
  const nothingSaid: GuestNetworks = { interfaces: null, gateways: new Map() };
  return {
    agent: 'unknown',
    agentText,
    execEnabled: null,
    os: memory.os?.is ?? 'unknown',
    external: noPing(domain.external ?? externalAddress ?? null, 'not asked'),
    nics: domain.nics.map((nic) => nicOf(planNic(nic, configured, nothingSaid))),
    fileSystems: null,
  };
}

/**
 * D's steps in one VM, in their order (D12), as far as its agent lets them be made. What could not be found out stays unknown.
 *
 * @throws LibvirtError when the connection or the domain is gone
 */
export async function probeGuest(agent: GuestAgent, options: RoundOptions): Promise<RoundResult> {
  const result = unasked(options);
  try {
    await makeRound(agent, options, result);
  } catch (error) {
    if (error instanceof AgentError) {
      result.agent = stateAfter(error);
      result.agentText = error.message.slice(0, 4096);
    } else if (error instanceof CallAbortedError || options.signal.aborted) {
      result.agent = agent.hasAnswered ? 'answering' : 'silent';
      result.agentText = 'the time for this VM was over';
    } else throw error;
  }
  return result;
}

function stateAfter({ code }: AgentError): AgentState {
  switch (code) {
    case 'no-channel':
    case 'disconnected':
    case 'silent':
    case 'frozen':
      return code;
    case 'disabled':
    case 'refused':
    case 'malformed':
      return 'answering';
  }
}

async function makeRound(agent: GuestAgent, options: RoundOptions, result: RoundResult): Promise<void> {
  const { domain, configured, memory, pingWaitMs, signal } = options;
  result.execEnabled = await isExecEnabled(agent);
  result.agent = 'answering';
  const guest = await askGuestNetworks(agent);
  const planned = domain.nics.map((nic) => planNic(nic, configured, guest));
  result.nics = planned.map(nicOf);
  const run = async (program: { path: string; args: readonly string[] }): Promise<ExecOutcome> =>
    (await reap(agent, memory.unended))
      ? runInGuest(agent, program, { unended: memory.unended, signal })
      : { kind: 'unknown', text: 'a program of an earlier round still runs' };

  const os = await systemOf(run, options);
  result.os = os;
  const ping = async (address: string | null): Promise<GuestPing> => {
    if (address === null) return noPing(null, '');
    if (os === 'unknown') return noPing(address, 'the system of the guest is not known');
    return pingOf(os, address, await run(pingCommand(os, address, pingWaitMs)));
  };
  result.external = expectedIfIntranetOnly(await ping(result.external.address), result.nics);
  for (const [index, nic] of planned.entries())
    result.nics[index] = { ...nicOf(nic), gateway: await ping(nic.gateway) };
  const pings = [result.external, ...result.nics.map(({ gateway }) => gateway)];
  // Perhaps it has become another system since it was asked.
  if (pings.some((each) => each.result === 'tool-missing')) memory.os = null;
  if (os === 'linux') {
    const { fileSystems, unended, hasLeftFile } = memory;
    result.fileSystems = await askFileSystems(agent, {
      memory: fileSystems,
      writeProbe: options.writeProbe && result.execEnabled && !hasLeftFile && (await reap(agent, unended)),
      onLeftBehind: () => (memory.hasLeftFile = true),
      unended,
      signal,
    });
  }
}

/**
 * The first word with the agent: whether it lets programs be run. While file systems are frozen nearly all is disabled, which
 * is not the administrator's policy.
 *
 * @throws AgentError `frozen`, or of the agent as a whole
 */
async function isExecEnabled(agent: GuestAgent): Promise<boolean> {
  const { supported_commands: commands } = await agent.ask(Info, 'guest-info');
  const isEnabled = (name: string): boolean => commands.some((each) => each.name === name && each.enabled);
  if (isEnabled('guest-exec') && isEnabled('guest-exec-status')) return true;
  if (isEnabled('guest-fsfreeze-status')) {
    const status = await agent.ask(FreezeStatus, 'guest-fsfreeze-status');
    if (status === 'frozen') throw new AgentError('frozen', 'the file systems of the guest are frozen');
  }
  return false;
}

async function systemOf(
  run: (program: typeof OS_QUESTION) => Promise<ExecOutcome>,
  { memory, osMaxAgeMs, now }: RoundOptions,
): Promise<GuestOs> {
  if (memory.os !== null && now() - memory.os.at < osMaxAgeMs) return memory.os.is;
  const os = osOf(await run(OS_QUESTION));
  memory.os = os === 'unknown' ? null : { is: os, at: now() };
  return os;
}

function nicOf({ gateway, ...nic }: PlannedNic): GuestNic {
  return { ...nic, gateway: noPing(gateway, 'not asked') };
}
