import { describe, expect, it } from '@jest/globals';
import type { Host as ControlledHost } from '@faultline/contracts';
import { hindranceOf } from './hindrance.ts';

const host = (more: Partial<ControlledHost> = {}): ControlledHost => ({
  ...{ name: 'hA', controlled: true, vms: 1, isolation: null },
  ...more,
});
const isolation = { by: 'ana', why: 'its memory fails', since: 0 };
const start = { whileIsolated: false, states: ['stopped'] } as const;
const stop = { whileIsolated: true } as const;
const vm = { name: 'web', host: 'hA', state: 'stopped' } as const;

describe('what speaks against an operation', () => {
  it('is nothing where the OMS would do it', () => {
    expect(hindranceOf(start, vm, [host()])).toBeNull();
    expect(hindranceOf(stop, vm, [host({ isolation })])).toBeNull();
  });

  it('blocks what the OMS would refuse', () => {
    expect(hindranceOf(start, vm, [])).toMatchObject({ blocks: true, why: expect.stringContaining('hA') });
    expect(hindranceOf(start, vm, [host({ controlled: false })])).toMatchObject({ blocks: true });
    expect(hindranceOf(start, vm, [host({ isolation })])).toMatchObject({
      blocks: true,
      why: expect.stringMatching(/ana.*its memory fails/),
    });
  });

  it('says what may make no sense, and leaves it to the person: what is known may be old', () => {
    expect(hindranceOf(start, { ...vm, state: 'running' }, [host()])).toMatchObject({
      blocks: false,
      why: expect.stringContaining('running'),
    });
    expect(hindranceOf(stop, { ...vm, state: null }, [host()])).toMatchObject({ blocks: false });
  });
});
