import { DOMAIN_STATES } from '@faultline/contracts';
import { describe, expect, it } from '@jest/globals';
import { reductionOf as reductionOfOms } from '../../../oms/src/states/drawn.ts';
import { domainReasonNames } from '../../../libvirt/src/names/states.ts';
import { domainState, isActive, rawOf, reductionOf, stateOfWord } from './libvirt.ts';

describe("libvirt's states", () => {
  it('have the numbers of libvirt-domain.h', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8, -1, 1.5, NaN].map(domainState)).toEqual([
      ...DOMAIN_STATES,
      null,
      null,
      null,
      null,
    ]);
  });

  it.each(DOMAIN_STATES)('%s is drawn as the OMS draws it, for every reason', (state) => {
    for (const reason of [...domainReasonNames[state], '', 'reason-99', 'constructor']) {
      const oms = reductionOfOms({ state, reason });
      expect([reason, reductionOf({ state, reason })]).toEqual([
        reason,
        oms === 'handed-over' || oms === 'nothing' ? null : oms,
      ]);
    }
  });

  it('are active where the host has the process', () => {
    expect(DOMAIN_STATES.filter((state) => !isActive(state))).toEqual(['nostate', 'shutoff']);
  });

  it.each([
    ['running', 'running'],
    [' Running ', 'running'],
    ['paused (ioerror)', 'abnormal'],
    ['paused (user)', 'dormant'],
    ['paused (migration)', 'unknown'],
    ['shutoff', 'stopped'],
    ['the domain is crashed', 'abnormal'],
    ['ACTIVE', 'running'],
    ['', 'unknown'],
    ['constructor', 'unknown'],
    ['<b>running</b>', 'unknown'],
  ])('in the word %j are %s', (word, state) => {
    expect(stateOfWord(word)).toBe(state);
  });

  it('are written with their reason where libvirt gives one', () => {
    expect(rawOf({ state: 'paused', reason: 'ioerror' })).toBe('paused (ioerror)');
    expect(rawOf({ state: 'running', reason: 'unknown' })).toBe('running');
  });
});
