/** One scrape: its text and how long it took. */
export interface Scrape {
  text: string;
  tookMs: number;
}

/** Scrapes once, as Prometheus does. @throws when there is no answer within `timeoutMs` */
export async function scrape(url: string, timeoutMs = 10_000): Promise<Scrape> {
  const began = performance.now();
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text.slice(0, 200)}`);
  return { text, tookMs: performance.now() - began };
}

/** The value of a series without labels, or with exactly those. */
export function valueOf(text: string, series: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? NaN : Number(line.slice(series.length + 1));
}
