/** How times and durations are written. `format` is the host's formatter for its time zone; patterns are moment's. */
export interface TimeWriter {
  format(time: number, pattern: string): string;
  zoneOffsetMs(time: number): number;
}

const DAY_MS = 86_400_000;

/** The label below a tick: as fine as the distance of the ticks asks for. */
export function tickLabel(writer: TimeWriter, time: number, stepMs: number): { time: string; date: string } {
  const date = writer.format(time, 'YYYY-MM-DD');
  if (stepMs >= 28 * DAY_MS) {
    return { time: writer.format(time, 'YYYY-MM'), date: '' };
  }
  if (stepMs >= DAY_MS) {
    return { time: writer.format(time, 'MM-DD'), date: writer.format(time, 'YYYY') };
  }
  const pattern = stepMs >= 60_000 ? 'HH:mm' : stepMs >= 1000 ? 'HH:mm:ss' : 'HH:mm:ss.SSS';
  return { time: writer.format(time, pattern), date };
}

export function fullTime(writer: TimeWriter, time: number): string {
  return writer.format(time, 'YYYY-MM-DD HH:mm:ss');
}

export function clockTime(writer: TimeWriter, time: number): string {
  return writer.format(time, 'HH:mm:ss');
}

export function exactTime(writer: TimeWriter, time: number): string {
  return writer.format(time, 'HH:mm:ss.SSS');
}

/** Two units at most, as `1 h 4 min`, `12.4 s`, `80 ms`. */
export function duration(ms: number): string {
  if (ms < 1000) {
    return `${Math.round(ms)} ms`;
  }
  if (ms < 60_000) {
    return `${(Math.round(ms / 100) / 10).toLocaleString('en')} s`;
  }
  const units: [number, string][] = [
    [DAY_MS, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ];
  const first = units.findIndex(([size]) => ms >= size);
  const [size, name] = units[first] ?? [1000, 's'];
  const [nextSize, nextName] = units[first + 1] ?? [1, 'ms'];
  const rest = Math.floor((ms % size) / nextSize);
  return `${Math.floor(ms / size)} ${name}${rest > 0 ? ` ${rest} ${nextName}` : ''}`;
}
