import type React from 'react';
import { useLayoutEffect } from 'react';
import { state } from '../timeline/layers/state.ts';
import { timeAxis, type TimeAxisBoxes } from '../timeline/layers/timeAxis.ts';
import type { TimelineTheme } from '../timeline/theme.ts';
import { AXIS_HEIGHT, type OverviewLayout, type OverviewRow } from './place.ts';

interface Bars {
  rows: OverviewRow[];
  first: number;
  end: number;
  scrollTop: number;
  layout: OverviewLayout;
  viewHeight: number;
  width: number;
  axis: TimeAxisBoxes;
  colours: TimelineTheme;
}

/** Paints the bars in sight, and the axis below them, on a canvas that does not scroll. */
export function useBars(canvas: React.RefObject<HTMLCanvasElement | null>, bars: Bars): void {
  const { rows, first, end, scrollTop, layout, viewHeight, width, axis, colours } = bars;
  useLayoutEffect(() => {
    const ctx = canvas.current?.getContext('2d');
    if (!canvas.current || !ctx) {
      return;
    }
    const height = viewHeight + AXIS_HEIGHT;
    const ratio = window.devicePixelRatio || 1;
    canvas.current.width = Math.round(width * ratio);
    canvas.current.height = Math.round(height * ratio);
    canvas.current.style.width = `${width}px`;
    canvas.current.style.height = `${height}px`;
    ctx.scale(ratio, ratio);
    timeAxis.paint(ctx, axis, colours);
    ctx.save();
    ctx.beginPath();
    ctx.rect(0, 0, width, viewHeight);
    ctx.clip();
    ctx.translate(0, first * layout.rowHeight - scrollTop);
    for (const row of rows.slice(first, end)) {
      state.paint(ctx, row.boxes, colours);
      ctx.translate(0, layout.rowHeight);
    }
    ctx.restore();
  }, [canvas, rows, first, end, scrollTop, layout, viewHeight, width, axis, colours]);
}
