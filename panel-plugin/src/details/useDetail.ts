import type { DataFrame, PanelData } from '@grafana/data';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Subscription, timer } from 'rxjs';
import { texts } from '../texts.ts';
import { askDetail, sourceOf, type DetailQuery } from './ask.ts';

export type Detail<Found> =
  | { state: 'loading' }
  | { state: 'failed'; message: string; retry: () => void }
  | { state: 'empty' }
  | { state: 'found'; record: Found };

/** How often an operation that still runs is asked for again. */
const AGAIN_MS = 2000;

/**
 * One record from the data source of the panel's frames. While `lasts(record)` it is asked for again, and what was
 * found stays on show meanwhile; also when `version` changes.
 */
export function useDetail<Found>(
  { type, id }: DetailQuery,
  data: PanelData,
  version: string,
  read: (frames: DataFrame[]) => Found | null,
  lasts: (record: Found) => boolean,
): Detail<Found> {
  const [answer, setAnswer] = useState<{ id: string; detail: Detail<Found> }>({ id, detail: { state: 'loading' } });
  const [attempt, setAttempt] = useState(0);
  const again = useCallback(() => setAttempt((n) => n + 1), []);
  // The panel's data is new with every refresh; a refresh alone is no reason to ask.
  const latest = useRef({ data, read, lasts });
  useEffect(() => {
    latest.current = { data, read, lasts };
  });

  useEffect(() => {
    const { data } = latest.current;
    const settle = (detail: Detail<Found>) => setAnswer({ id, detail });
    const retry = () => {
      settle({ state: 'loading' });
      again();
    };
    const source = sourceOf(data);
    if (!source) {
      settle({ state: 'failed', message: texts.drawer.noSource, retry });
      return;
    }
    const running = new Subscription();
    const answered = askDetail(source, { type, id }, data.request, data.timeRange).subscribe({
      next: (frames) => {
        const record = latest.current.read(frames);
        settle(record ? { state: 'found', record } : { state: 'empty' });
        if (record && latest.current.lasts(record)) {
          running.add(timer(AGAIN_MS).subscribe(again));
        }
      },
      error: (error: unknown) => {
        settle({ state: 'failed', message: error instanceof Error ? error.message : messageIn(error), retry });
      },
    });
    running.add(answered);
    return () => running.unsubscribe();
  }, [type, id, version, attempt, again]);

  return answer.id === id ? answer.detail : { state: 'loading' };
}

/** Grafana's fetch rejects with plain objects. */
function messageIn(error: unknown): string {
  const seen = error as { data?: { message?: string }; message?: string; statusText?: string } | null;
  return seen?.data?.message ?? seen?.message ?? seen?.statusText ?? String(error);
}
