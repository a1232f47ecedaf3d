import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Field, RadioButtonGroup, TextArea, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import type { AlarmRecord as Alarm } from '@faultline/contracts';
import { useOms, useRefusal } from '../../oms/context.ts';
import { Refusal } from '../../parts/Refusal.tsx';
import { SignedForm } from '../../parts/SignedForm.tsx';
import { SPANS } from '../../parts/spans.ts';
import { actsOn, requestOf, type Act } from './acts.ts';

const VERBS: Record<Act, string> = {
  acknowledge: 'Acknowledge',
  shelve: 'Shelve',
  unshelve: 'Take off the shelf',
  note: 'Add a note',
  close: 'Close',
};
const WHAT: Record<Act, string> = {
  acknowledge: 'Says that somebody looks after it.',
  shelve: 'Hides it for a while; it comes back by itself, and at once if it gets worse.',
  unshelve: 'Shows it among the open alarms again.',
  note: 'Is kept in its history.',
  close: 'It is done with, until it happens again.',
};

/** What can be done about an alarm, each with who, why, and for how long. */
export function AlarmActs({ alarm, onDone }: { alarm: Alarm; onDone: () => void }) {
  const styles = useStyles2(getStyles);
  const refusal = useRefusal();
  const [act, setAct] = useState<Act | null>(null);
  if (refusal !== null) {
    return <Refusal />;
  }
  const acts = actsOn(alarm);
  if (act !== null && acts.includes(act)) {
    const done = () => {
      setAct(null);
      onDone();
    };
    return <ActForm key={act} alarm={alarm} act={act} onDone={done} onCancel={() => setAct(null)} />;
  }
  return (
    <div className={styles.acts} role="group" aria-label="What to do about it">
      {acts.map((each, index) => (
        <Button
          key={each}
          size="sm"
          variant={index === 0 && each !== 'note' ? 'primary' : 'secondary'}
          onClick={() => setAct(each)}
        >
          {VERBS[each]}
        </Button>
      ))}
    </div>
  );
}

function ActForm(props: { alarm: Alarm; act: Act; onDone: () => void; onCancel: () => void }) {
  const { alarm, act, onDone, onCancel } = props;
  const styles = useStyles2(getStyles);
  const { client, feed } = useOms();
  const [note, setNote] = useState('');
  const [spanMs, setSpanMs] = useState<number>(SPANS[0].value);
  const send = (by: string) => {
    const now = feed.status?.now ?? Date.now();
    const { path, body } = requestOf(alarm.id, act, { by, note, spanMs, now });
    return client.send('POST', path, body);
  };
  return (
    <SignedForm
      label={VERBS[act]}
      what={
        <>
          <b>{VERBS[act]}.</b> {WHAT[act]}
        </>
      }
      verb={VERBS[act]}
      isReady={act !== 'note' || note.trim() !== ''}
      send={send}
      onDone={onDone}
      onCancel={onCancel}
    >
      {act === 'shelve' && (
        <Field noMargin label="For how long">
          <RadioButtonGroup
            aria-label="For how long"
            size="sm"
            options={[...SPANS]}
            value={spanMs}
            onChange={setSpanMs}
            className={styles.spans}
          />
        </Field>
      )}
      <Field noMargin label={act === 'note' ? 'Note' : 'Why'} htmlFor="faultline-note" required={act === 'note'}>
        <TextArea
          id="faultline-note"
          rows={2}
          maxLength={4096}
          value={note}
          autoFocus
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      </Field>
    </SignedForm>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  acts: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), margin: theme.spacing(1, 0, 2) }),
  spans: css({ flexWrap: 'wrap' }),
});
