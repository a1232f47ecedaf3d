import { describe, expect, it } from '@jest/globals';
import { ProtocolError, RemoteError } from '../errors.ts';
import { recorded, recordedBytes } from '../fixtures/recorded.ts';
import { statsFlagBits, statsGroupBits } from '../domain-bits.ts';
import { decodeWith, encodeWith, type Codec } from '../wire/codec.ts';
import { encodePacket, messageStatus } from '../wire/packet.ts';
import { procedures, type Procedure, type ProcedureName } from './index.ts';
import { remoteError } from './types.ts';

const uuid = '6a4f7f5e-58a6-4a35-9c0e-2f6f0c1f8a11';
const running = { name: 'probe', uuid, id: 3 };
const inactive = { name: 'probe', uuid, id: -1 };

function decodeRecorded<Ret>(name: string, { ret }: { ret: Codec<Ret> }): Ret {
  return decodeWith(ret, recorded('libvirtd-replies.json', name).payload);
}

describe('replies of a real libvirtd 9.0', () => {
  it('lists the ways to log in, and opens', () => {
    expect(decodeRecorded('authList', procedures.authList)).toEqual({ types: [0] });
    expect(recorded('libvirtd-replies.json', 'connectOpen').payload).toHaveLength(0);
  });

  it('describes the host', () => {
    expect(decodeRecorded('hostname', procedures.connectGetHostname)).toEqual({ hostname: 'lvT' });
    expect(decodeRecorded('libVersion', procedures.connectGetLibVersion)).toEqual({ version: 9_000_000n });
    expect(decodeRecorded('hypervisorVersion', procedures.connectGetVersion)).toEqual({ version: 7_002_022n });
    expect(decodeRecorded('nodeInfo', procedures.nodeGetInfo)).toEqual({
      model: 'x86_64',
      memory: 6_252_748n,
      cpus: 2,
      mhz: expect.any(Number),
      nodes: 1,
      sockets: 1,
      cores: 2,
      threads: 1,
    });
  });

  it('names domains', () => {
    expect(decodeRecorded('defineXml', procedures.domainDefineXml)).toEqual({ domain: inactive });
    const { domain } = decodeRecorded('start', procedures.domainCreateWithFlags);
    expect(domain).toEqual({ name: 'probe', uuid, id: expect.any(Number) });
    expect(decodeRecorded('lookupByUuid', procedures.domainLookupByUuid)).toEqual({ domain });
    expect(decodeRecorded('listAllDomains', procedures.connectListAllDomains)).toEqual({ domains: [domain], count: 1 });
  });

  it('tells state and control channel', () => {
    expect(decodeRecorded('domainState', procedures.domainGetState)).toEqual({ state: 1, reason: 1 });
    expect(decodeRecorded('domainStatePausedIoerror', procedures.domainGetState)).toEqual({ state: 3, reason: 5 });
    expect(decodeRecorded('domainControlInfo', procedures.domainGetControlInfo)).toMatchObject({
      state: 0,
      details: 0,
    });
    expect(decodeRecorded('domainXml', procedures.domainGetXmlDesc).xml).toMatch(/^<domain type='qemu' id=/);
  });

  it("passes the guest agent's answer on", () => {
    expect(decodeRecorded('agentPing', procedures.domainAgentCommand)).toEqual({ result: '{"return":{}}' });
  });

  it('gives statistics with their types', () => {
    const [record] = decodeRecorded('domainStats', procedures.connectGetAllDomainStats).records;
    expect(record?.domain.uuid).toBe(uuid);
    expect(record?.values.get('state.state')).toBe(1);
    expect(record?.values.get('cpu.time')).toEqual(expect.any(BigInt));
    expect(record?.values.get('vcpu.current')).toBe(1);
    expect(record?.values.get('block.0.name')).toBe('vda');
    expect(record?.values.get('block.0.capacity')).toBe(1_048_576n);
    expect(record?.values.get('net.count')).toBe(1);
    expect(record?.values.get('dirtyrate.calc_mode')).toBe('page-sampling');
  });

  it.each([
    ['errorNotRunning', 55, 'VIR_ERR_OPERATION_INVALID', 'Requested operation is not valid: domain is not running'],
    [
      'errorAlreadyRunning',
      55,
      'VIR_ERR_OPERATION_INVALID',
      'Requested operation is not valid: domain is already running',
    ],
    [
      'errorAgentNotConnected',
      86,
      'VIR_ERR_AGENT_UNRESPONSIVE',
      'Guest agent is not responding: QEMU guest agent is not connected',
    ],
    [
      'errorAgentCommand',
      1,
      'VIR_ERR_INTERNAL_ERROR',
      "internal error: unable to execute QEMU agent command 'guest-nonsense': The command guest-nonsense has not been found",
    ],
    ['errorNoDomain', 42, 'VIR_ERR_NO_DOMAIN', "Domain not found: no domain with matching name 'probe'"],
  ])('%s', (name, libvirtCode, codeName, message) => {
    const { header, payload } = recorded('libvirtd-replies.json', name);
    expect(header.status).toBe(messageStatus.error);
    const error = decodeWith(remoteError, payload);
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({ code: 'remote', libvirtCode, codeName, message, level: 'error' });
  });
});

