import { kinds } from '@faultline/program';

const AGO = kinds.duration({ from: '1s', to: '9600h', example: '90m' });

/** What `--from` and `--to` take. */
export const MOMENTS =
  "a time such as 2026-11-25T02:00Z or '2026-11-25 02:00' (local), how long ago (90m, 24h), or now";

/**
 * A moment as people write it, in ms.
 *
 * @returns undefined for what is none; see {@link MOMENTS}
 */
export function momentOf(text: string, now: number): number | undefined {
  if (text === 'now') return now;
  const ago = AGO.read(text.replace(/^-/, ''));
  if (ago !== undefined) return now - ago;
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  const at = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(at) ? undefined : at;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-25 02:00:00`, in this machine's time zone. */
export function dateTime(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(at)}`;
}

/** `02:00:00.250`, without the milliseconds where they are none. */
export function clock(at: number): string {
  const date = new Date(at);
  const ms = date.getMilliseconds();
  const seconds = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return ms === 0 ? seconds : `${seconds}.${String(ms).padStart(3, '0')}`;
}

/** `1 d 2 h`, `3 min 20 s`, `1.25 s`, `12 ms`: two units at most. */
export function lasting(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(2))} s`;
  const [big, small, bigName, smallName] =
    ms < 3_600_000
      ? [60_000, 1000, 'min', 's']
      : ms < 86_400_000
        ? [3_600_000, 60_000, 'h', 'min']
        : [86_400_000, 3_600_000, 'd', 'h'];
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)} ${bigName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}
