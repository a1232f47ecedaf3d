import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Field, Input, Modal, useStyles2 } from '@grafana/ui';
import { useState, useSyncExternalStore, type FormEvent } from 'react';
import { useOms } from '../oms/context.ts';
import { readToken, type TokenStore } from '../oms/token.ts';
import { Message } from '../parts/Message.tsx';

/** In place of the page, where the OMS does not say anything to whoever asks. */
export function AskToken({ token }: { token: TokenStore }) {
  const { refusal, text } = useSyncExternalStore(token.subscribe, token.snapshot);
  return (
    <Message
      title={text === null ? 'This OMS asks who you are' : 'The token is not taken'}
      testId="faultline-ask-token"
    >
      <p>The OMS says: {refusal}.</p>
      <TokenForm token={token} />
      {text !== null && (
        <Button variant="secondary" fill="text" onClick={() => token.forget()}>
          Go on without a token
        </Button>
      )}
    </Message>
  );
}

/** Over the page, where a person wants to name a token. */
export function TokenDialog({ token }: { token: TokenStore }) {
  const { isWanted, text, refusal } = useSyncExternalStore(token.subscribe, token.snapshot);
  const { caller } = useOms();
  if (!isWanted || refusal !== null) {
    return null;
  }
  return (
    <Modal title="Who you are" isOpen onDismiss={() => token.want(false)}>
      {caller !== undefined && (
        <p>
          The OMS knows you as <b>{caller.who}</b>, who may <b>{caller.role}</b>.
        </p>
      )}
      <TokenForm token={token} />
      {text !== null && (
        <Button variant="secondary" onClick={() => token.forget()}>
          Forget the token
        </Button>
      )}
    </Modal>
  );
}

function TokenForm({ token }: { token: TokenStore }) {
  const styles = useStyles2(getStyles);
  const [pasted, setPasted] = useState('');
  const [wrong, setWrong] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readToken(pasted);
    if ('text' in read) {
      token.use(read.text);
    } else {
      setWrong(read.wrong);
    }
  };
  return (
    <form onSubmit={submit} className={styles.form}>
      <Field
        noMargin
        label="Token"
        htmlFor="faultline-token"
        description="Kept until this tab is closed. faultline-oms token create makes one."
        invalid={wrong !== undefined}
        error={wrong}
      >
        <Input
          id="faultline-token"
          type="password"
          autoComplete="off"
          placeholder="flt_…"
          value={pasted}
          onChange={(event) => {
            setPasted(event.currentTarget.value);
            setWrong(undefined);
          }}
        />
      </Field>
      <Button type="submit">Use this token</Button>
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    gap: theme.spacing(2),
    marginBottom: theme.spacing(2),
    '& > div': { width: '100%' },
  }),
});
