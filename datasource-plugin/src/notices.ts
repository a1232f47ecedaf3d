import { applied, type AdHocFilter } from './filters/adHoc.ts';
import type { ShownFrame } from './frames.ts';
import type { QueryDefinition } from './queries/definition.ts';

/**
 * The same frames, the first with a notice of the dashboard's filters that the list has no field for: it is not narrower than it
 * looks. What is no list is filtered by none, and says nothing.
 */
export function withIgnored(
  frames: ShownFrame[],
  { list }: Pick<QueryDefinition, 'list'>,
  adHoc: readonly AdHocFilter[] = [],
): ShownFrame[] {
  const ignored = list === undefined ? [] : applied(list, adHoc).ignored;
  const [first, ...others] = frames;
  if (ignored.length === 0 || first === undefined) {
    return frames;
  }
  const text = `Filters of the dashboard that do not apply here: ${ignored.join(', ')}.`;
  const notices = [...(first.schema.meta?.notices ?? []), { severity: 'info' as const, text }];
  return [{ ...first, schema: { ...first.schema, meta: { ...first.schema.meta, notices } } }, ...others];
}
