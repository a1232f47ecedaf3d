import type { PanelData, PanelProps } from '@grafana/data';
import { useMemo } from 'react';
import type { TimelineOptions } from '../options.ts';
import type { MessageAction } from '../panel/Message.tsx';
import { texts } from '../texts.ts';
import type { Timeline } from '../timeline/model.ts';
import { mappingFrom } from './mapping.ts';
import { suggestedRows } from './suggest.ts';
import { timelinesFromFrames } from './timelines.ts';

interface PanelTimelines {
  timelines: Timeline[];
  /** What is wrong with the queries, in words. */
  lines: string[];
  /** What the reader may do about it. */
  action: MessageAction | undefined;
}

/** The timelines in the panel's data, and what to tell about the queries that gave none. */
export function useTimelines({ data, options, onOptionsChange }: PanelProps<TimelineOptions>): PanelTimelines {
  const { series, timeRange } = data;
  const rangeEnd = timeRange.to.valueOf();
  const mapping = useMemo(() => mappingFrom(options.mapping), [options.mapping]);
  const { timelines, problems } = useMemo(
    () => timelinesFromFrames(series, mapping, { now: Date.now(), rangeEnd }),
    [series, mapping, rangeEnd],
  );
  const suggested = useMemo(() => {
    const unmapped = problems.flatMap(({ kind, query }) => (kind === 'unmapped' ? [query] : []));
    return suggestedRows(series, mapping, new Set(unmapped));
  }, [series, mapping, problems]);
  return {
    timelines,
    lines: [...failures(data), ...problems.map((problem) => texts.inputProblem(problem))],
    action:
      suggested.length === 0
        ? undefined
        : {
            label: texts.showAs(suggested),
            run: () => onOptionsChange({ ...options, mapping: [...mapping, ...suggested] }),
          },
  };
}

/** Which queries failed, while others may have answered. */
function failures({ errors, error }: PanelData): string[] {
  const all = errors ?? (error ? [error] : []);
  return all.map(({ refId, data, message, statusText }) =>
    texts.queryFailed(refId ?? '', data?.message ?? message ?? statusText ?? ''),
  );
}
