import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Combobox, Field, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { OmsError } from '../../oms/client.ts';
import { useOms, useRefusal } from '../../oms/context.ts';
import type { FaultReport } from '@faultline/contracts';
import { useLive } from '../../oms/live.ts';
import { matching } from '../../oms/records.ts';
import { Facts } from '../../parts/Facts.tsx';
import { keepPerson, PersonField, usePerson } from '../../parts/Person.tsx';
import { Refusal } from '../../parts/Refusal.tsx';
import { TextLink } from '../../parts/TextLink.tsx';
import { dateTime } from '../../parts/texts.ts';
import { chartAround } from '../chartLink.ts';
import { NAMINGS } from './FaultReportsPage.tsx';

/** Of more VMs than these one searches. */
const MOST_OFFERED = 50;

/** A fault report: what was said, which VM is meant, or who may be. */
export function FaultReportView({ id, onDone }: { id: string; onDone: () => void }) {
  const styles = useStyles2(getStyles);
  const { feed } = useOms();
  const { data, failure, reload } = useLive<FaultReport>(`/api/v1/fault-reports/${encodeURIComponent(id)}`);
  if (data === undefined) {
    return <p>{failure === undefined ? 'Asking the OMS for the fault report …' : failure.message}</p>;
  }
  const { named, reporter, symptom, at, received, vm, resolved } = data;
  const now = feed.status?.now ?? received;
  const done = () => {
    reload();
    onDone();
  };
  return (
    <div>
      <p className={styles.symptom}>{symptom}</p>
      <Facts
        facts={[
          ['Reporter', reporter],
          [`By ${NAMINGS[named.by]}`, named.value],
          ['Noticed', dateTime(at)],
          ['Received', dateTime(received)],
          ['VM', vm && <TextLink to={`/?vm=${vm.uuid}`}>{vm.name}</TextLink>],
          ['Resolved', resolved && `${dateTime(resolved.at)}${resolved.by === null ? '' : ` by ${resolved.by}`}`],
          ['Id', <code>{id}</code>],
        ]}
      />
      {vm === null ? (
        <Resolve report={data} onDone={done} />
      ) : (
        <TextLink to={chartAround(vm.uuid, at, at, now)}>Show it on the chart</TextLink>
      )}
    </div>
  );
}

function Resolve({ report: { id, candidates }, onDone }: { report: FaultReport; onDone: () => void }) {
  const styles = useStyles2(getStyles);
  const { client, feed } = useOms();
  const refusal = useRefusal();
  const [person, setPerson] = usePerson();
  const [other, setOther] = useState('');
  const [failure, setFailure] = useState<string>();
  const [isSending, setSending] = useState(false);
  const resolve = async (vm: string) => {
    setSending(true);
    setFailure(undefined);
    try {
      const by = person.trim() === '' ? {} : { by: person.trim() };
      await client.send('POST', `/api/v1/fault-reports/${encodeURIComponent(id)}/resolve`, { vm, ...by });
      keepPerson(person);
      onDone();
    } catch (reason) {
      setFailure(reason instanceof OmsError ? reason.message : String(reason));
    }
    setSending(false);
  };
  const search = async (words: string) =>
    matching(feed.vms ?? [], words)
      .slice(0, MOST_OFFERED)
      .map(({ uuid, name, host }) => ({ value: uuid, label: name, description: host }));
  return (
    <section aria-label="Which VM is meant">
      <h3 className={styles.title}>{candidates.length === 0 ? 'No VM is called so' : 'One of these may be meant'}</h3>
      <ul className={styles.list}>
        {candidates.map(({ uuid, name, host, owner, project, ips, lastSeen }) => (
          <li key={uuid} className={styles.candidate}>
            <div className={styles.who}>
              <TextLink to={`/?vm=${uuid}`}>{name}</TextLink>
              <div className={styles.weak}>
                {[`on ${host}`, owner && `of ${owner}`, project, ips[0], `seen ${dateTime(lastSeen)}`]
                  .filter(Boolean)
                  .join(' · ')}
              </div>
            </div>
            {refusal === null && (
              <Button size="sm" variant="secondary" disabled={isSending} onClick={() => void resolve(uuid)}>
                This one
              </Button>
            )}
          </li>
        ))}
      </ul>
      {refusal !== null ? (
        <Refusal />
      ) : (
        <div className={styles.form}>
          <Field noMargin label="Another VM" htmlFor="faultline-other-vm">
            <Combobox
              id="faultline-other-vm"
              options={search}
              value={
                other === ''
                  ? null
                  : { value: other, label: feed.vms?.find(({ uuid }) => uuid === other)?.name ?? other }
              }
              isClearable
              onChange={(option) => setOther(option?.value ?? '')}
            />
          </Field>
          <PersonField value={person} onChange={setPerson} />
          <Button size="sm" disabled={isSending || other === ''} onClick={() => void resolve(other)}>
            This VM is meant
          </Button>
        </div>
      )}
      {failure !== undefined && <Alert severity="error" title={failure} />}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  symptom: css({ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }),
  title: css({ fontSize: theme.typography.h5.fontSize, margin: theme.spacing(2, 0, 1) }),
  list: css({ listStyle: 'none', margin: 0 }),
  candidate: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0.75, 0),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  who: css({ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }),
  weak: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  form: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    gap: theme.spacing(1.5),
    marginTop: theme.spacing(2),
    '& > div': { width: '100%' },
  }),
});
