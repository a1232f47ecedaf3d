import { defineLayer } from '../layer.ts';
import { rightOf, xOf } from '../scale.ts';
import { ticksOf } from '../ticks.ts';

export interface TimeTick {
  time: number;
  x: number;
  label: string;
  /** Where the day begins or the axis does; empty elsewhere. */
  date: string;
}

export interface TimeAxisBoxes {
  ticks: TimeTick[];
  /** y of the x axis. */
  y: number;
  left: number;
  right: number;
  /** x of the OMS's clock, where that lies in the range: nothing is drawn past it. */
  nowX: number | null;
  /** Height of a line of labels, of which there are two where the band has room. */
  lineHeight: number;
}

const LINE_HEIGHT = 16;
/** Between two labels, in CSS pixels. */
const GAP = 20;

/** The running time as text labels below the x axis, and the grid lines of the one time scale (A12, A15, A17). */
export const timeAxis = defineLayer<TimeAxisBoxes>({
  id: 'time-axis',

  place(timeline, scale, options) {
    const msPerPx = (scale.to - scale.from) / scale.width;
    const sample = options.timeLabel(scale.from, msPerPx * 60);
    const labelWidth = Math.max(options.measure(sample.time), options.measure(sample.date)) + GAP;
    const { times, stepMs } = ticksOf(scale, msPerPx * labelWidth, (time) => options.zoneOffsetMs(time));
    const oneLine = options.band.height < 2 * LINE_HEIGHT;
    let lastDate = '';
    const ticks = times.map((time): TimeTick => {
      const label = options.timeLabel(time, stepMs);
      const newDate = label.date !== lastDate;
      const firstDate = lastDate === '';
      lastDate = label.date;
      return oneLine
        ? { time, x: xOf(scale, time), label: newDate && !firstDate ? label.date : label.time, date: '' }
        : {
            time,
            x: xOf(scale, time),
            label: label.time,
            date: newDate && label.date !== label.time ? label.date : '',
          };
    });
    return {
      ticks,
      y: options.band.top,
      left: scale.left,
      right: rightOf(scale),
      nowX: timeline.now > scale.from && timeline.now < scale.to ? xOf(scale, timeline.now) : null,
      lineHeight: LINE_HEIGHT,
    };
  },

  paint(ctx, { ticks, y, left, right, nowX }, theme) {
    ctx.save();
    ctx.fillStyle = theme.grid;
    for (const { x } of ticks) {
      ctx.fillRect(Math.round(x), 0, 1, y);
    }
    ctx.fillStyle = theme.axis;
    for (const { x } of ticks) {
      ctx.fillRect(Math.round(x), y, 1, 4);
    }
    ctx.fillRect(left, y, right - left, 1);
    if (nowX !== null) {
      ctx.strokeStyle = theme.axis;
      ctx.lineWidth = 1;
      ctx.setLineDash([2, 3]);
      ctx.beginPath();
      ctx.moveTo(Math.round(nowX) + 0.5, 0);
      ctx.lineTo(Math.round(nowX) + 0.5, y);
      ctx.stroke();
      ctx.setLineDash([]);
    }
    ctx.restore();
  },
});
