import { locationService } from '@grafana/runtime';
import { useCallback, useEffect, useState } from 'react';
import { selectionFrom, selectionText, type Selection } from './selection.ts';

/** The parameter of the address that says what is open; of several panels on a page each has its own. */
const parameterOf = (panelId: number): string => (panelId > 0 ? `open-${panelId}` : 'open');

/**
 * What is open, kept in the page's address: a link to it, a reload and the browser's way back find it again. A crowd of labels is not kept,
 * because it depends on the width of the chart.
 */
export function useSelection(panelId: number): [Selection | null, (selection: Selection | null) => void] {
  const parameter = parameterOf(panelId);
  const [selection, setSelection] = useState<Selection | null>(() => fromAddress(parameter));
  const select = useCallback(
    (next: Selection | null) => {
      setSelection(next);
      const text = next && selectionText(next);
      if (text !== addressText(parameter)) {
        locationService.partial({ [parameter]: text });
      }
    },
    [parameter],
  );
  useEffect(() => {
    // Also the browser's back and forward change it.
    const end = locationService.getHistory().listen(() => {
      setSelection((before) => {
        const there = addressText(parameter);
        return there === (before && selectionText(before)) ? before : fromAddress(parameter);
      });
    });
    return end;
  }, [parameter]);
  return [selection, select];
}

const addressText = (parameter: string): string | null => locationService.getSearch().get(parameter);

function fromAddress(parameter: string): Selection | null {
  const text = addressText(parameter);
  return text === null ? null : selectionFrom(text);
}
