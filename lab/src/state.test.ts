import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { extendState, newState } from './plan.ts';
import { parseState, readState, writeState } from './state.ts';

const state = extendState(newState('tcg', '/cache/guest-1'), { hosts: 2 });

describe('state file', () => {
  it('is read as it was written, and nothing half-written stays', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lab-state-'));
    try {
      expect(await readState(folder)).toBeUndefined();
      await writeState(folder, state);
      expect(await readState(folder)).toEqual(state);
      expect(await readdir(folder)).toEqual(['lab.json']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    ['', 'is not JSON'],
    ['{"version":1', 'is not JSON'],
    ['[]', '/lab/lab.json'],
    [JSON.stringify({ ...state, version: 2 }), '/version'],
    [JSON.stringify({ ...state, accelerator: 'magic' }), '/accelerator'],
    [JSON.stringify({ ...state, hosts: [{ ...state.hosts[0], name: '../../etc' }] }), '/hosts/0/name'],
    [JSON.stringify({ ...state, guests: [{ ...state.guests[0], uuid: 'x' }] }), '/guests/0/uuid'],
    [JSON.stringify({ ...state, guests: [{ ...state.guests[0], onCrash: 'explode' }] }), '/guests/0/onCrash'],
  ])('that says %j is damaged, and the message says where', (text, place) => {
    const damaged = { code: 'state-damaged', message: expect.stringContaining(place) as unknown };
    expect(() => parseState(text, '/lab/lab.json')).toThrow(expect.objectContaining(damaged));
  });
});