describe('our calls are, byte for byte, those of virsh 9.0', () => {
  const domain = running;
  const calls: Partial<Record<ProcedureName, unknown>> = {
    authList: undefined,
    connectOpen: { name: 'qemu:///system', flags: 0 },
    connectClose: undefined,
    domainLookupByName: { name: 'probe' },
    domainCreateWithFlags: { domain: inactive, flags: 8 },
    domainGetState: { domain, flags: 0 },
    domainGetControlInfo: { domain, flags: 0 },
    domainGetXmlDesc: { domain, flags: 3 },
    connectGetAllDomainStats: {
      domains: [domain],
      stats: statsGroupBits(['state', 'cpu', 'vcpu']),
      flags: statsFlagBits({ noWait: true, enforceStats: true }),
    },
    domainAgentCommand: { domain, command: '{"execute":"guest-ping"}', timeout: 7, flags: 0 },
    domainSuspend: { domain },
    domainResume: { domain },
    domainReset: { domain, flags: 0 },
    domainReboot: { domain, flags: 0 },
    domainShutdown: { domain },
    domainDestroy: { domain },
    connectDomainEventCallbackRegisterAny: { eventId: 18, domain: null },
    connectDomainEventCallbackDeregisterAny: { callbackId: 15 },
  };

  it.each(Object.entries(calls))('%s', (name, args) => {
    const { program, number, args: codec } = procedures[name as ProcedureName] as Procedure<unknown, unknown>;
    const virsh = recorded('virsh-calls.json', name);
    const header = { ...virsh.header, program: program.number, version: program.version, procedure: number };
    expect(encodePacket(header, encodeWith(codec, args))).toEqual(recordedBytes('virsh-calls.json').get(name));
  });
});

describe('a reply cut short anywhere', () => {
  const rows = Object.entries({
    authList: procedures.authList,
    nodeInfo: procedures.nodeGetInfo,
    listAllDomains: procedures.connectListAllDomains,
    domainStats: procedures.connectGetAllDomainStats,
    domainXml: procedures.domainGetXmlDesc,
  } as Record<string, Procedure<unknown, unknown>>);

  it.each(rows)('%s is a ProtocolError', (name, { ret }) => {
    const { payload } = recorded('libvirtd-replies.json', name);
    for (let length = 0; length < payload.length; length++) {
      expect(() => decodeWith(ret, payload.subarray(0, length))).toThrow(ProtocolError);
    }
  });
});

describe('the table', () => {
  it('has no number twice in a program', () => {
    const keys = Object.values(procedures).map(({ program, number }) => `${program.number}/${number}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('refuses what is not a UUID', () => {
    expect(() => encodeWith(procedures.domainLookupByUuid.args, { uuid: 'probe' })).toThrow(ProtocolError);
  });
});
