import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Field, Modal, TextArea, useStyles2 } from '@grafana/ui';
import { useRef, useState, type FormEvent } from 'react';
import { OmsError } from '../../../oms/client.ts';
import { useOms, useRefusal } from '../../../oms/context.ts';
import type { Host as ControlledHost } from '@faultline/contracts';
import { useLive } from '../../../oms/live.ts';
import type { Operation } from '@faultline/contracts';
import type { Vm } from '../../../oms/records.ts';
import { isPerson, keepPerson, PersonField, usePerson } from '../../../parts/Person.tsx';
import { Refusal } from '../../../parts/Refusal.tsx';
import { TextLink } from '../../../parts/TextLink.tsx';
import { OperationView } from '../OperationView.tsx';
import { FieldInput } from './FieldInput.tsx';
import type { Filled } from './fields.ts';
import { CREATE, type OfferedKind } from './kinds.ts';
import { KindList } from './KindList.tsx';
import { hindranceOf } from './hindrance.ts';
import { randomUuid, requestOf, type OperationRequest } from './request.ts';

interface Props {
  /** The VM that is acted upon; null: a new one is made. */
  vm: Vm | null;
  onDismiss: () => void;
}

const newId = (): string => `console-${randomUuid()}`;

/** Has a VM acted upon: chooses what, fills in what it takes, asks before it disrupts, and then shows how it goes. */
export function PerformDialog({ vm, onDismiss }: Props) {
  const styles = useStyles2(getStyles);
  const refusal = useRefusal();
  const hosts = useLive<{ hosts: ControlledHost[] }>('/api/v1/hosts');
  const [offered, setOffered] = useState<OfferedKind | null>(vm === null ? CREATE : null);
  const [asked, setAsked] = useState<string | null>(null);
  const title = asked !== null ? 'The operation' : vm === null ? 'Create a VM' : `Operate ${vm.name}`;
  return (
    <Modal
      title={<h2 className={styles.title}>{title}</h2>}
      ariaLabel={title}
      isOpen
      onDismiss={onDismiss}
      // What was filled in is not lost by a slip of the pointer.
      closeOnBackdropClick={false}
      className={styles.modal}
    >
      <div data-testid="faultline-perform">
        {typeof refusal === 'string' ? (
          <Refusal />
        ) : asked !== null ? (
          <>
            <OperationView id={asked} />
            <div className={styles.buttons}>
              <TextLink to={`/operations?${new URLSearchParams({ operation: asked })}`}>
                Open it among the operations
              </TextLink>
              <Button onClick={onDismiss}>Close</Button>
            </div>
          </>
        ) : hosts.data === undefined ? (
          <p>{hosts.failure?.message ?? 'Asking the OMS what it controls …'}</p>
        ) : offered === null ? (
          <KindList vm={vm} hosts={hosts.data.hosts} onChoose={setOffered} />
        ) : (
          <Form
            key={offered.kind}
            vm={vm}
            offered={offered}
            hosts={hosts.data.hosts}
            onAsked={setAsked}
            onBack={vm === null ? onDismiss : () => setOffered(null)}
          />
        )}
      </div>
    </Modal>
  );
}

interface FormProps {
  vm: Vm | null;
  offered: OfferedKind;
  hosts: readonly ControlledHost[];
  onAsked: (id: string) => void;
  onBack: () => void;
}

