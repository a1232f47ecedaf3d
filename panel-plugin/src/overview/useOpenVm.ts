import { locationService } from '@grafana/runtime';
import { useCallback, useEffect, useState } from 'react';

/** The parameter of the address that says which VM is open; of several panels on a page each has its own. */
const parameterOf = (panelId: number): string => (panelId > 0 ? `open-vm-${panelId}` : 'open-vm');

interface OpenVm {
  /** Of the VM whose chart is shown; null while the overview is. */
  shown: string | null;
  /** Of the one that was opened last: there the overview goes on. */
  last: string | null;
  /** Null is the way back to the overview. */
  open(key: string | null): void;
}

/** Which VM of the overview is open, kept in the page's address: a link, a reload and the browser's way back find it again. */
export function useOpenVm(panelId: number): OpenVm {
  const parameter = parameterOf(panelId);
  const [shown, setShown] = useState(() => addressed(parameter));
  const [last, setLast] = useState<string | null>(null);
  if (shown !== null && shown !== last) {
    setLast(shown);
  }
  const open = useCallback(
    (key: string | null) => {
      setShown(key);
      if (key !== addressed(parameter)) {
        locationService.partial({ [parameter]: key });
      }
    },
    [parameter],
  );
  useEffect(() => locationService.getHistory().listen(() => setShown(addressed(parameter))), [parameter]);
  return { shown, last, open };
}

const addressed = (parameter: string): string | null => locationService.getSearch().get(parameter);
