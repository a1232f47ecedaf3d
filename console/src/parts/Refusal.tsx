import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { useOms, useRefusal } from '../oms/context.ts';

/** Says why the person may not act here, in place of what they could do; says nothing to those who may. */
export function Refusal() {
  const refusal = useRefusal();
  const { feed, token } = useOms();
  const styles = useStyles2(getStyles);
  if (refusal === null || refusal === undefined) {
    return null;
  }
  return (
    <p className={styles.refusal} data-testid="faultline-refusal">
      {refusal}
      {feed.status?.recording === null && (
        <Button size="sm" variant="secondary" onClick={() => token.want(true)}>
          Use a token …
        </Button>
      )}
    </p>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  refusal: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    margin: 0,
    color: theme.colors.text.secondary,
  }),
});
