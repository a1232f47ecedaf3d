import { EVIDENCE_CHANNELS, type EvidenceChannel } from '@faultline/contracts';
import { describe, expect, it } from '@jest/globals';
import { diagnose } from './diagnose.ts';
import { FINDINGS, valueOf, type Findings } from './findings.ts';
import { RULES } from './rules.ts';

type Told = { [C in EvidenceChannel]?: keyof (typeof FINDINGS)[C] & string };

/** A VM that runs and is well, on a host that is well. */
const WELL: Required<Told> = {
  path: 'answers',
  libvirt: 'answers',
  domain: 'running',
  intent: 'nobody',
  control: 'free',
  'guest-agent': 'answers',
  'guest-io': 'moving',
  'guest-network': 'ok',
  'guest-filesystem': 'writable',
  host: 'normal',
  external: 'nothing-found',
  services: 'nothing-found',
};
/** Nothing of a guest is known while it does not run. */
const OFF: Told = {
  control: 'not-told',
  'guest-agent': 'not-told',
  'guest-io': 'not-told',
  'guest-network': 'not-told',
  'guest-filesystem': 'not-told',
};

const findings = (more: Told): Findings => {
  const told = { ...WELL, ...more };
  const entries = EVIDENCE_CHANNELS.map((channel) => [channel, { finding: told[channel], text: '', at: 1 }]);
  return Object.fromEntries(entries) as Findings;
};

/** A fixture for each row of the table. */
const FIXTURES: [rule: string, told: Told, fault: string, recommended: string][] = [
  [
    'nobody-tells',
    { path: 'silent', libvirt: 'not-told', domain: 'not-told', host: 'not-told', ...OFF },
    'undetermined',
    'wait',
  ],
  ['libvirt-unreachable', { libvirt: 'unreachable', domain: 'not-told', ...OFF }, 'monitor', 'check-monitoring'],
  ['state-not-told', { domain: 'not-told', ...OFF }, 'undetermined', 'wait'],
  ['stopped-from-inside', { domain: 'stopped', intent: 'by-guest', ...OFF }, 'operator-intent', 'nothing'],
  ['meant', { domain: 'stopped', intent: 'meant', ...OFF }, 'operator-intent', 'nothing'],
  ['under-way', { domain: 'passing', intent: 'under-way' }, 'operator-intent', 'wait'],
  ['dormant', { domain: 'dormant', ...OFF }, 'operator-intent', 'nothing'],
  ['panic-on-a-sick-host', { domain: 'panicked', host: 'abnormal', ...OFF }, 'host', 'move-to-another-host'],
  ['panic', { domain: 'panicked', ...OFF }, 'guest', 'restart-in-place'],
  ['panic-host-not-known', { domain: 'panicked', host: 'not-told-yet', ...OFF }, 'guest', 'wait'],
  ['process-gone-on-a-sick-host', { domain: 'process-gone', host: 'abnormal', ...OFF }, 'host', 'move-to-another-host'],
  ['process-gone', { domain: 'process-gone', ...OFF }, 'vm', 'restart-in-place'],
  ['process-gone-host-not-known', { domain: 'process-gone', host: 'nothing-known', ...OFF }, 'vm', 'wait'],
  ['io-error', { domain: 'io-error', external: 'path-lost', ...OFF }, 'storage', 'check-storage'],
  ['watchdog', { domain: 'watchdog', 'guest-agent': 'silent' }, 'guest', 'reboot'],
  ['stopped-unexplained', { domain: 'stopped', ...OFF }, 'undetermined', 'wait'],
  ['frozen', { control: 'stuck', 'guest-io': 'still', 'guest-agent': 'silent' }, 'vm', 'reboot'],
  ['control-stuck', { control: 'stuck' }, 'monitor', 'check-monitoring'],
  ['control-stuck-io-not-known', { control: 'stuck', 'guest-io': 'not-told' }, 'vm', 'wait'],
  ['read-only-by-storage', { 'guest-filesystem': 'read-only', external: 'path-lost' }, 'storage', 'check-storage'],
  ['read-only', { 'guest-filesystem': 'read-only' }, 'guest', 'look-into-guest'],
  ['guest-hung', { 'guest-agent': 'silent', 'guest-io': 'still', 'guest-network': 'not-told' }, 'guest', 'reboot'],
  ['agent-lost', { 'guest-agent': 'silent', 'guest-network': 'not-told' }, 'monitor', 'look-into-guest'],
  ['gateway-lost', { 'guest-network': 'gateway-lost' }, 'communication', 'check-network'],
  ['external-lost', { 'guest-network': 'external-lost' }, 'communication', 'check-network'],
  ['host-abnormal', { host: 'abnormal' }, 'host', 'check-host'],
  ['well', {}, 'none', 'nothing'],
];

