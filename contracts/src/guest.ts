import { Type, type Static } from 'typebox';
import { Count, Line, Lines, Name, RecordId, Text, Timestamp } from './scalars.ts';
import { VmRef } from './vm.ts';

/**
 * What became of the guest agent (D11). `silent`: the channel is open and nothing answers. `disconnected`: nobody holds the
 * guest's end. `frozen`: it answers, and says that file systems are frozen. `unknown`: it could not be asked.
 */
export const AGENT_STATES = ['answering', 'silent', 'disconnected', 'no-channel', 'frozen', 'unknown'] as const;
export type AgentState = (typeof AGENT_STATES)[number];

/** `unknown`: the agent could not or would not say (D15). */
export const GUEST_OSES = ['linux', 'windows', 'unknown'] as const;
export type GuestOs = (typeof GUEST_OSES)[number];

/**
 * What one ping found. `expected`: it failed, as it must in a VM with intranet NICs only (D19). `tool-missing`: there is no ping
 * in the guest (D15a). `unknown`: nothing can be concluded. `not-configured`: nobody said whom to ask.
 */
export const PING_RESULTS = ['ok', 'abnormal', 'expected', 'tool-missing', 'unknown', 'not-configured'] as const;
export type PingResult = (typeof PING_RESULTS)[number];

/** D17. `unknown` covers what is suppressed, too. */
export const GUEST_VERDICTS = [
  'ok',
  'external-abnormal',
  'gateway-abnormal',
  'both-abnormal',
  'agent-unavailable',
  'tool-missing',
  'unknown',
] as const;
export type GuestVerdict = (typeof GUEST_VERDICTS)[number];

export const NETWORK_TYPES = ['intranet', 'extranet'] as const;
export type NetworkType = (typeof NETWORK_TYPES)[number];

/** Why a guest's silence means nothing for a while. */
export const SUPPRESSIONS = ['pause', 'freeze', 'snapshot', 'migration', 'save', 'restore', 'dump', 'backup'] as const;
export type Suppression = (typeof SUPPRESSIONS)[number];

/** Addresses and raw words of a guest, bounded. */
const Address = Line(255, { minLength: 1 });
const RawText = Lines(512);
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** One ping: whom, what became of it, and what it was concluded from. */
export const GuestPing = Type.Object(
  {
    address: orNull(Address),
    result: Type.Enum(PING_RESULTS),
    /** Null: there was no end to read it from. Windows has codes of 32 bits without a sign. */
    exitCode: orNull(Type.Integer({ minimum: -(2 ** 31), maximum: 2 ** 32 - 1 })),
    /** What ping printed, or why it could not be run. */
    text: RawText,
  },
  { additionalProperties: false },
);
export type GuestPing = Static<typeof GuestPing>;

/** One NIC of the VM (D3). */
export const GuestNic = Type.Object(
  {
    mac: Type.String({ pattern: '^[0-9a-f]{2}(:[0-9a-f]{2}){5}$' }),
    /** As recorded for the VM, or else as the guest says. */
    ip: orNull(Address),
    /** Whether the guest has the NIC and the address recorded for it; null where it was not asked or nothing is recorded. */
    addressConfirmed: orNull(Type.Boolean()),
    type: orNull(Type.Enum(NETWORK_TYPES)),
    gateway: GuestPing,
  },
  { additionalProperties: false },
);
export type GuestNic = Static<typeof GuestNic>;

/** The result of one round of D's steps in one VM (D17). */
export const GuestProbeReport = Type.Object(
  {
    type: Type.Literal('guest-probe'),
    id: RecordId,
    vm: VmRef,
    /** When the round began. */
    at: Timestamp,
    durationMs: Count(),
    agent: Type.Enum(AGENT_STATES),
    /** What the agent or libvirt said where the agent was not answering. */
    agentText: Text,
    os: Type.Enum(GUEST_OSES),
    external: GuestPing,
    nics: Type.Array(GuestNic, { maxItems: 16 }),
    verdict: Type.Enum(GUEST_VERDICTS),
    /** Why silence was not held against the VM; null where nothing explains it, or no longer. */
    suppressed: orNull(
      Type.Object({ reason: Type.Enum(SUPPRESSIONS), since: Timestamp }, { additionalProperties: false }),
    ),
    /** Mount points of file systems that have gone read-only. */
    readOnly: Type.Array(Name, { maxItems: 32 }),
  },
  { additionalProperties: false },
);
export type GuestProbeReport = Static<typeof GuestProbeReport>;
