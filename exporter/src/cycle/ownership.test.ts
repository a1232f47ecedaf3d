import type { RawState } from '@faultline/contracts';
import { describe, expect, it } from '@jest/globals';
import { isHandOver, ownershipOf } from './ownership.ts';

const of = (state: RawState['state'], reason: string): RawState => ({ state, reason });
const mine = { owned: true, migrating: null };
const neither = { owned: false, migrating: null };
const coming = { owned: false, migrating: 'in' } as const;
const leaving = { owned: false, migrating: 'out' } as const;

describe('who owns a domain', () => {
  it.each([
    ['it runs', of('running', 'booted'), {}, mine],
    ['it runs and is being sent away', of('running', 'booted'), { leaves: true }, { owned: true, migrating: 'out' }],
    ['it came', of('running', 'migrated'), { before: coming }, mine],
    ['it came by post-copy, and its pages still come', of('running', 'postcopy'), { before: coming }, mine],
    ['it was paused by its user', of('paused', 'user'), {}, mine],
    [
      'it was paused by its user and is being sent away',
      of('paused', 'user'),
      { leaves: true },
      { owned: true, migrating: 'out' },
    ],
    ['it stands still for an I/O error', of('paused', 'ioerror'), {}, mine],
    ['it is being started, or restored', of('paused', 'starting-up'), {}, neither],
    ['it begins to come', of('paused', 'starting-up'), { before: coming }, coming],
    ['it comes', of('paused', 'migration'), {}, coming],
    ['it still comes', of('paused', 'migration'), { before: coming }, coming],
    ['it comes, seen from its start', of('paused', 'migration'), { before: neither }, coming],
    ['it stands still to leave', of('paused', 'migration'), { before: mine }, leaving],
    ['it still stands so', of('paused', 'migration'), { before: leaving }, leaving],
    ['it stands so, and only its job tells', of('paused', 'migration'), { leaves: true }, leaving],
    ['it has left by post-copy', of('paused', 'postcopy'), {}, leaving],
    ['its post-copy failed', of('paused', 'postcopy-failed'), {}, leaving],
    ['its migration was cancelled', of('running', 'migration-canceled'), { before: leaving }, mine],
    ['it left its definition behind', of('shutoff', 'migrated'), { id: -1 }, neither],
    ['it is shut off', of('shutoff', 'shutdown'), { id: -1 }, mine],
    ['it crashed', of('crashed', 'panicked'), {}, mine],
    ['nobody knows', null, {}, mine],
  ])(
    '%s',
    (
      _case,
      state,
      {
        id = 7,
        leaves = false,
        before = null,
      }: Partial<{
        id: number;
        leaves: boolean;
        before: typeof coming | typeof leaving | typeof mine | typeof neither | null;
      }>,
      expected,
    ) => {
      expect(ownershipOf({ id, state, leaves }, before)).toEqual(expected);
    },
  );
});

it.each([
  ['suspended', 'migrated', true],
  ['suspended', 'postcopy', true],
  ['stopped', 'migrated', true],
  ['suspended', 'paused', false],
  ['resumed', 'migrated', false],
  ['stopped', 'destroyed', false],
] as const)('%s (%s) hands over: %s', (event, detail, expected) => {
  const domain = { name: 'web', uuid: '11111111-1111-4111-8111-111111111111', id: 1 };
  expect(isHandOver({ kind: 'lifecycle', domain, event, detail })).toBe(expected);
});
