import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Field, Input, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { useState, type FormEvent } from 'react';
import { OmsError, pathOf } from '../../oms/client.ts';
import { useOms, useRefusal } from '../../oms/context.ts';
import type { Isolation } from '@faultline/contracts';
import { isPerson, keepPerson, PersonField, usePerson } from '../../parts/Person.tsx';
import { Refusal } from '../../parts/Refusal.tsx';
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
  const [person, setPerson] = usePerson();
  const [why, setWhy] = useState('');
  const [spanMs, setSpanMs] = useState<number>(UNTIL_ENDED);
  const [failure, setFailure] = useState<string>();
  const [isSending, setSending] = useState(false);
  const path = `/api/v1/hosts/${encodeURIComponent(host)}/isolation`;
  const by = person.trim();
  // Whether it ends or begins is what was asked for when the form was opened: meanwhile somebody else may have been here.
  const [ends] = useState(isolation !== null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isSending) {
      return;
    }
    setSending(true);
    setFailure(undefined);
    try {
      if (ends) {
        await client.send('DELETE', pathOf(path, { by }));
      } else {
        const until = spanMs === UNTIL_ENDED ? {} : { until: now + spanMs };
        await client.send('PUT', path, { by, why: why.trim(), ...until });
      }
      keepPerson(by);
      onChanged();
    } catch (reason) {
      setFailure(reason instanceof OmsError ? reason.message : String(reason));
      setSending(false);
    }
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
      {ends ? (
        <p className={styles.what}>Operations are done on {host} again.</p>
      ) : (
        <>
          <p className={styles.what}>
            Nothing is created, started, attached or migrated on, to or from {host}. What runs there can be saved and
            stopped.
          </p>
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
      <PersonField value={person} onChange={setPerson} />
      {failure !== undefined && <Alert severity="error" title={failure} className={styles.alert} />}
      <div className={styles.acts}>
        <Button type="submit" size="sm" disabled={isSending || !isPerson(person) || (!ends && why.trim() === '')}>
          {ends ? 'Put back into use' : `Isolate ${host}`}
        </Button>
        <Button type="button" size="sm" variant="secondary" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  alert: css({ margin: theme.spacing(0, 0, 1) }),
  form: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    padding: theme.spacing(1.5),
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
  }),
  what: css({ margin: 0 }),
  spans: css({ flexWrap: 'wrap' }),
  acts: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
});
