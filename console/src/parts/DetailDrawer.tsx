import { css } from '@emotion/css';
import { Drawer } from '@grafana/ui';
import { useCallback, useEffect, useRef, type ReactNode } from 'react';
import { useSearchParams } from 'react-router-dom';
import { changed } from './Filters.tsx';

interface Props {
  /** The parameter of the address that holds what is open: closing takes it away. */
  param: string;
  title: string;
  children: ReactNode;
  testId: string;
}

/** What is known of one record of a list, beside the list; the address says which, so that it can be sent to others. */
export function DetailDrawer({ param, title, children, testId }: Props) {
  const [, setSearch] = useSearchParams();
  const close = useCallback(() => setSearch((now) => changed(now, { [param]: '' })), [setSearch, param]);
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The drawer gives the focus to its close button, whose tooltip then takes the first Escape for itself.
    const timer = setTimeout(() => content.current?.focus());
    return () => clearTimeout(timer);
  }, []);
  return (
    <Drawer title={title} size="md" onClose={close}>
      <div ref={content} tabIndex={-1} className={plain} data-testid={testId}>
        {children}
      </div>
    </Drawer>
  );
}

/** It has the focus so that keys reach the drawer, and is nothing that one does something with. */
const plain = css({ '&:focus': { outline: 'none' }, '&:focus-visible': { outline: 'none', boxShadow: 'none' } });

/** The address of the same list with one record open. */
export const openLink = (search: URLSearchParams, param: string, id: string): { search: string } => ({
  search: `?${changed(search, { [param]: id })}`,
});
