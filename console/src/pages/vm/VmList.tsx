import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { FilterInput, useStyles2 } from '@grafana/ui';
import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { matching, type Vm } from '../../oms/records.ts';
import { StateMark } from '../../parts/StateMark.tsx';
import { OPEN } from './TimelineScene.ts';

interface Props {
  vms: readonly Vm[];
  selected: string;
  onSelect: (uuid: string) => void;
}

/** Every VM with its state and host, in the order given, beside the chart on wide screens. Arrow keys walk the list, Enter opens. */
export function VmList({ vms, selected, onSelect }: Props) {
  const styles = useStyles2(getStyles);
  const [search, setSearch] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const shown = matching(vms, search);
  const abnormal = vms.filter(({ state }) => state === 'abnormal').length;

  useEffect(() => {
    list.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [selected]);

  const open = (event: MouseEvent, uuid: string) => {
    // With a modifier the browser opens the link itself, in a new tab.
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      onSelect(uuid);
    }
  };

  return (
    <nav className={styles.nav} aria-label="Virtual machines">
      <div className={styles.search}>
        <FilterInput
          value={search}
          onChange={setSearch}
          placeholder={vms.length === 1 ? 'Search 1 VM' : `Search ${vms.length} VMs`}
          escapeRegex={false}
        />
        {abnormal > 0 && search === '' && (
          <button type="button" className={styles.only} onClick={() => setSearch('abnormal')}>
            {abnormal === 1 ? 'Only the abnormal one' : `Only the ${abnormal} abnormal`}
          </button>
        )}
      </div>
      <ul className={styles.list} ref={list} onKeyDown={walk} data-testid="faultline-vm-list">
        {shown.map(({ uuid, name, host, state }) => (
          <li key={uuid}>
            <a
              href={hrefOf(uuid)}
              className={cx(styles.vm, uuid === selected && styles.selected)}
              aria-current={uuid === selected}
              onClick={(event) => open(event, uuid)}
              title={`${name}\n${host}\n${uuid}`}
            >
              <span className={styles.name}>{name}</span>
              <span className={styles.facts}>
                <StateMark state={state} />
                <span className={styles.host}>{host}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className={styles.none}>No VM's name, host or state contains “{search}”.</p>}
    </nav>
  );
}

function hrefOf(uuid: string): string {
  const search = locationService.getSearch();
  search.set('vm', uuid);
  search.delete(OPEN);
  return `?${search}`;
}

function walk(event: KeyboardEvent<HTMLUListElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) {
    return;
  }
  const links = [...event.currentTarget.querySelectorAll('a')];
  const next = links[links.findIndex((link) => link === document.activeElement) + step];
  if (next !== undefined) {
    event.preventDefault();
    next.focus();
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  nav: css({
    display: 'flex',
    flexDirection: 'column',
    width: 264,
    flexShrink: 0,
    minHeight: 0,
    borderRight: `1px solid ${theme.colors.border.weak}`,
    background: theme.colors.background.primary,
  }),
  search: css({ padding: theme.spacing(1.5, 1.5, 1) }),
  only: css({
    marginTop: theme.spacing(0.75),
    padding: 0,
    border: 0,
    background: 'none',
    color: theme.colors.text.link,
    fontSize: theme.typography.bodySmall.fontSize,
    '&:hover': { textDecoration: 'underline' },
  }),
  list: css({
    listStyle: 'none',
    margin: 0,
    padding: theme.spacing(0, 1, 1),
    overflowY: 'auto',
    flex: 1,
    minHeight: 0,
  }),
  vm: css({
    display: 'block',
    padding: theme.spacing(0.75, 1),
    borderRadius: theme.shape.radius.default,
    borderLeft: '3px solid transparent',
    color: theme.colors.text.primary,
    '&:hover': { background: theme.colors.action.hover },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
  }),
  selected: css({
    background: theme.colors.action.selected,
    borderLeftColor: theme.colors.primary.main,
    // Weak text on this ground would be too weak to read.
    '& span': { color: theme.colors.text.primary },
  }),
  name: css({
    display: 'block',
    fontWeight: theme.typography.fontWeightMedium,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  }),
  facts: css({
    display: 'flex',
    gap: theme.spacing(1.5),
    fontSize: theme.typography.bodySmall.fontSize,
    color: theme.colors.text.secondary,
  }),
  host: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  none: css({ padding: theme.spacing(1, 2), color: theme.colors.text.secondary }),
});
