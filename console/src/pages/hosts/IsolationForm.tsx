import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Field, Input, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { pathOf } from '../../oms/client.ts';
import { useOms, useRefusal } from '../../oms/context.ts';
import type { Isolation } from '@faultline/contracts';
import { Refusal } from '../../parts/Refusal.tsx';
import { SignedForm } from '../../parts/SignedForm.tsx';
import { SPANS } from '../../parts/spans.ts';
import { dateTime } from '../../parts/texts.ts';

/** Without an end of its own. */
const UNTIL_ENDED = 0;

interface Props {
  host: string;
  isolation: Isolation | null;
  /** The OMS's clock. */
  now: number;
  onChanged: () => void;
}

/** Takes a host out of use and back into it, for those who may (A31). */
export function IsolationForm({ host, isolation, now, onChanged }: Props) {
  const styles = useStyles2(getStyles);
  const refusal = useRefusal();
  const [isOpen, setOpen] = useState(false);
  const changed = () => {
    setOpen(false);
    onChanged();
  };
  return (
    <section aria-label="Isolation">
      {isolation !== null && (
        <Alert severity="warning" title="It is isolated" className={styles.alert}>
          {isolation.why} ({isolation.by}, since {dateTime(isolation.since)}
          {isolation.until === undefined ? '' : `, until ${dateTime(isolation.until)}`})
        </Alert>
      )}
      {refusal !== null ? (
        <Refusal />
      ) : isOpen ? (
        <Form host={host} isolation={isolation} now={now} onChanged={changed} onCancel={() => setOpen(false)} />
      ) : (
        <Button variant="secondary" size="sm" onClick={() => setOpen(true)}>
          {isolation === null ? 'Isolate …' : 'Put back into use …'}
        </Button>
      )}
    </section>
  );
}

function Form({ host, isolation, now, onChanged, onCancel }: Props & { onCancel: () => void }) {
  const styles = useStyles2(getStyles);
  const { client } = useOms();
  const [why, setWhy] = useState('');
  const [spanMs, setSpanMs] = useState<number>(UNTIL_ENDED);
  const path = `/api/v1/hosts/${encodeURIComponent(host)}/isolation`;
  // Whether it ends or begins is what was asked for when the form was opened: meanwhile somebody else may have been here.
  const [ends] = useState(isolation !== null);

  const send = (by: string) => {
    if (ends) {
      return client.send('DELETE', pathOf(path, { by }));
    }
    const until = spanMs === UNTIL_ENDED ? {} : { until: now + spanMs };
    return client.send('PUT', path, { by, why: why.trim(), ...until });
  };
  return (
    <SignedForm
      what={
        ends
          ? `Operations are done on ${host} again.`
          : `Nothing is created, started, attached or migrated on, to or from ${host}. What runs there can be saved and stopped.`
      }
      verb={ends ? 'Put back into use' : `Isolate ${host}`}
      isReady={ends || why.trim() !== ''}
      send={send}
      onDone={onChanged}
      onCancel={onCancel}
    >
      {!ends && (
        <>
          <Field noMargin label="Why" htmlFor="faultline-why" required>
            <Input
              id="faultline-why"
              value={why}
              maxLength={1000}
              autoFocus
              onChange={(event) => setWhy(event.currentTarget.value)}
            />
          </Field>
          <Field noMargin label="For how long">
            <RadioButtonGroup
              aria-label="For how long"
              size="sm"
              options={[{ label: 'until it is ended', value: UNTIL_ENDED }, ...SPANS]}
              value={spanMs}
              onChange={setSpanMs}
              className={styles.spans}
            />
          </Field>
        </>
      )}
    </SignedForm>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  alert: css({ margin: theme.spacing(0, 0, 1) }),
  spans: css({ flexWrap: 'wrap' }),
});
