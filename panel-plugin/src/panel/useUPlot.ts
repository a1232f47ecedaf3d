import { useLayoutEffect, useRef } from 'react';
import uPlot from 'uplot';
import { paintPicture, percentTicks, type Picture } from '../timeline/picture.ts';
import { timeAt } from '../timeline/scale.ts';
import type { TimelineTheme } from '../timeline/theme.ts';
import type { CpuSamples } from '../timeline/model.ts';

export interface PlotInput {
  picture: Picture;
  cpu: CpuSamples;
  theme: TimelineTheme;
  /** Time under the pointer, ms, with its place in the chart; null when the pointer leaves. */
  onPoint(point: { time: number; x: number; y: number } | null): void;
  onZoom(from: number, to: number): void;
  /** A double click. */
  onZoomOut(): void;
  /** A click that was no drag, with its place in the chart. */
  onClick(point: { time: number; x: number; y: number }): void;
}

/** Drags shorter than this are clicks. */
const MIN_DRAG_PX = 5;

/**
 * A uPlot chart in `container` that draws the picture: uPlot has the canvas, the grid lines, the cursor and the
 * selection by dragging; what is seen of the data are the picture's layers. The chart lives as long as the container.
 */
export function useUPlot(container: React.RefObject<HTMLDivElement | null>, input: PlotInput): void {
  const current = useRef(input);
  const plot = useRef<uPlot | null>(null);

  useLayoutEffect(() => {
    current.current = input;
  });

  useLayoutEffect(() => {
    if (!container.current) {
      return;
    }
    const made = new uPlot(plotOptions(current), [[], []], container.current);
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [container]);

  const { picture, cpu, theme } = input;
  // Before the browser paints, so that the canvas and the labels over it never show two different widths.
  useLayoutEffect(() => {
    const made = plot.current;
    if (!made) {
      return;
    }
    // Each of these only notes what is to be drawn: uPlot draws once, in a microtask, before the browser paints.
    if (made.width !== picture.width || made.height !== picture.height) {
      const moved = made.width !== picture.width;
      made.setSize({ width: picture.width, height: picture.height });
      if (moved) {
        // A pointer at rest is over another moment now; uPlot would move its cursor with the old one.
        made.setCursor({ left: -10, top: -10 });
      }
    }
    made.setData([cpu.times, cpu.values], false);
    made.setScale('x', { min: picture.scale.from, max: picture.scale.to });
    const [min, max] = percentRange(picture);
    made.setScale('percent', { min, max });
    made.redraw(false, true);
  }, [picture, cpu, theme]);
}

function plotOptions(current: React.RefObject<PlotInput>): uPlot.Options {
  const { picture } = current.current;
  const point = (plot: uPlot) => {
    const { left = -1, top = -1 } = plot.cursor;
    const { scale, bands } = current.current.picture;
    return left < 0 ? null : { time: timeAt(scale, scale.left + left), x: scale.left + left, y: bands.cpu.top + top };
  };
  return {
    width: picture.width,
    height: picture.height,
    ms: 1,
    legend: { show: false },
    padding: [
      () => current.current.picture.bands.cpu.top,
      () => current.current.picture.width - current.current.picture.scale.left - current.current.picture.scale.width,
      () => current.current.picture.bands.axis.height,
      0,
    ],
    cursor: {
      drag: { x: true, y: false, setScale: false, dist: MIN_DRAG_PX },
      points: { size: 7, width: 2 },
      bind: {
        dblclick: () => () => {
          current.current.onZoomOut();
          return null;
        },
      },
    },
    scales: {
      x: {
        time: false,
        auto: false,
        range: () => [current.current.picture.scale.from, current.current.picture.scale.to],
      },
      percent: { auto: false, range: () => percentRange(current.current.picture) },
    },
    axes: [
      { show: false },
      {
        scale: 'percent',
        size: () => current.current.picture.scale.left,
        splits: () => percentTicks(current.current.picture.bands.cpu).map(({ percent }) => percent),
        // Written beside the canvas, which moves.
        values: (_, splits) => splits.map(() => ''),
        ticks: { show: false },
        grid: { stroke: () => current.current.theme.grid, width: 1 },
      },
    ],
    series: [
      {},
      { scale: 'percent', stroke: () => current.current.theme.cpu.line, paths: () => null, points: { show: false } },
    ],
    hooks: {
      init: [
        (plot) => {
          // Not after a drag: of that uPlot lets no click through.
          plot.over.addEventListener('click', () => {
            const at = point(plot);
            if (at) {
              current.current.onClick(at);
            }
          });
        },
      ],
      draw: [
        (plot) => {
          plot.ctx.save();
          plot.ctx.scale(uPlot.pxRatio, uPlot.pxRatio);
          paintPicture(plot.ctx, current.current.picture, current.current.theme);
          plot.ctx.restore();
        },
      ],
      setCursor: [(plot) => current.current.onPoint(point(plot))],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width >= MIN_DRAG_PX) {
            const { scale } = current.current.picture;
            current.current.onZoom(timeAt(scale, scale.left + left), timeAt(scale, scale.left + left + width));
          }
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

/** The percent scale runs on below 0, under the labels and the state bar, so that 0 % is the foot of the CPU band. */
function percentRange({ bands }: Picture): [number, number] {
  const whole = bands.axis.top - bands.cpu.top;
  return [100 - (100 * whole) / bands.cpu.height, 100];
}
