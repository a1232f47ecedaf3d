import { Drawer } from '@grafana/ui';
import { useCallback, type ReactNode } from 'react';
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
  return (
    <Drawer title={title} size="md" onClose={close}>
      <div data-testid={testId}>{children}</div>
    </Drawer>
  );
}

/** The address of the same list with one record open. */
export const openLink = (search: URLSearchParams, param: string, id: string): { search: string } => ({
  search: `?${changed(search, { [param]: id })}`,
});
