import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Host as ControlledHost } from '@faultline/contracts';
import type { Vm } from '../../../oms/records.ts';
import { hindranceOf } from './hindrance.ts';
import { KINDS, type OfferedKind } from './kinds.ts';

interface Props {
  vm: Vm | null;
  hosts: readonly ControlledHost[];
  onChoose: (offered: OfferedKind) => void;
}

/** What can be done with the VM: first what makes sense as it is now; what the OMS would refuse cannot be chosen, and says why. */
export function KindList({ vm, hosts, onChoose }: Props) {
  const styles = useStyles2(getStyles);
  const rows = KINDS.map((offered) => ({ offered, hindrance: vm === null ? null : hindranceOf(offered, vm, hosts) }));
  const rank = ({ hindrance }: (typeof rows)[number]) => (hindrance === null ? 0 : hindrance.blocks ? 2 : 1);
  const sorted = [...rows].sort((a, b) => rank(a) - rank(b));
  // Where the host is not controlled nothing can be done, and one sentence says so.
  const all = sorted.every(({ hindrance }) => hindrance?.blocks === true);
  if (all) {
    return <p>{sorted[0]?.hindrance?.why}</p>;
  }
  return (
    <ul className={styles.list}>
      {sorted.map(({ offered, hindrance }) => (
        <li key={offered.kind}>
          <button
            type="button"
            className={styles.kind}
            disabled={hindrance?.blocks === true}
            onClick={() => onChoose(offered)}
            data-kind={offered.kind}
          >
            <span className={styles.name}>{titleOf(offered.kind)}</span>
            <span className={styles.what}>{offered.what}</span>
            {hindrance !== null && <span className={styles.hindrance}>{hindrance.why}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** `Attach-disk` as people write it. */
const titleOf = (kind: string): string => `${kind.charAt(0).toUpperCase()}${kind.slice(1).replace('-', ' ')}`;

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0 }),
  kind: css({
    display: 'grid',
    gridTemplateColumns: '110px 1fr',
    gap: theme.spacing(0, 1),
    width: '100%',
    padding: theme.spacing(1),
    border: 0,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    background: 'none',
    textAlign: 'left',
    color: theme.colors.text.primary,
    '&:hover:not(:disabled)': { background: theme.colors.action.hover },
    '&:disabled': { color: theme.colors.text.disabled, cursor: 'not-allowed' },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
  }),
  name: css({ fontWeight: theme.typography.fontWeightMedium }),
  what: css({ color: theme.colors.text.secondary, 'button:disabled &': { color: 'inherit' } }),
  hindrance: css({
    gridColumn: 2,
    color: theme.colors.warning.text,
    fontSize: theme.typography.bodySmall.fontSize,
    overflowWrap: 'anywhere',
    'button:disabled &': { color: 'inherit' },
  }),
});
