import type { DomainRef } from '../domain.ts';
import { controlDetailNames, controlStateNames } from '../names/control.ts';
import { procedures, type Procedure, type ProcedureName } from '../protocol/index.ts';
import { versionNumber } from '../version.ts';
import { runAgent } from './fake-agent.ts';
import type { FakeHost } from './fake-host.ts';
import { selectDomains, statsOf } from './fake-stats.ts';

/** What a handler may do to the client that called. */
export interface Caller {
  readonly auth: readonly number[];
  /** Throws RemoteError when that way is not offered. */
  authenticate(way: 'polkit'): void;
  open(name: string | null, flags: number): void;
  register(eventId: number): number;
  deregister(callbackId: number): void;
}

type Handler<P> =
  P extends Procedure<infer Args, infer Ret>
    ? (host: FakeHost, args: Args, caller: Caller) => Ret | Promise<Ret>
    : never;

type Handlers = { [Name in ProcedureName]: Handler<(typeof procedures)[Name]> };

/** What the daemon does for each call. Throws RemoteError for what it would answer with an error. */
export const handlers: Handlers = {
  authList: (_host, _args, caller) => ({ types: caller.auth }),
  authPolkit: (_host, _args, caller) => {
    caller.authenticate('polkit');
    return { complete: 1 };
  },
  connectOpen: (_host, { name, flags }, caller) => {
    caller.open(name, flags);
    return undefined;
  },
  connectClose: () => undefined,
  connectGetHostname: ({ hostname }) => ({ hostname }),
  connectGetLibVersion: ({ libVersion }) => ({ version: versionNumber(libVersion) }),
  connectGetVersion: ({ hypervisorVersion }) => ({ version: versionNumber(hypervisorVersion) }),
  nodeGetInfo: ({ nodeInfo }) => ({
    model: nodeInfo.model,
    memory: BigInt(nodeInfo.memoryKib),
    cpus: nodeInfo.cpus,
    mhz: nodeInfo.mhz,
    nodes: nodeInfo.numaNodes,
    sockets: nodeInfo.socketsPerNode,
    cores: nodeInfo.coresPerSocket,
    threads: nodeInfo.threadsPerCore,
  }),
  connectListAllDomains: ({ domains }) => ({ domains: domains.map(({ ref }) => ref), count: domains.length }),
  domainLookupByUuid: (host, { uuid }) => ({ domain: host.byUuid(uuid).ref }),
  domainLookupByName: (host, { name }) => ({ domain: host.byName(name).ref }),
  domainGetState: (host, { domain }) => {
    const { stateCode, reasonCode } = host.byUuid(domain.uuid);
    return { state: stateCode, reason: reasonCode };
  },
  domainGetControlInfo: (host, { domain }) => {
    const { state, details, stateTimeMs } = host.active(domain).control;
    return {
      state: controlStateNames.indexOf(state),
      details: controlDetailNames.indexOf(details),
      stateTime: BigInt(stateTimeMs),
    };
  },
  connectGetAllDomainStats: (host, { domains, stats, flags }) => ({
    records: selectDomains(host, domains, flags).map((domain) => statsOf(host, domain, stats)),
  }),
  domainGetXmlDesc: (host, { domain }) => ({ xml: host.byUuid(domain.uuid).xml }),
  domainCreateWithFlags: (host, { domain }) => ({ domain: host.start(domain).ref }),
  domainShutdown: act((host, domain) => {
    host.shutdown(domain);
  }),
  domainReboot: act((host, domain) => {
    host.reboot(domain);
  }),
  domainReset: act((host, domain) => {
    host.reset(domain);
  }),
  domainDestroy: act((host, domain) => {
    host.destroy(domain);
  }),
  domainSuspend: act((host, domain) => {
    host.suspend(domain);
  }),
  domainResume: act((host, domain) => {
    host.resume(domain);
  }),
  domainUndefine: act((host, domain) => {
    host.undefine(domain);
  }),
  domainDefineXml: (host, { xml }) => ({ domain: host.define(xml).ref }),
  domainAgentCommand: async (host, { domain, command }) => ({ result: await runAgent(host.active(domain), command) }),
  connectDomainEventCallbackRegisterAny: (_host, { eventId }, caller) => ({ callbackId: caller.register(eventId) }),
  connectDomainEventCallbackDeregisterAny: (_host, { callbackId }, caller) => {
    caller.deregister(callbackId);
    return undefined;
  },
};

function act(change: (host: FakeHost, domain: DomainRef) => void) {
  return (host: FakeHost, { domain }: { domain: DomainRef }): undefined => {
    change(host, domain);
  };
}

/** Calls that change something, which a read-only connection may not make, by the API's name in the refusal. */
export const writeCalls: Readonly<Partial<Record<ProcedureName, string>>> = {
  domainCreateWithFlags: 'virDomainCreateWithFlags',
  domainShutdown: 'virDomainShutdown',
  domainReboot: 'virDomainReboot',
  domainReset: 'virDomainReset',
  domainDestroy: 'virDomainDestroy',
  domainSuspend: 'virDomainSuspend',
  domainResume: 'virDomainResume',
  domainUndefine: 'virDomainUndefine',
  domainDefineXml: 'virDomainDefineXML',
  domainAgentCommand: 'virDomainQemuAgentCommand',
};
