import { useLayoutEffect, useState } from 'react';
import { widthBeside } from '../timeline/beside.ts';

/**
 * The width that the drawer leaves of the panel. It is measured before anything is shown, so that the chart never stands for a moment
 * under the drawer that opens.
 */
export function useWidthBeside(
  panel: React.RefObject<HTMLElement | null>,
  drawer: HTMLElement | null,
  width: number,
): number {
  const [room, setRoom] = useState(Infinity);
  useLayoutEffect(() => {
    const own = panel.current;
    if (!drawer || !own) {
      setRoom(Infinity);
      return;
    }
    const measure = () => setRoom(drawer.getBoundingClientRect().left - own.getBoundingClientRect().left);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(drawer);
    watch.observe(own);
    // A wider window moves the drawer and need not change its size.
    window.addEventListener('resize', measure);
    return () => {
      watch.disconnect();
      window.removeEventListener('resize', measure);
    };
  }, [panel, drawer]);
  return widthBeside(width, room);
}
