import type React from 'react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { scrollTo, type OverviewRow } from './place.ts';

/** The walk along the rows: which one has the focus, and what is scrolled to. */
export function useWalk(rows: OverviewRow[], opened: string | null, viewHeight: number, rowHeight: number) {
  const scroller = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [key, setActive] = useState(opened);
  // Who comes back from a VM's chart, or walks, has the focus follow.
  const follow = useRef(opened !== null);
  const active = Math.max(
    rows.findIndex((row) => row.key === key),
    0,
  );
  useLayoutEffect(() => {
    const view = scroller.current;
    if (view && follow.current) {
      view.scrollTop = scrollTo(active, view.scrollTop, viewHeight, rowHeight);
      setScrollTop(view.scrollTop);
    }
  }, [active, viewHeight, rowHeight]);
  useEffect(() => {
    if (follow.current) {
      follow.current = false;
      scroller.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
    }
  }, [active]);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const page = Math.max(Math.floor(viewHeight / rowHeight) - 1, 1);
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -rows.length,
      End: rows.length,
    };
    const step = steps[event.key];
    const next = rows[Math.min(Math.max(active + (step ?? 0), 0), rows.length - 1)];
    if (step !== undefined && next) {
      event.preventDefault();
      follow.current = next.key !== rows[active]?.key;
      setActive(next.key);
    }
  };
  const onScroll = (event: React.UIEvent) => setScrollTop(event.currentTarget.scrollTop);
  return { scroller, scrollTop, active, setActive, onKeyDown, onScroll };
}
