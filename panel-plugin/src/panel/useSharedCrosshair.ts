import { DataHoverClearEvent, DataHoverEvent, type EventBus } from '@grafana/data';
import { useCallback, useEffect, useState } from 'react';

/** Tells the other panels where the pointer is in time, and hears it from them; null when it is nowhere. */
export function useSharedCrosshair(eventBus: EventBus): { remote: number | null; tell(time: number | null): void } {
  const [remote, setRemote] = useState<number | null>(null);
  useEffect(() => {
    const subscription = eventBus.getStream(DataHoverEvent).subscribe((event) => {
      const time: unknown = event.payload.point?.['time'];
      if (event.origin !== eventBus) {
        setRemote(typeof time === 'number' ? time : null);
      }
    });
    subscription.add(eventBus.getStream(DataHoverClearEvent).subscribe(() => setRemote(null)));
    return () => subscription.unsubscribe();
  }, [eventBus]);
  const tell = useCallback(
    (time: number | null) => {
      eventBus.publish(time === null ? new DataHoverClearEvent() : new DataHoverEvent({ point: { time } }));
    },
    [eventBus],
  );
  return { remote, tell };
}
