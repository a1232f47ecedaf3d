import type { EvidenceChannel, Fault, Recommendation } from '@faultline/contracts';
import type { FindingOf } from './findings.ts';

type Pattern = { [C in EvidenceChannel]?: readonly FindingOf<C>[] };

/** One row of the table. */
export interface Rule {
  name: string;
  /** What must have been found, channel by channel; a channel that is not named may say anything. */
  when: Pattern;
  /** What would be found, too, if it is so: each makes it surer, and what contradicts it less sure. */
  expects?: Pattern;
  fault: Fault;
  cause: string;
  /** 0-1, with nothing but `when`. */
  confidence: number;
  recommended: Recommendation;
}

const RUNS = { path: ['answers'], libvirt: ['answers'], domain: ['running'] } as const satisfies Pattern;
const UNWANTED = { path: ['answers'], libvirt: ['answers'], intent: ['nobody'] } as const satisfies Pattern;

/**
 * The table: the first row that is met decides. What nobody knows meets only rows that name it, so that silence never becomes a fault of the
 * VM; what somebody wanted is not repaired (B23, F2); a crash is dealt with by the host's state in the same cycle (B4, B12).
 */
export const RULES: readonly Rule[] = [
  // Nobody tells of the VM: that is a fault of the way to it, until a second watcher says otherwise (C3).
  {
    name: 'nobody-tells',
    when: { path: ['silent'] },
    fault: 'undetermined',
    cause: 'the host is not heard, and nobody else was asked: whether the VM runs is not known',
    confidence: 0.5,
    recommended: 'wait',
  },
  {
    name: 'libvirt-unreachable',
    when: { path: ['answers'], libvirt: ['unreachable'] },
    expects: { services: ['not-active'] },
    fault: 'monitor',
    cause: 'the host is there and its libvirt does not answer: of the VM nothing is known',
    confidence: 0.8,
    recommended: 'check-monitoring',
  },
  {
    name: 'state-not-told',
    when: { domain: ['not-told'] },
    fault: 'undetermined',
    cause: 'nobody tells the state of the VM',
    confidence: 0.5,
    recommended: 'wait',
  },

  // Somebody wanted it.
  {
    name: 'stopped-from-inside',
    when: { domain: ['stopped', 'dormant'], intent: ['by-guest'] },
    fault: 'operator-intent',
    cause: 'the guest shut itself down',
    confidence: 0.95,
    recommended: 'nothing',
  },
  {
    name: 'meant',
    when: { domain: ['stopped', 'dormant'], intent: ['meant'] },
    fault: 'operator-intent',
    cause: 'an operation put it into this state',
    confidence: 0.95,
    recommended: 'nothing',
  },
  {
    name: 'under-way',
    when: { intent: ['under-way'] },
    fault: 'operator-intent',
    cause: 'an operation is under way',
    confidence: 0.8,
    recommended: 'wait',
  },
  {
    name: 'dormant',
    when: { domain: ['dormant'] },
    fault: 'operator-intent',
    cause: 'it is paused or saved, as only a request does',
    confidence: 0.7,
    recommended: 'nothing',
  },

  // It crashed.
  {
    name: 'panic-on-a-sick-host',
    when: { ...UNWANTED, domain: ['panicked'], host: ['abnormal'] },
    fault: 'host',
    cause: 'the guest crashed in a cycle in which its host was abnormal',
    confidence: 0.7,
    recommended: 'move-to-another-host',
  },
  {
    name: 'panic',
    when: { ...UNWANTED, domain: ['panicked'], host: ['normal'] },
    fault: 'guest',
    cause: 'the guest crashed while its host was well',
    confidence: 0.95,
    recommended: 'restart-in-place',
  },
  {
    name: 'panic-host-not-known',
    when: { ...UNWANTED, domain: ['panicked'] },
    fault: 'guest',
    cause: 'the guest crashed; how its host was in that cycle is not known',
    confidence: 0.8,
    recommended: 'wait',
  },
  {
    name: 'process-gone-on-a-sick-host',
    when: { ...UNWANTED, domain: ['process-gone'], host: ['abnormal'] },
    fault: 'host',
    cause: 'QEMU ended without having been asked to, in a cycle in which its host was abnormal',
    confidence: 0.8,
    recommended: 'move-to-another-host',
  },
  {
    name: 'process-gone',
    when: { ...UNWANTED, domain: ['process-gone'], host: ['normal'] },
    fault: 'vm',
    cause: 'QEMU ended without having been asked to, while its host was well',
    confidence: 0.95,
    recommended: 'restart-in-place',
  },
  {
    name: 'process-gone-host-not-known',
    when: { ...UNWANTED, domain: ['process-gone'] },
    fault: 'vm',
    cause: 'QEMU ended without having been asked to; how its host was in that cycle is not known',
    confidence: 0.8,
    recommended: 'wait',
  },
  {
    name: 'io-error',
    when: { domain: ['io-error'] },
    expects: { external: ['path-lost'] },
    fault: 'storage',
    cause: 'a disk of the host failed the VM, which is paused for it',
    confidence: 0.9,
    recommended: 'check-storage',
  },
  {
    name: 'watchdog',
    when: { domain: ['watchdog'] },
    expects: { 'guest-agent': ['silent'] },
    fault: 'guest',
    cause: 'the guest stopped feeding its watchdog',
    confidence: 0.9,
    recommended: 'reboot',
  },
  {
    name: 'stopped-unexplained',
    when: { ...UNWANTED, domain: ['stopped'] },
    fault: 'undetermined',
    cause: 'it is off, and no operation that is known explains it',
    confidence: 0.5,
    recommended: 'wait',
  },

  // It runs, and is not well.
  {
    name: 'frozen',
    when: { ...RUNS, control: ['stuck', 'broken'], 'guest-io': ['still'] },
    expects: { 'guest-agent': ['silent'] },
    fault: 'vm',
    cause: 'QEMU does not answer, and the guest does nothing',
    confidence: 0.85,
    recommended: 'reboot',
  },
  {
    name: 'control-stuck',
    when: { ...RUNS, control: ['stuck', 'broken'], 'guest-io': ['moving'] },
    fault: 'monitor',
    cause: 'QEMU does not answer libvirt, and the guest goes on working',
    confidence: 0.8,
    recommended: 'check-monitoring',
  },
  {
    name: 'control-stuck-io-not-known',
    when: { ...RUNS, control: ['stuck', 'broken'] },
    expects: { 'guest-agent': ['silent'] },
    fault: 'vm',
    cause: 'QEMU does not answer; whether the guest works is not known',
    confidence: 0.6,
    recommended: 'wait',
  },
  {
    name: 'read-only-by-storage',
    when: { ...RUNS, 'guest-filesystem': ['read-only'], external: ['path-lost'] },
    fault: 'storage',
    cause: 'a file system of the guest went read-only, and the host lost a way to storage',
    confidence: 0.9,
    recommended: 'check-storage',
  },
  {
    name: 'read-only',
    when: { ...RUNS, 'guest-filesystem': ['read-only'] },
    fault: 'guest',
    cause: 'a file system of the guest went read-only after an error in it',
    confidence: 0.7,
    recommended: 'look-into-guest',
  },
  {
    name: 'guest-hung',
    when: { ...RUNS, 'guest-agent': ['silent'], 'guest-io': ['still'] },
    expects: { control: ['free'] },
    fault: 'guest',
    cause: 'the guest neither answers nor does anything, while QEMU is well',
    confidence: 0.75,
    recommended: 'reboot',
  },
  {
    name: 'agent-lost',
    when: { ...RUNS, 'guest-agent': ['silent'], 'guest-io': ['moving'] },
    expects: { control: ['free'] },
    fault: 'monitor',
    cause: 'the guest agent does not answer, and the guest goes on working',
    confidence: 0.75,
    recommended: 'look-into-guest',
  },
  {
    name: 'gateway-lost',
    when: { ...RUNS, 'guest-network': ['gateway-lost'] },
    expects: { 'guest-agent': ['answers'] },
    fault: 'communication',
    cause: 'the guest does not reach its gateway',
    confidence: 0.75,
    recommended: 'check-network',
  },
  {
    name: 'external-lost',
    when: { ...RUNS, 'guest-network': ['external-lost'] },
    expects: { 'guest-agent': ['answers'] },
    fault: 'communication',
    cause: 'the guest reaches its gateway and nothing beyond it',
    confidence: 0.75,
    recommended: 'check-network',
  },
  {
    name: 'host-abnormal',
    when: { ...RUNS, host: ['abnormal'] },
    fault: 'host',
    cause: 'the VM runs on a host that is abnormal',
    confidence: 0.7,
    recommended: 'check-host',
  },
  {
    name: 'well',
    when: RUNS,
    expects: { control: ['free'], 'guest-agent': ['answers'], 'guest-io': ['moving'], 'guest-network': ['ok'] },
    fault: 'none',
    cause: 'it runs, and nothing that is known speaks against it',
    confidence: 0.7,
    recommended: 'nothing',
  },
];
