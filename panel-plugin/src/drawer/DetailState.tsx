import { Alert, Button, LoadingPlaceholder } from '@grafana/ui';
import React from 'react';
import type { Detail } from '../details/useDetail.ts';
import { texts } from '../texts.ts';

interface DetailStateProps<Found> {
  detail: Detail<Found>;
  what: string;
  id: string;
  children: (record: Found) => React.ReactNode;
}

/** A record once it is there; before that, or when there is none, a word on it. */
export function DetailState<Found>({ detail, what, id, children }: DetailStateProps<Found>) {
  switch (detail.state) {
    case 'loading':
      return <LoadingPlaceholder text={texts.drawer.loading} />;
    case 'failed':
      return (
        <Alert severity="error" title={texts.drawer.failed} data-testid="faultline-detail-error">
          <p>{detail.message}</p>
          <Button size="sm" variant="secondary" icon="sync" onClick={detail.retry}>
            {texts.drawer.retry}
          </Button>
        </Alert>
      );
    case 'empty':
      return <Alert severity="info" title={texts.drawer.noRecord(what, id)} />;
    case 'found':
      return <>{children(detail.record)}</>;
  }
}
