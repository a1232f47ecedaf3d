import { Type, type Static } from 'typebox';
import { Name, Text, Timestamp, VmUuid } from './scalars.ts';
import { VmRef } from './vm.ts';

/**
 * Whose fault it was. `guest`: the program inside. `vm`: its QEMU. `monitor`: what watches, and not what is watched. `operator-intent`: it was
 * meant. `none`: nothing is wrong. `undetermined`: the evidence does not decide.
 */
export const FAULTS = [
  'guest',
  'vm',
  'host',
  'communication',
  'storage',
  'monitor',
  'operator-intent',
  'none',
  'undetermined',
] as const;
export const Fault = Type.Enum(FAULTS);
export type Fault = Static<typeof Fault>;

/** Where evidence comes from. */
export const EVIDENCE_CHANNELS = [
  'path',
  'libvirt',
  'domain',
  'intent',
  'control',
  'guest-agent',
  'guest-io',
  'guest-network',
  'guest-filesystem',
  'host',
  'external',
  'services',
] as const;
export type EvidenceChannel = (typeof EVIDENCE_CHANNELS)[number];

/** What one channel says of the VM. Unknown is never taken for down (decision 7). */
export const Evidence = Type.Object(
  {
    channel: Type.Enum(EVIDENCE_CHANNELS),
    value: Type.Enum(['up', 'down', 'unknown']),
    /** One word for what was found, which the rules go by. */
    finding: Type.String(),
    /** The same for a person. */
    text: Text,
    /** When it was so; null where nothing was found. */
    at: Type.Union([Timestamp, Type.Null()]),
    /** Whether it speaks for the verdict, against it, or neither. */
    speaks: Type.Enum(['for', 'against', 'neither']),
  },
  { additionalProperties: false },
);
export type Evidence = Static<typeof Evidence>;

/** What a person, or the OMS where it may, is to do. `wait`: until more is known. */
export const RECOMMENDATIONS = [
  'nothing',
  'wait',
  'restart-in-place',
  'move-to-another-host',
  'reboot',
  'look-into-guest',
  'check-storage',
  'check-network',
  'check-host',
  'check-monitoring',
] as const;
export const Recommendation = Type.Enum(RECOMMENDATIONS);
export type Recommendation = Static<typeof Recommendation>;

/** A judgement of one VM at one moment, with what it was made of. */
export const Verdict = Type.Object(
  {
    vm: VmRef,
    host: Name,
    at: Timestamp,
    fault: Fault,
    /** Which row of the table it is (oms/src/verdicts/rules.ts). */
    rule: Type.String(),
    cause: Text,
    /** 0-1. */
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
    recommended: Recommendation,
    evidence: Type.Array(Evidence),
    /** The collection cycle of the host that it rests on (B4); null where there is none. */
    cycle: Type.Union([Type.Object({ number: Type.Integer(), at: Timestamp }), Type.Null()]),
  },
  { additionalProperties: false },
);
export type Verdict = Static<typeof Verdict>;

/** Parameters of `GET /api/v1/vms/:vm/diagnosis`. Absent: now. */
export const DiagnosisQuery = Type.Object({ at: Type.Optional(Timestamp) }, { additionalProperties: false });
export const DiagnosisParams = Type.Object({ vm: VmUuid }, { additionalProperties: false });
