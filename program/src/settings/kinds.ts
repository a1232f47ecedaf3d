import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';

/** What a setting can be: how its text becomes a value, and what is allowed, for the operator. */
export interface Kind<T> {
  readonly allowed: string;
  /** The value, or undefined where the text is none that is allowed. */
  readonly read: (text: string) => T | undefined;
  /** The flag needs no value: `--x` is true, `--no-x` false. */
  readonly isSwitch?: true;
}

export interface Address {
  /** An IPv6 address comes without its brackets. Empty: every address of the machine. */
  host: string;
  port: number;
}

const DURATION_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function readDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * DURATION_MS[unit as keyof typeof DURATION_MS];
}

/** Text that the pattern finds. */
export function text(options: { pattern: RegExp; allowed: string; atMostCharacters?: number }): Kind<string> {
  const { pattern, allowed, atMostCharacters = 1024 } = options;
  return { allowed, read: (given) => (given.length <= atMostCharacters && pattern.test(given) ? given : undefined) };
}

export function oneOf<const T extends string>(values: readonly T[]): Kind<T> {
  return { allowed: values.join(', '), read: (given) => values.find((value) => value === given) };
}

/** On or off: `--x` or `--no-x` as a flag, `true` or `false` where it is written out. */
export const toggle: Kind<boolean> & { readonly isSwitch: true } = {
  allowed: 'true, false',
  read: (given) => (given === 'true' ? true : given === 'false' ? false : undefined),
  isSwitch: true,
};

/** A whole number, both ends included. `of` names what is counted. */
export function integer({ from, to, of }: { from: number; to: number; of?: string }): Kind<number> {
  const allowed = `a whole number ${of === undefined ? '' : `of ${of} `}from ${from} to ${to}`;
  const read = (given: string): number | undefined => {
    const value = /^\d{1,15}$/.test(given) ? Number(given) : NaN;
    return value >= from && value <= to ? value : undefined;
  };
  return { allowed, read };
}

/** A duration in milliseconds, both ends included; written as `500ms`, `15s`, `10m`, `1h` or `90d`. */
export function duration({ from, to, example }: { from: string; to: string; example: string }): Kind<number> {
  const [least = NaN, most = NaN] = [readDuration(from), readDuration(to)];
  const read = (given: string): number | undefined => {
    const value = readDuration(given) ?? NaN;
    return value >= least && value <= most ? value : undefined;
  };
  return { allowed: `a duration from ${from} to ${to}, such as ${example}`, read };
}

/** An absolute path; what is written relative is meant from `base`, or from where the program was started. */
export function folder({ allowed = 'a folder', base = '' }: { allowed?: string; base?: string } = {}): Kind<string> {
  return { allowed, read: (given) => (given === '' ? undefined : resolve(base, given)) };
}

/** An absolute path of a file; whether it is there, only reading it tells. */
export const file = folder({ allowed: 'a file' });

/** Where to listen. With `hostOfBarePort`, a port alone will do; with `isHostOptional`, `:PORT` is every address. */
export function address(options: {
  leastPort: number;
  example: string;
  hostOfBarePort?: string;
  isHostOptional?: true;
}): Kind<Address> {
  const read = (given: string): Address | undefined => {
    const everywhere = options.isHostOptional === true ? /^:(\d{1,5})$/.exec(given) : null;
    const [, bracketed, plain, digits = everywhere?.[1]] =
      /^(?:(?:\[([^\]]*)\]|([^:[\]\s]+)):)?(\d{1,5})$/.exec(given) ?? [];
    if (bracketed !== undefined && !isIPv6(bracketed)) return undefined;
    const host = everywhere === null ? (bracketed ?? plain ?? options.hostOfBarePort) : '';
    const port = Number(digits ?? NaN);
    return host !== undefined && port >= options.leastPort && port <= 65_535 ? { host, port } : undefined;
  };
  const allowed = `HOST:PORT with a port from ${options.leastPort} to 65535, such as ${options.example}`;
  return { allowed, read };
}

/** An http or https URL without user and password, which `fetch` refuses. */
export function httpUrl({ allowed, query }: { allowed: string; query: boolean }): Kind<string> {
  const read = (given: string): string | undefined => {
    const isWhole = /^https?:\/\/[^\s/?#@]+(\/\S*)?$/.test(given) && URL.canParse(given);
    return isWhole && (query || !/[?#]/.test(given)) ? given : undefined;
  };
  return { allowed, read };
}

/** A libvirt connection URI by its form; which drivers and transports we speak, only connecting tells. */
export const libvirtUri = text({
  pattern: /^[a-z][a-z0-9]*(\+[a-z0-9]+)?:\/\/\S*$/,
  allowed: 'a libvirt URI, such as qemu:///system',
});

/** The levels of pino, from the least severe. */
export const logLevel = oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']);

/** How log lines are written: for machines and people, or for machines. */
export const logFormat = oneOf(['logfmt', 'json']);
