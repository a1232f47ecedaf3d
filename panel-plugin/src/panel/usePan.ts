import type { AbsoluteTimeRange } from '@grafana/data';
import { useLayoutEffect, useRef } from 'react';
import { rightOf, timeAt, type TimeScale } from '../timeline/scale.ts';

/** A drag shorter than this was a click beside something. */
const MIN_PAN_PX = 5;

interface Drag {
  scale: TimeScale;
  beginX: number;
  /** How far the picture is from its place, in CSS pixels. */
  by: number;
}

/**
 * Dragging the time axis moves the picture along with the pointer, as in Grafana's own charts; when it is let go the time range follows. On the way
 * nothing is laid out or drawn anew: the browser moves what was painted, and what comes in at the edge is empty, because no data is there yet.
 *
 * @param frame what shows the picture, which is its one child
 * @returns what the time axis does with the pointer
 */
export function usePan(
  frame: React.RefObject<HTMLElement | null>,
  scale: TimeScale,
  onChangeTimeRange: (range: AbsoluteTimeRange) => void,
) {
  const drag = useRef<Drag | null>(null);

  // Let go, the picture waits where it is until it is drawn for its new place.
  useLayoutEffect(() => {
    if (!drag.current) {
      show(frame.current, scale, 0);
    }
  }, [frame, scale]);

  return {
    onPointerDown(event: React.PointerEvent<HTMLElement>) {
      if (event.button === 0) {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { scale, beginX: event.clientX, by: 0 };
      }
    },
    onPointerMove({ clientX }: React.PointerEvent) {
      if (drag.current) {
        const { width } = drag.current.scale;
        drag.current.by = Math.min(Math.max(clientX - drag.current.beginX, -width), width);
        show(frame.current, drag.current.scale, drag.current.by);
      }
    },
    onPointerUp() {
      const done = drag.current;
      drag.current = null;
      if (done && Math.abs(done.by) >= MIN_PAN_PX) {
        const { from, to, left } = done.scale;
        const later = Math.round(timeAt(done.scale, left - done.by) - from);
        onChangeTimeRange({ from: from + later, to: to + later });
      } else {
        show(frame.current, scale, 0);
      }
    },
    onPointerCancel() {
      drag.current = null;
      show(frame.current, scale, 0);
    },
  };
}

/** Shows the picture so far from its place, and of it only what is between the edges of the chart. */
function show(frame: HTMLElement | null, scale: TimeScale, by: number): void {
  const picture = frame?.firstElementChild;
  if (!frame || !(picture instanceof HTMLElement)) {
    return;
  }
  if (by === 0) {
    // Nothing is measured: this runs for every picture, before it is painted.
    frame.style.clipPath = '';
    picture.style.transform = '';
    picture.style.willChange = '';
  } else {
    frame.style.clipPath = `inset(0 ${frame.clientWidth - rightOf(scale)}px 0 ${scale.left}px)`;
    picture.style.transform = `translateX(${by}px)`;
    picture.style.willChange = 'transform';
  }
}