describe('the table of verdicts', () => {
  it('has a fixture for each row, and no two rows of one name', () => {
    expect(FIXTURES.map(([rule]) => rule)).toEqual(RULES.map(({ name }) => name));
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
  });

  it.each(FIXTURES)('says %s', (rule, told, fault, recommended) => {
    expect(diagnose(findings(told))).toMatchObject({ rule, fault, recommended });
  });

  it('tells of every channel how it stands to the verdict', () => {
    const { evidence } = diagnose(findings({ control: 'stuck', 'guest-io': 'still' }));
    const by = (speaks: string) => evidence.filter((each) => each.speaks === speaks).map(({ channel }) => channel);
    expect(evidence.map(({ channel }) => channel)).toEqual(EVIDENCE_CHANNELS);
    expect([by('for'), by('against')]).toEqual([['path', 'libvirt', 'domain', 'control', 'guest-io'], ['guest-agent']]);
  });

  it('is surer with what would be so, too, and less sure with what contradicts it', () => {
    const confidence = (agent: Told['guest-agent']): number =>
      diagnose(findings({ control: 'stuck', 'guest-io': 'still', ...(agent && { 'guest-agent': agent }) })).confidence;
    expect([confidence('silent'), confidence('not-told'), confidence('answers')]).toEqual([0.9, 0.85, 0.8]);
  });

  it('claims nothing where no row is met', () => {
    expect(diagnose(findings({ domain: 'passing' }))).toMatchObject({
      rule: 'not-decided',
      fault: 'undetermined',
      recommended: 'wait',
    });
    expect(diagnose(findings({}), [])).toMatchObject({ fault: 'undetermined', confidence: 0.05 });
  });

  it('never has a VM acted upon where its state, or that of its host in the cycle, is not known (B4)', () => {
    const acts = ['restart-in-place', 'move-to-another-host', 'reboot'];
    const states = ['panicked', 'process-gone', 'stopped', 'io-error', 'not-told', 'passing'] as const;
    for (const domain of states) {
      for (const host of ['nothing-known', 'not-told-yet', 'not-told'] as const) {
        const { recommended } = diagnose(findings({ domain, host, ...OFF }));
        expect([domain, host, acts.includes(recommended)]).toEqual([domain, host, false]);
      }
    }
    for (const [, told] of FIXTURES.filter(([, { path }]) => path === 'silent')) {
      expect(acts).not.toContain(diagnose(findings(told)).recommended);
    }
  });

  it('never repairs what somebody wanted (F2)', () => {
    for (const domain of Object.keys(FINDINGS.domain) as (keyof typeof FINDINGS.domain)[]) {
      if (domain === 'watchdog' || domain === 'io-error') continue;
      const { recommended } = diagnose(findings({ domain, intent: 'meant', ...OFF }));
      expect([domain, ['restart-in-place', 'move-to-another-host', 'reboot'].includes(recommended)]).toEqual([
        domain,
        false,
      ]);
    }
  });

  it('takes what it does not know for unknown', () => {
    expect(valueOf('domain', 'no such finding')).toBe('unknown');
  });
});
