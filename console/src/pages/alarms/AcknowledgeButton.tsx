import { Button } from '@grafana/ui';
import { useState } from 'react';
import type { AlarmRecord as Alarm } from '@faultline/contracts';
import { OmsError } from '../../oms/client.ts';
import { useOms, useRefusal } from '../../oms/context.ts';
import { usePerson } from '../../parts/Person.tsx';
import { requestOf } from './acts.ts';

/** Takes an alarm on with one click; a reason can be given where it is opened. Whoever may not is told that nobody looks after it. */
export function AcknowledgeButton({ alarm, onDone }: { alarm: Alarm; onDone: () => void }) {
  const { client } = useOms();
  const refusal = useRefusal();
  const [person] = usePerson();
  const [state, setState] = useState<'idle' | 'sending' | { failed: string }>('idle');
  if (refusal !== null) {
    return <span title={refusal}>nobody</span>;
  }
  const acknowledge = async () => {
    setState('sending');
    const { path, body } = requestOf(alarm.id, 'acknowledge', { by: person, note: '', spanMs: 0, now: 0 });
    try {
      await client.send('POST', path, body);
      setState('idle');
      onDone();
    } catch (reason) {
      setState({ failed: reason instanceof OmsError ? reason.message : String(reason) });
    }
  };
  return (
    <>
      <Button
        size="sm"
        variant="secondary"
        disabled={state === 'sending'}
        onClick={() => void acknowledge()}
        aria-label={`Acknowledge ${alarm.name}`}
      >
        Acknowledge
      </Button>
      {typeof state === 'object' && <span role="alert"> {state.failed}</span>}
    </>
  );
}
