import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, useStyles2 } from '@grafana/ui';
import { useState, type FormEvent, type ReactNode } from 'react';
import { OmsError } from '../oms/client.ts';
import { isPerson, keepPerson, PersonField, usePerson } from './Person.tsx';

interface Props {
  /** What it does, for those who hear it. */
  label?: string;
  what: ReactNode;
  /** On the button that sends it. */
  verb: string;
  /** Whether all fields but the person's name are filled in. */
  isReady: boolean;
  /** Sends it in that person's name; what it rejects with is shown, and the form stays. */
  send: (by: string) => Promise<unknown>;
  onDone: () => void;
  onCancel: () => void;
  /** Its fields. */
  children?: ReactNode;
}

/** A small form within a page, for what is done in a person's name; sent once, however often the button is pressed. */
export function SignedForm({ label, what, verb, isReady, send, onDone, onCancel, children }: Props) {
  const styles = useStyles2(getStyles);
  const [person, setPerson] = usePerson();
  const [failure, setFailure] = useState<string>();
  const [isSending, setSending] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isSending) {
      return;
    }
    setSending(true);
    setFailure(undefined);
    const by = person.trim();
    try {
      await send(by);
      keepPerson(by);
      onDone();
    } catch (reason) {
      setFailure(reason instanceof OmsError ? reason.message : String(reason));
      setSending(false);
    }
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate aria-label={label}>
      <p className={styles.what}>{what}</p>
      {children}
      <PersonField value={person} onChange={setPerson} />
      {failure !== undefined && <Alert severity="error" title={failure} className={styles.alert} />}
      <div className={styles.buttons}>
        <Button type="submit" size="sm" disabled={isSending || !isPerson(person) || !isReady}>
          {verb}
        </Button>
        <Button type="button" size="sm" variant="secondary" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    margin: theme.spacing(1, 0, 2),
    padding: theme.spacing(1.5),
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
  }),
  what: css({ margin: 0 }),
  alert: css({ margin: 0 }),
  buttons: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
});
