import type { GuestNic, GuestPing, PingResult } from '@faultline/contracts';
import { describe, expect, it } from '@jest/globals';
import type { GuestFileSystem } from '../../guests/file-systems.ts';
import { countInARow, type GuestReport } from '../../guests/report.ts';
import { verdictOf } from '../../guests/verdict.ts';
import type { DomainSnapshot } from '../../snapshot.ts';
import type { AlarmRule } from '../rule.ts';
import { guestAgentLost } from './guest-agent-lost.ts';
import { guestExternalAbnormal } from './guest-external-abnormal.ts';
import { guestFileSystemErrors } from './guest-filesystem-errors.ts';
import { guestFileSystemReadOnly } from './guest-filesystem-read-only.ts';
import { guestGatewayAbnormal } from './guest-gateway-abnormal.ts';

const vm = { name: 'web', uuid: '11111111-1111-4111-8111-111111111111' };
const ROUNDS = 2;

const ping = (address: string | null, result: PingResult): GuestPing => ({
  address,
  result,
  exitCode: 0,
  text: 'said',
});
const nic = (result: PingResult): GuestNic => ({
  mac: '52:54:00:00:00:01',
  ip: '10.0.0.5',
  addressConfirmed: true,
  type: 'extranet',
  gateway: ping('10.0.0.1', result),
});

function reportOf(more: Partial<GuestReport> = {}): GuestReport {
  const report = {
    uuid: vm.uuid,
    at: 1000,
    durationMs: 5,
    agent: 'answering' as const,
    agentText: '',
    execEnabled: true,
    os: 'linux' as const,
    external: ping('192.0.2.1', 'ok'),
    nics: [nic('ok')],
    fileSystems: [],
    suppressed: null,
    everAnswered: true,
    answeredAt: 1000,
    inARow: { silent: 0, external: 0, gateway: 0 },
    ...more,
  };
  return { verdict: verdictOf(report), ...report };
}

/** What the rule says round after round; `null` is a cycle without a report, `'off'` one in which the VM is off. */
function judge(rule: AlarmRule, rounds: (Partial<GuestReport> | null | 'off')[]): (string | undefined)[] {
  let inARow = { silent: 0, external: 0, gateway: 0 };
  return rounds.map((round) => {
    const domain = { ...vm, id: round === 'off' ? -1 : 1 } as DomainSnapshot;
    let guest: GuestReport | undefined;
    if (round !== null && round !== 'off') {
      const report = reportOf(round);
      inARow = countInARow(inARow, report);
      guest = { ...report, inARow };
    }
    const state = { state: 'running' as const, reason: 'booted' };
    return rule.judge({ host: 'nc1', at: 1000, vm, state, domain, guest }, undefined).finding?.status;
  });
}

const lost = guestAgentLost(ROUNDS);
const silent: Partial<GuestReport> = {
  agent: 'silent',
  external: ping('192.0.2.1', 'unknown'),
  nics: [nic('unknown')],
};
const explained: Partial<GuestReport> = {
  ...silent,
  verdict: 'unknown',
  suppressed: { reason: 'snapshot', since: 1 },
};

describe('guest-agent-lost', () => {
  it('is raised after so many silent rounds, stays without a word while one cannot tell, and ends with an answer', () => {
    expect(judge(lost, [{}, silent, silent, null, silent, {}])).toEqual([
      'absent',
      undefined,
      'present',
      undefined,
      'present',
      'absent',
    ]);
  });

  it('neither counts nor ends while something explains the silence', () => {
    expect(judge(lost, [silent, explained, explained, silent])).toEqual([undefined, undefined, undefined, 'present']);
  });

  it.each<[string, Partial<GuestReport>, string | undefined]>([
    ['a guest that never had an agent', { ...silent, agent: 'disconnected', everAnswered: false }, undefined],
    ['a channel that stays open and says nothing', { ...silent, everAnswered: false }, 'present'],
    ['an agent that ended', { ...silent, agent: 'disconnected' }, 'present'],
    ['a VM without a channel', { ...silent, agent: 'no-channel', everAnswered: false }, 'absent'],
    ['a freeze that lasts beyond the limit', { ...silent, agent: 'frozen', verdict: 'agent-unavailable' }, 'present'],
    ['a VM that could not be asked', { ...silent, agent: 'unknown' }, undefined],
  ])('judges %s', (_case, round, status) => {
    expect(judge(lost, [round, round, round]).at(-1)).toBe(status);
  });

  it('ends when the VM is off', () => {
    expect(judge(lost, [silent, silent, 'off'])).toEqual([undefined, 'present', 'absent']);
  });
});

