import type { DomainState, RawState } from '@faultline/contracts';
import type { DrawnState, ShownState } from '../timeline/model.ts';

/** virDomainState by number, as libvirt-domain.h counts them; every libvirt exporter hands the number on. */
const BY_NUMBER = [
  'nostate',
  'running',
  'blocked',
  'paused',
  'shutdown',
  'shutoff',
  'crashed',
  'pmsuspended',
] as const satisfies DomainState[];

/** `before`: as what it was drawn as before; `nothing`: where libvirt does not know, or another host has the VM now. */
type Reduction = DrawnState | 'before' | 'nothing';

/** A state and its reason to one of the four that are drawn (A22), as the OMS does it (its `REDUCTIONS`; a test compares). */
const REDUCTIONS: Record<DomainState, Record<string, Reduction>> = {
  nostate: { '*': 'nothing' },
  running: { 'postcopy-failed': 'abnormal', '*': 'running' },
  blocked: { '*': 'running' },
  paused: {
    migration: 'before',
    postcopy: 'before',
    snapshot: 'before',
    dump: 'before',
    'starting-up': 'before',
    'shutting-down': 'stopped',
    ioerror: 'abnormal',
    watchdog: 'abnormal',
    crashed: 'abnormal',
    'postcopy-failed': 'abnormal',
    'api-error': 'abnormal',
    '*': 'dormant',
  },
  shutdown: { '*': 'stopped' },
  shutoff: {
    saved: 'dormant',
    migrated: 'nothing',
    crashed: 'abnormal',
    failed: 'abnormal',
    daemon: 'abnormal',
    '*': 'stopped',
  },
  crashed: { '*': 'abnormal' },
  pmsuspended: { '*': 'dormant' },
};

/** What other sources call them; keys are lower case. Nova's states are among them, and the exporters' descriptions. */
const WORDS: Record<string, DrawnState> = {
  running: 'running',
  active: 'running',
  up: 'running',
  poweredon: 'running',
  blocked: 'running',
  'the domain is running': 'running',
  'the domain is blocked on resource': 'running',
  resized: 'running',
  dormant: 'dormant',
  paused: 'dormant',
  suspended: 'dormant',
  pmsuspended: 'dormant',
  hibernated: 'dormant',
  saved: 'dormant',
  'the domain is paused by user': 'dormant',
  'the domain is suspended by guest power management': 'dormant',
  stopped: 'stopped',
  shutoff: 'stopped',
  'shut off': 'stopped',
  shutdown: 'stopped',
  poweredoff: 'stopped',
  off: 'stopped',
  building: 'stopped',
  shelved: 'stopped',
  shelved_offloaded: 'stopped',
  'soft-delete': 'stopped',
  'the domain is shut off': 'stopped',
  'the domain is being shut down': 'stopped',
  abnormal: 'abnormal',
  crashed: 'abnormal',
  faulty: 'abnormal',
  failed: 'abnormal',
  error: 'abnormal',
  down: 'abnormal',
  rescued: 'abnormal',
  'the domain is crashed': 'abnormal',
};

export function domainState(code: number): DomainState | null {
  return BY_NUMBER[code] ?? null;
}

export function domainStateNamed(name: string): DomainState | null {
  return BY_NUMBER.find((state) => state === name) ?? null;
}

/** @returns null where nothing is claimed, `before` where what was drawn goes on */
export function reductionOf({ state, reason }: RawState): DrawnState | 'before' | null {
  const byReason = REDUCTIONS[state];
  const drawn = (Object.hasOwn(byReason, reason) ? byReason[reason] : undefined) ?? byReason['*'] ?? 'nothing';
  return drawn === 'nothing' ? null : drawn;
}

/** Whether the host has the VM's process: a host without it does not speak against one that has. */
export function isActive(state: DomainState): boolean {
  return state !== 'shutoff' && state !== 'nostate';
}

/** What a word of any source is drawn as; `paused (ioerror)` is libvirt's state with its reason. */
export function stateOfWord(word: string): ShownState {
  const lower = word.trim().toLowerCase();
  const [, name = '', reason = ''] = /^(\w+) \(([^)]*)\)$/.exec(lower) ?? [];
  const libvirtState = domainStateNamed(name);
  if (libvirtState) {
    const drawn = reductionOf({ state: libvirtState, reason });
    return drawn === null || drawn === 'before' ? 'unknown' : drawn;
  }
  return (Object.hasOwn(WORDS, lower) ? WORDS[lower] : undefined) ?? 'unknown';
}

/** As our own frames write a raw state. */
export function rawOf({ state, reason }: RawState): string {
  return reason && reason !== 'unknown' ? `${state} (${reason})` : state;
}
