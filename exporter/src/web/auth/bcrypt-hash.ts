/** The greatest cost that is checked: each step doubles the time, and 16 is about five seconds already. */
const MAX_COST = 16;

/** Whether the text is a bcrypt hash whose check ends in a reasonable time. */
export function isBcryptHash(text: string): boolean {
  const cost = costOf(text);
  return cost !== null && cost >= 4 && cost <= MAX_COST;
}

/** The cost of a bcrypt hash, a power of two; null for what is no such hash. */
export function costOf(text: string): number | null {
  const [, cost] = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(text) ?? [];
  return cost === undefined ? null : Number(cost);
}

/** A hash that no password is known for, as costly as the costliest of these. */
export function hashOfNobody(hashes: Iterable<string>): string {
  const costs = [...hashes].map((hash) => costOf(hash) ?? 0);
  const cost = String(Math.max(10, ...costs)).padStart(2, '0');
  return `$2b$${cost}$......................${'.'.repeat(31)}`;
}
