import { Button } from '@grafana/ui';
import { useState } from 'react';
import { useRefusal } from '../../../oms/context.ts';
import type { Vm } from '../../../oms/records.ts';
import { PerformDialog } from './PerformDialog.tsx';

/** Opens the form that has a VM acted upon; whoever may not is told why. */
export function OperateButton({ vm }: { vm: Vm }) {
  return <DialogButton label="Operate …" vm={vm} />;
}

/** Opens the form that has a new VM made. */
export function CreateButton() {
  return <DialogButton label="Create a VM …" vm={null} />;
}

function DialogButton({ label, vm }: { label: string; vm: Vm | null }) {
  const [isOpen, setOpen] = useState(false);
  const refusal = useRefusal();
  return (
    <>
      <Button
        variant="secondary"
        {...(typeof refusal === 'string' && { icon: 'lock' as const, title: refusal })}
        onClick={() => setOpen(true)}
      >
        {label}
      </Button>
      {isOpen && <PerformDialog vm={vm} onDismiss={() => setOpen(false)} />}
    </>
  );
}
