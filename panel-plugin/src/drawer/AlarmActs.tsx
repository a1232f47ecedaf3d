import { css } from '@emotion/css';
import type { DataSourceRef, GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Combobox, Field, Input, useStyles2 } from '@grafana/ui';
import React, { useEffect, useState } from 'react';
import { actOnAlarm, mayAct, type AlarmAct } from '../details/act.ts';
import { sourceOf } from '../details/ask.ts';
import type { AlarmRecord } from '../details/records.ts';
import { texts } from '../texts.ts';
import type { DrawerProps } from './DetailDrawer.tsx';

const HOUR_MS = 3_600_000;
const SHELF_HOURS = [1, 4, 8, 24, 72, 168] as const;

type Doing = { state: 'idle' } | { state: 'busy' } | { state: 'failed'; message: string };

/** What a person can do about an alarm: say that somebody looks after it, or hide it for a while. Who may is for the OMS to say. */
export function AlarmActs({ record, data, onDone }: DrawerProps & { record: AlarmRecord; onDone(): void }) {
  const styles = useStyles2(actStyles);
  const [doing, setDoing] = useState<Doing>({ state: 'idle' });
  const [note, setNote] = useState('');
  const [hours, setHours] = useState<number>(SHELF_HOURS[0]);
  const source = sourceOf(data);
  const may = useMayAct(source);
  if (!source || record.operator === null || may === 'asking') {
    return null;
  }
  if (may === 'no') {
    return <p className={styles.acts}>{texts.drawer.mayNotAct}</p>;
  }
  const act = (what: AlarmAct) => {
    setDoing({ state: 'busy' });
    actOnAlarm(source, record.id, { ...what, ...(note.trim() === '' ? {} : { note: note.trim() }) }).then(
      () => {
        setDoing({ state: 'idle' });
        setNote('');
        onDone();
      },
      (error: unknown) =>
        setDoing({ state: 'failed', message: error instanceof Error ? error.message : String(error) }),
    );
  };
  const busy = doing.state === 'busy';
  const { state } = record.operator;
  return (
    <div className={styles.acts} data-testid="faultline-alarm-acts" data-state={state}>
      {doing.state === 'failed' && (
        <Alert severity="error" title={texts.drawer.notDone} data-testid="faultline-act-error">
          {doing.message}
        </Alert>
      )}
      <Field label={texts.drawer.note} className={styles.note}>
        <Input
          id="faultline-alarm-note"
          value={note}
          maxLength={1000}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      </Field>
      <div className={styles.row}>
        {state !== 'acknowledged' && state !== 'shelved' && (
          <Button size="sm" icon="check" disabled={busy} onClick={() => act({ act: 'acknowledge' })}>
            {texts.drawer.acknowledge}
          </Button>
        )}
        {state === 'shelved' ? (
          <Button size="sm" variant="secondary" disabled={busy} onClick={() => act({ act: 'unshelve' })}>
            {texts.drawer.unshelve}
          </Button>
        ) : (
          <>
            <Button
              size="sm"
              variant="secondary"
              icon="clock-nine"
              disabled={busy}
              onClick={() => act({ act: 'shelve', until: Date.now() + hours * HOUR_MS })}
            >
              {texts.drawer.shelve}
            </Button>
            <Combobox
              aria-label={texts.drawer.shelveFor}
              width={16}
              options={SHELF_HOURS.map((value) => ({ value, label: texts.drawer.hours(value) }))}
              value={hours}
              onChange={({ value }) => setHours(value)}
            />
          </>
        )}
      </div>
    </div>
  );
}

/** Whether acting is offered: who may not is told so, instead of being refused afterwards. */
function useMayAct(source: DataSourceRef | null): 'asking' | 'yes' | 'no' {
  const [may, setMay] = useState<'asking' | 'yes' | 'no'>('asking');
  const key = JSON.stringify(source);
  useEffect(() => {
    let here = true;
    const asked = JSON.parse(key) as DataSourceRef | null;
    const settle = (allowed: boolean) => here && setMay(allowed ? 'yes' : 'no');
    if (asked) {
      mayAct(asked).then(settle, () => settle(false));
    }
    return () => {
      here = false;
    };
  }, [key]);
  return may;
}

const actStyles = (theme: GrafanaTheme2) => ({
  acts: css({ margin: theme.spacing(2, 0) }),
  note: css({ marginBottom: theme.spacing(1) }),
  row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
});
