import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import { Link, type To } from 'react-router-dom';

export interface Column<Row> {
  id: string;
  title: string;
  /** What stands in the cell; null: nothing, and on a phone not even the title. */
  cell: (row: Row) => ReactNode;
  /** Takes what room there is; the others are as wide as what they hold. */
  grows?: boolean;
  /** What the cell holds says by itself what it is, so that a phone needs no title before it. */
  isPlain?: boolean;
  /** Its cell is the link to the record. */
  isLink?: boolean;
}

interface Props<Row> {
  /** Names the table to those who do not see it. */
  caption: string;
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  columns: readonly Column<Row>[];
  /** Where a row leads: one cell is the link, and the whole row can be clicked. */
  linkOf: (row: Row) => To;
  /** The key of the row that is open now. */
  current?: string | null;
  /** Whether what is shown is of another question than the one that is asked now. */
  isOld?: boolean;
  testId: string;
}

/** Records in rows; where there is no room for columns, each row becomes a card. */
export function RecordTable<Row>(props: Props<Row>) {
  const { caption, rows, keyOf, columns, linkOf, current, isOld, testId } = props;
  const styles = useStyles2(getStyles);
  // Cards are no table to the browser any more; the roles keep it one for those who cannot see it.
  return (
    <table className={cx(styles.table, isOld && styles.old)} role="table" aria-label={caption} data-testid={testId}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ id, title, grows }) => (
            <th key={id} role="columnheader" scope="col" className={cx(grows && styles.grows)}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => {
          const key = keyOf(row);
          return (
            <tr key={key} role="row" data-key={key} className={cx(key === current && styles.current)}>
              {columns.map(({ id, title, cell, grows, isPlain, isLink }) => {
                const content = cell(row);
                return (
                  <td
                    key={id}
                    role="cell"
                    className={cx(
                      grows && styles.grows,
                      isLink && styles.first,
                      (content === null || content === '') && styles.empty,
                    )}
                    data-title={isPlain ? undefined : title}
                  >
                    {isLink === true ? (
                      <Link
                        to={linkOf(row)}
                        data-row
                        className={styles.link}
                        aria-current={key === current ? true : undefined}
                      >
                        {content}
                      </Link>
                    ) : (
                      content
                    )}
                  </td>
                );
              })}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const phone = theme.breakpoints.down('md');
  const line = `1px solid ${theme.colors.border.weak}`;
  return {
    table: css({
      width: '100%',
      borderCollapse: 'collapse',
      '& th': {
        position: 'sticky',
        top: 0,
        zIndex: 2,
        padding: theme.spacing(0.75, 1.5),
        textAlign: 'left',
        whiteSpace: 'nowrap',
        fontWeight: theme.typography.fontWeightMedium,
        fontSize: theme.typography.bodySmall.fontSize,
        color: theme.colors.text.secondary,
        background: theme.colors.background.canvas,
        boxShadow: `inset 0 -1px ${theme.colors.border.medium}`,
      },
      '& td': {
        padding: theme.spacing(0.75, 1.5),
        verticalAlign: 'top',
        borderBottom: line,
        whiteSpace: 'nowrap',
      },
      '& tbody tr': { position: 'relative', '&:hover': { background: theme.colors.background.secondary } },
      // What can be used by itself lies above the row's link.
      '& td button, & td a:not([data-row])': { position: 'relative', zIndex: 1 },
      [phone]: {
        display: 'block',
        '& thead': { position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' },
        '& tbody': { display: 'block' },
        '& tbody tr': {
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'baseline',
          gap: theme.spacing(0.25, 1.5),
          padding: theme.spacing(1),
          borderBottom: line,
        },
        '& td': { padding: 0, border: 0, whiteSpace: 'normal', overflowWrap: 'anywhere', maxWidth: '100%' },
        '& td[data-title]::before': {
          content: "attr(data-title) ' '",
          color: theme.colors.text.secondary,
          fontSize: theme.typography.bodySmall.fontSize,
        },
      },
    }),
    // On a card what the record is called comes first, whatever the column.
    first: css({ [phone]: { '&&': { flexBasis: '100%', order: -1 } } }),
    old: css({ opacity: 0.5 }),
    grows: css({ [theme.breakpoints.up('md')]: { width: '100%', maxWidth: 0, '&&': { whiteSpace: 'normal' } } }),
    empty: css({ [phone]: { '&&': { display: 'none' } } }),
    current: css({
      background: theme.colors.background.secondary,
      boxShadow: `inset 3px 0 ${theme.colors.primary.main}`,
    }),
    link: css({
      color: theme.colors.text.primary,
      fontWeight: theme.typography.fontWeightMedium,
      '&::after': { content: '""', position: 'absolute', inset: 0 },
      '&:focus-visible': { outline: 'none' },
      '&:focus-visible::after': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
    }),
  };
};
