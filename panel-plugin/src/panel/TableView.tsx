import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { ClipboardButton, useStyles2 } from '@grafana/ui';
import React, { useMemo, useState } from 'react';
import { texts } from '../texts.ts';
import { duration, fullTime, type TimeWriter } from '../time.ts';
import type { SwitchedLayer } from '../timeline/layers/index.ts';
import type { GuestVerdict, HostState, Timeline } from '../timeline/model.ts';
import { cpuSummary, tableOf, type TableRow } from '../timeline/table.ts';
import type { Selection } from './selection.ts';

interface TableViewProps {
  timeline: Timeline;
  range: { from: number; to: number };
  height: number;
  hidden: ReadonlySet<SwitchedLayer>;
  writer: TimeWriter;
  onSelect(selection: Selection): void;
}

/** Rows that are shown at first: a browser takes long over tens of thousands. What is copied is all. */
const PAGE = 500;

/** The chart as a table: what a screen reader reads, and what one can copy. */
export function TableView({ timeline, range, height, hidden, writer, onSelect }: TableViewProps) {
  const styles = useStyles2(tableStyles);
  const rows = useMemo(() => tableOf(timeline, range, hidden), [timeline, range, hidden]);
  const cpu = useMemo(() => (hidden.has('cpu') ? null : cpuSummary(timeline, range)), [timeline, range, hidden]);
  const [pages, setPages] = useState(1);
  const shown = rows.slice(0, pages * PAGE);
  const cells = (row: TableRow): string[] => [
    fullTime(writer, row.from),
    row.to === null ? '' : fullTime(writer, row.to),
    row.to === null ? '' : duration(Math.max(row.to - row.from, 0)),
    texts.lanes[row.layer],
    valueText(row),
    row.what,
    row.detail,
    row.id,
  ];
  return (
    <div className={styles.view} style={{ height }} data-testid="faultline-table">
      <div className={styles.head}>
        <span>
          {texts.table.rows(rows.length)}
          {cpu && ` · ${texts.table.cpu(cpu)}`}
        </span>
        <ClipboardButton
          size="sm"
          variant="secondary"
          icon="copy"
          getText={() => [texts.table.columns, ...rows.map(cells)].map((line) => line.map(plain).join('\t')).join('\n')}
        >
          {texts.drawer.copy}
        </ClipboardButton>
      </div>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={texts.chart(timeline.vm?.name ?? '')}>
        <table className={styles.table}>
          <thead>
            <tr>
              {texts.table.columns.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, i) => {
              const selection = selectionOf(row);
              return (
                <tr key={i} data-testid="faultline-table-row" data-layer={row.layer}>
                  {cells(row).map((cell, column) => (
                    <td key={column}>
                      {column === WHAT && selection ? (
                        <button type="button" className={styles.open} onClick={() => onSelect(selection)}>
                          {cell || texts.tooltip.clickHint}
                        </button>
                      ) : (
                        cell
                      )}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
        {shown.length < rows.length && (
          <button type="button" className={styles.open} onClick={() => setPages(pages + 1)}>
            {texts.table.more(rows.length - shown.length)}
          </button>
        )}
      </div>
    </div>
  );
}

/** The column whose cell opens the row. */
const WHAT = 5;

/** What a row opens; null where there is nothing more to be seen of it. */
function selectionOf({ layer, from, id }: TableRow): Selection | null {
  if (layer === 'state') {
    return { lane: 'state', at: from };
  }
  return id !== '' && (layer === 'operations' || layer === 'alarms' || layer === 'verdicts')
    ? { lane: layer, ids: [id], open: id }
    : null;
}

function valueText({ layer, value }: TableRow): string {
  switch (layer) {
    case 'state':
      return texts.state(value);
    case 'operations':
      return texts.result(value);
    case 'alarms':
      return texts.level(value);
    case 'verdicts':
      return texts.fault(value);
    case 'hostState':
      return texts.hostState(value as HostState);
    case 'connectivity':
      return texts.connectivity(value as GuestVerdict);
    default:
      return value;
  }
}

/** A cell of a spreadsheet: on one line, and never taken for a formula. */
function plain(cell: string): string {
  const line = cell.replaceAll(/[\t\r\n]+/g, ' ');
  return /^[=+\-@]/.test(line) ? `'${line}` : line;
}

const tableStyles = (theme: GrafanaTheme2) => ({
  view: css({ display: 'flex', flexDirection: 'column', overflow: 'hidden' }),
  head: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    padding: theme.spacing(0.5, 1),
    // Beside it stands the switch between chart and table.
    paddingRight: 44,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  scroll: css({
    flex: 1,
    overflow: 'auto',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: -2 },
  }),
  table: css({
    width: '100%',
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
    '& th': {
      position: 'sticky',
      top: 0,
      padding: theme.spacing(0.5, 1),
      background: theme.colors.background.primary,
      textAlign: 'left',
      whiteSpace: 'nowrap',
    },
    '& td': {
      padding: theme.spacing(0.25, 1),
      borderTop: `1px solid ${theme.colors.border.weak}`,
      verticalAlign: 'top',
      overflowWrap: 'anywhere',
    },
    '& td:nth-child(-n+4)': { whiteSpace: 'nowrap' },
    '& td:nth-child(6)': { minWidth: 150 },
  }),
  open: css({
    padding: 0,
    border: 'none',
    background: 'none',
    color: theme.colors.text.link,
    fontSize: 'inherit',
    lineHeight: 'inherit',
    textAlign: 'left',
    '&:hover': { textDecoration: 'underline' },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}` },
  }),
});
