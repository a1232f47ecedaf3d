import type { RawState } from '@faultline/contracts';
import type { DomainEvent } from '@faultline/libvirt';
import type { Direction } from '../snapshot.ts';

/** Reasons for which a paused domain is one half of a migration: it runs on the other host, is about to, or no longer does. */
const PAUSED_FOR_MIGRATION = new Set(['migration', 'postcopy', 'postcopy-failed']);

/** What a host has to do with a domain that it lists. */
export interface Ownership {
  owned: boolean;
  migrating: Direction | null;
}

/**
 * Two hosts list a domain while it migrates, and often afterwards: the one that it comes to has it paused (starting-up, then
 * migration) until it runs there, the one that it leaves has it paused (migration, or postcopy) for the last moment and may keep
 * a definition, shut off (migrated). Neither of these copies is the domain. So at any moment at most one host owns it: the
 * source until it pauses it, the destination once it runs; between the two, for the downtime, nobody.
 *
 * What libvirtd forgets cannot be seen here: after its restart a definition that was left behind is shut off (unknown).
 *
 * @param before what the host had to do with this instance a cycle ago; null when it was not there
 */
export function ownershipOf(
  domain: { id: number; state: RawState | null; leaves: boolean },
  before: Ownership | null,
): Ownership {
  const { id, state, leaves } = domain;
  if (id < 0) return { owned: !(state?.state === 'shutoff' && state.reason === 'migrated'), migrating: null };
  if (state?.state !== 'paused') return { owned: true, migrating: leaves ? 'out' : null };
  if (state.reason === 'starting-up') return { owned: false, migrating: before?.migrating ?? null };
  if (!PAUSED_FOR_MIGRATION.has(state.reason)) return { owned: true, migrating: leaves ? 'out' : null };
  // Post-copy pauses the source only. A domain that was this host's own before can only be leaving.
  const isLeaving =
    leaves || state.reason !== 'migration' || (before !== null && (before.owned || before.migrating === 'out'));
  return { owned: false, migrating: isLeaving ? 'out' : 'in' };
}

/** The host that hears this no longer has the domain: told at once, the other host may have it before the next cycle. */
export function isHandOver(event: DomainEvent): boolean {
  if (event.kind !== 'lifecycle') return false;
  if (event.event === 'stopped') return event.detail === 'migrated';
  return event.event === 'suspended' && ['migrated', 'postcopy', 'postcopy-failed'].includes(event.detail);
}