describe('guest-external-abnormal', () => {
  const external = (result: PingResult): Partial<GuestReport> => ({ external: ping('192.0.2.1', result) });

  it.each<[PingResult, string | undefined]>([
    ['abnormal', 'present'],
    ['ok', 'absent'],
    ['expected', 'absent'],
    ['not-configured', 'absent'],
    ['tool-missing', undefined],
    ['unknown', undefined],
  ])('of "%s" says %s (D11, D15a, D19)', (result, status) => {
    expect(judge(guestExternalAbnormal(ROUNDS), [external(result), external(result)]).at(-1)).toBe(status);
  });

  it('waits for the second round, and a round that cannot tell neither raises nor clears', () => {
    const rounds = [
      external('abnormal'),
      external('unknown'),
      external('abnormal'),
      external('unknown'),
      external('ok'),
    ];
    expect(judge(guestExternalAbnormal(ROUNDS), rounds)).toEqual([
      undefined,
      undefined,
      'present',
      undefined,
      'absent',
    ]);
  });

  it('tells whom, how it ended and what was said (A43)', () => {
    const guest = { ...reportOf(external('abnormal')), inARow: { silent: 0, external: 2, gateway: 0 } };
    const domain = { ...vm, id: 1 } as DomainSnapshot;
    expect(guestExternalAbnormal(2).judge({ host: 'nc1', at: 1, vm, state: null, domain, guest }, undefined)).toEqual({
      finding: {
        status: 'present',
        cause: 'the guest does not reach 192.0.2.1',
        again: false,
        details: {
          host: 'nc1',
          address: '192.0.2.1',
          os: 'linux',
          exit: '0',
          said: 'said',
          rounds: '2',
          gateways: '10.0.0.1: ok',
        },
      },
    });
  });
});

describe('guest-gateway-abnormal', () => {
  it.each<[string, PingResult[], string | undefined]>([
    ['one of two does not answer', ['ok', 'abnormal'], 'present'],
    ['all answer', ['ok', 'ok'], 'absent'],
    ['one is not known to exist', ['ok', 'not-configured'], 'absent'],
    ['one cannot be told', ['ok', 'unknown'], undefined],
    ['there is no ping', ['tool-missing'], undefined],
  ])('when %s (D9, D10)', (_case, results, status) => {
    const round = { nics: results.map(nic) };
    expect(judge(guestGatewayAbnormal(ROUNDS), [round, round]).at(-1)).toBe(status);
  });
});

describe('file systems', () => {
  const fileSystem = (readOnly: boolean | null, errors: number | null = 0): Partial<GuestReport> => {
    const one: GuestFileSystem = {
      mountPoint: '/',
      source: '/dev/vda1',
      type: 'ext4',
      readOnly,
      evidence: null,
      errors,
    };
    return { fileSystems: [one] };
  };

  it.each<[string, Partial<GuestReport>, string | undefined, string | undefined]>([
    ['read-only', fileSystem(true, 2), 'present', 'absent'],
    ['writable', fileSystem(false), 'absent', 'absent'],
    ['writable with errors', fileSystem(false, 2), 'absent', 'present'],
    ['not known', fileSystem(null, 2), undefined, 'absent'],
    ['not readable', { fileSystems: null }, undefined, undefined],
  ])('that are %s (E18, E27)', (_case, round, readOnly, errors) => {
    expect(judge(guestFileSystemReadOnly, [round])).toEqual([readOnly]);
    expect(judge(guestFileSystemErrors, [round])).toEqual([errors]);
  });
});
