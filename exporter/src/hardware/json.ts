/** What comes from a BMC or a program is anything: these take of it what has the expected form, and nothing else. */

export type Json = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function listOf(value: unknown, max = 512): unknown[] {
  return Array.isArray(value) ? value.slice(0, max) : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 256) : undefined;
}

/** A number; some firmware writes it as text. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** The member at a path such as `Status.Health`. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((part, name) => objectOf(part)[name], value);
}
