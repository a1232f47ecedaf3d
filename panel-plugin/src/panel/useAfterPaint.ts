import { useEffect, useState } from 'react';

/** False until the first picture is on the screen: what can be reached, and not seen, comes in the frame after it. */
export function useAfterPaint(): boolean {
  const [isAfter, setAfter] = useState(false);
  useEffect(() => {
    // The first of these comes before the picture is painted, in the same frame.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => setAfter(true));
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return isAfter;
}
