import type { CDPSession, Page } from 'playwright-core';

interface TraceEvent {
  name: string;
  ts: number;
  dur?: number;
  tid: number;
  pid: number;
  args?: { name?: string };
}

/** What the page does a frame. */
const ACTIONS = {
  hover: `(frame) => {
    const over = document.querySelector('.u-over');
    const { left, top, width, height } = over.getBoundingClientRect();
    const at = { clientX: left + ((frame * 7) % width), clientY: top + height / 3, bubbles: true };
    over.dispatchEvent(new MouseEvent('mousemove', at));
  }`,
  // To and fro, where the pointer was pressed on the time axis.
  pan: `(frame) => {
    const axis = document.querySelector('[data-testid="faultline-time-axis"]');
    const { left, top, width } = axis.getBoundingClientRect();
    const clientX = left + width / 2 + (width / 3) * Math.sin(frame / 20);
    axis.dispatchEvent(new PointerEvent('pointermove', { clientX, clientY: top + 4, bubbles: true }));
  }`,
  // What a dashboard does when another panel is dragged, or its time range changes otherwise.
  range: `(frame) => window.testPage.move(frame * 60000)`,
};

/**
 * What the page's main thread does while something happens in each frame: its tasks, as Chromium traces them, summed up by frame.
 *
 * @returns ms: of all frames the 95th percentile, and the longest single task
 */
export async function frameWork(
  page: Page,
  cdp: CDPSession,
  action: keyof typeof ACTIONS,
  frames: number,
): Promise<{ p95: number; longest: number }> {
  const events: TraceEvent[] = [];
  const collect = ({ value }: { value: object[] }): void => void events.push(...(value as TraceEvent[]));
  cdp.on('Tracing.dataCollected', collect);
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata', 'blink.user_timing'],
    },
  });
  await page.evaluate(`(async () => {
    const act = ${ACTIONS[action]};
    performance.mark('faultline-begin');
    for (let frame = 0; frame < ${frames}; frame += 1) {
      performance.mark('faultline-frame');
      act(frame);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    performance.mark('faultline-end');
  })()`);
  const complete = new Promise<void>((resolve) => {
    cdp.once('Tracing.tracingComplete', () => {
      resolve();
    });
  });
  await cdp.send('Tracing.end');
  await complete;
  cdp.off('Tracing.dataCollected', collect);
  return workIn(events);
}

/** The work between the two marks, on the thread that set them. Pure. */
function workIn(events: readonly TraceEvent[]): { p95: number; longest: number } {
  const begin = events.find(({ name }) => name === 'faultline-begin');
  const end = events.find(({ name, ts }) => name === 'faultline-end' && ts > (begin?.ts ?? 0));
  if (begin === undefined || end === undefined) throw new Error('the trace does not hold what was to be measured');
  const tasks = events.filter(
    ({ name, tid, pid, ts, dur }) =>
      // Its like in the scheduler's own words, `ThreadControllerImpl::RunTask`, is the same work once more.
      name === 'RunTask' &&
      tid === begin.tid &&
      pid === begin.pid &&
      ts >= begin.ts &&
      ts <= end.ts &&
      dur !== undefined,
  );
  if (tasks.length === 0) throw new Error('the trace holds no tasks of the page');
  // What is done in a frame goes on, as one task, with its styles, layout and paint: a task is the frame's in which it ends.
  const frames = events.filter(
    ({ name, pid, tid }) => name === 'faultline-frame' && pid === begin.pid && tid === begin.tid,
  );
  const starts = frames
    .map(({ ts }) => ts)
    .filter((ts) => ts >= begin.ts && ts <= end.ts)
    .sort((a, b) => a - b);
  const perFrame = new Map<number, number>(starts.map((_, frame) => [frame, 0]));
  for (const { ts, dur = 0 } of tasks) {
    const frame = starts.findLastIndex((start) => start <= ts + dur);
    if (frame >= 0) perFrame.set(frame, (perFrame.get(frame) ?? 0) + dur / 1000);
  }
  const work = [...perFrame.values()].sort((a, b) => a - b);
  return {
    p95: work[Math.ceil(work.length * 0.95) - 1] ?? NaN,
    longest: Math.max(...tasks.map(({ dur = 0 }) => dur)) / 1000,
  };
}