function Form({ vm, offered, hosts, onAsked, onBack }: FormProps) {
  const styles = useStyles2(getStyles);
  const { client } = useOms();
  const [person, setPerson] = usePerson();
  const [filled, setFilled] = useState<Filled>({});
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState<OmsError>();
  const [confirming, setConfirming] = useState<OperationRequest | null>(null);
  const [isSending, setSending] = useState(false);
  const [uuid] = useState(randomUuid);
  // One id for what is asked here, however often it is sent: the OMS performs it once.
  const id = useRef(newId());
  const hindrance = vm === null ? null : hindranceOf(offered, vm, hosts);
  const name = vm?.name ?? (typeof filled['name'] === 'string' ? filled['name'] : '');
  const verb = `${offered.verb}${vm === null ? '' : ` ${name}`}`;

  const send = async (request: OperationRequest) => {
    if (isSending) {
      return;
    }
    setSending(true);
    setFailure(undefined);
    try {
      const { id: known } = await client.send<Operation>('POST', '/api/v1/operations', request);
      keepPerson(request.initiator);
      onAsked(known);
    } catch (reason) {
      const told = reason instanceof OmsError ? reason : new OmsError(String(reason), { status: 502 });
      const { code, field } = told.facts;
      if (code === 'operation-id-conflict') {
        // It was heard the time before, when no answer came, and was changed since.
        onAsked(request.id);
        return;
      }
      setFailure(told);
      setConfirming(null);
      setSending(false);
      if (!told.isUndecided) {
        // A refusal is recorded under its id: what is asked next is something else.
        id.current = newId();
      }
      const named = field?.split('/').at(-1);
      if (named !== undefined && named in offered.fields) {
        setWrong({ [named]: told.message });
      }
    }
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = requestOf({ offered, filled, initiator: person, id: id.current, vm: vm?.uuid ?? uuid });
    if ('wrong' in read) {
      setWrong(read.wrong);
      return;
    }
    setWrong({});
    if (offered.disrupts?.(read.request) !== undefined) {
      setConfirming(read.request);
    } else {
      void send(read.request);
    }
  };

  if (confirming !== null) {
    return (
      <div role="alertdialog" aria-label={verb}>
        <p className={styles.question}>
          {offered.verb} <b>{name}</b> now?
        </p>
        <p>{offered.disrupts?.(confirming)}</p>
        <div className={styles.buttons}>
          <Button variant="secondary" onClick={() => setConfirming(null)} disabled={isSending}>
            Back
          </Button>
          <Button variant="destructive" autoFocus onClick={() => void send(confirming)} disabled={isSending}>
            {verb}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <form onSubmit={submit} noValidate className={styles.form}>
      <p className={styles.what}>{offered.what}</p>
      {hindrance !== null && (
        <Alert severity={hindrance.blocks ? 'error' : 'warning'} title={hindrance.why} className={styles.alert} />
      )}
      {failure !== undefined && (
        <Alert severity="error" title={failure.message} className={styles.alert}>
          {failure.isUndecided && 'Nobody knows whether it was heard. Sent again as it is, it is performed once.'}
        </Alert>
      )}
      <div className={styles.fields}>
        {Object.entries(offered.fields).map(([key, field]) => (
          <FieldInput
            key={key}
            name={key}
            field={field}
            value={filled[key]}
            wrong={wrong[key]}
            hosts={hosts
              .filter(({ controlled }) => controlled)
              .map(({ name: host }) => host)
              .filter((host) => host !== vm?.host)}
            onChange={(value) => setFilled((before) => ({ ...before, [key]: value }))}
          />
        ))}
      </div>
      {offered.kind === 'create' && (
        <details className={styles.xml}>
          <summary>Or give libvirt’s own XML</summary>
          <Field
            noMargin
            label="Domain XML"
            htmlFor="faultline-field-xml"
            description="Its <uuid> is the VM’s. Name, memory, vCPUs, disks and networks above do not count then."
            invalid={wrong['xml'] !== undefined}
            error={wrong['xml']}
          >
            <TextArea
              id="faultline-field-xml"
              rows={8}
              spellCheck={false}
              value={typeof filled['xml'] === 'string' ? filled['xml'] : ''}
              onChange={(event) => {
                const xml = event.currentTarget.value;
                setFilled((before) => ({ ...before, xml }));
              }}
            />
          </Field>
        </details>
      )}
      <PersonField value={person} onChange={setPerson} />
      <div className={styles.buttons}>
        <Button type="button" variant="secondary" onClick={onBack}>
          {vm === null ? 'Cancel' : 'Back'}
        </Button>
        <Button type="submit" disabled={isSending || hindrance?.blocks === true || !isPerson(person)}>
          {verb}
        </Button>
      </div>
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({
    margin: 0,
    padding: theme.spacing(1, 0),
    fontSize: theme.typography.h4.fontSize,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  }),
  modal: css({ [theme.breakpoints.down('md')]: { width: 'calc(100% - 16px)' } }),
  form: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  fields: css({
    display: 'grid',
    gridTemplateColumns: '1fr 1fr',
    alignItems: 'start',
    gap: theme.spacing(2),
    [theme.breakpoints.down('md')]: { gridTemplateColumns: '1fr' },
  }),
  buttons: css({
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'flex-end',
    alignItems: 'center',
    gap: theme.spacing(1),
  }),
  what: css({ margin: 0, color: theme.colors.text.secondary }),
  question: css({ fontSize: theme.typography.h5.fontSize, overflowWrap: 'anywhere' }),
  alert: css({ marginBottom: 0 }),
  xml: css({ '& summary': { cursor: 'pointer', color: theme.colors.text.link, marginBottom: theme.spacing(1) } }),
});
