/** `18:34:35`, in the browser's zone. */
export function timeOfDay(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB');
}

/** `23 Nov 2026, 18:34:35 – 18:41:02`, with the date repeated only where it changes. */
export function dateRange(from: number, to: number): string {
  const sameDay = new Date(from).toDateString() === new Date(to).toDateString();
  return `${dateTime(from)} – ${sameDay ? timeOfDay(to) : dateTime(to)}`;
}

function dateTime(at: number): string {
  const date = new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
  return `${date}, ${timeOfDay(at)}`;
}

/** `3 s`, `12 min`, `5 h`, `2 days`: one unit, rounded down. Negative ages (clocks apart) read as `0 s`. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min`;
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 48) {
    return `${hours} h`;
  }
  return `${Math.floor(hours / 24)} days`;
}
