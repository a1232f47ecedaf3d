import React, { useId, type ReactElement } from 'react';

interface Props {
  /** What the control is called by those who hear it. */
  name: string;
  /** The control, as made with the id of what names it. */
  children(labelledBy: string): ReactElement;
}

/** A control that is named by a hidden text: the Combobox of Grafana 11 takes no `aria-label`, but the id of what names it. */
export function Named({ name, children }: Props) {
  const id = useId();
  return (
    <>
      <span id={id} hidden>
        {name}
      </span>
      {children(id)}
    </>
  );
}
