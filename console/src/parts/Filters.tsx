import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Combobox, FilterInput, Icon, useStyles2 } from '@grafana/ui';
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';

/** The values of these parameters of the address, '' where one is absent, and how to change some of them. */
export function useFilters<Name extends string>(
  names: readonly Name[],
): [Record<Name, string>, (changes: Partial<Record<Name, string>>) => void] {
  const [search, setSearch] = useSearchParams();
  const key = names.join(' ');
  const values = useMemo(
    () => Object.fromEntries(key.split(' ').map((name) => [name, search.get(name) ?? ''])) as Record<Name, string>,
    [search, key],
  );
  const change = useCallback(
    // A filter is not a place that one goes back to.
    (changes: Partial<Record<Name, string>>) => setSearch((now) => changed(now, changes), { replace: true }),
    [setSearch],
  );
  return [values, change];
}

/** The parameters of an address with some of them changed; '' takes one away. */
export function changed(search: URLSearchParams, changes: Record<string, string | undefined>): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') {
      next.delete(name);
    } else {
      next.set(name, value);
    }
  }
  return next;
}

/** `value` where it is one of these, '' where an address holds something else. */
export const oneOf = <T extends string>(values: readonly T[], value: string): T | '' =>
  values.find((each) => each === value) ?? '';

interface ChoiceProps {
  label: string;
  value: string;
  options: ReadonlyArray<{ value: string; label: string }>;
  onChange: (value: string) => void;
  width?: number;
}

/** A filter of which one value is chosen, or none. */
export function ChoiceFilter({ label, value, options, onChange, width = 22 }: ChoiceProps) {
  return (
    <Combobox
      aria-label={label}
      placeholder={label}
      options={[...options]}
      value={value === '' ? null : (options.find((option) => option.value === value) ?? { value, label: value })}
      isClearable
      onChange={(option) => onChange(option?.value ?? '')}
      width={width}
    />
  );
}

/** A filter by words. */
export function WordsFilter(props: { value: string; placeholder: string; onChange: (value: string) => void }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.words}>
      <FilterInput {...props} aria-label={props.placeholder} escapeRegex={false} />
    </div>
  );
}

/** A filter that came with the address, and that can only be taken away. */
export function SetFilter({ label, onClear }: { label: string; onClear: () => void }) {
  const styles = useStyles2(getStyles);
  return (
    <button type="button" className={styles.set} onClick={onClear} title={`Show those of others too`}>
      <span className={styles.setText}>{label}</span>
      <Icon name="times" />
    </button>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  words: css({ flex: '1 1 220px', maxWidth: 360, [theme.breakpoints.down('md')]: { maxWidth: 'none' } }),
  set: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: 4,
    maxWidth: 320,
    height: 32,
    padding: theme.spacing(0, 1),
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.pill,
    background: theme.colors.background.secondary,
    color: theme.colors.text.primary,
    '&:hover': { background: theme.colors.action.hover },
  }),
  setText: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
});
