import type { DataFrame, DataLink, InterpolateFunction, ScopedVars } from '@grafana/data';
import { locationUtil, textUtil } from '@grafana/data';

/** What a data link may ask of the thing it stands at: `${__segment.from}`, `${__segment.id}` and so on; times in ms. */
export interface Segment {
  kind: 'state' | 'operation' | 'alarm' | 'verdict';
  from: number;
  /** Of what still lasts: the OMS's clock. */
  to: number;
  id?: string;
  state?: string;
  raw?: string;
  result?: string;
  level?: string;
  name?: string;
  fault?: string;
  host?: string;
}

export interface ShownLink {
  title: string;
  href: string;
  newTab: boolean;
}

/** Which frame's fields bear the links of what. */
const FRAME_OF: Record<Segment['kind'], string> = {
  state: 'state',
  operation: 'operations',
  alarm: 'alarms',
  verdict: 'verdicts',
};

/**
 * The data links that were put on the fields of a thing's frame, in Grafana's own editor, with the thing's values put in. What is not an
 * address that a browser may open is left out. Links with code of their own are Grafana's and not run here.
 */
export function linksOf(
  frames: readonly DataFrame[],
  segment: Segment,
  vm: { uuid: string; name: string },
  replace: InterpolateFunction,
): ShownLink[] {
  const own = frames.filter(({ name }) => name === FRAME_OF[segment.kind]);
  const links = new Map<string, DataLink>();
  for (const { fields } of own.length > 0 ? own : frames) {
    for (const link of fields.flatMap(({ config }) => config.links ?? [])) {
      links.set(`${link.title} ${link.url}`, link);
    }
  }
  const value = { ...segment, vm: vm.uuid, vmName: vm.name };
  const variables: ScopedVars = { __segment: { text: segment.id ?? segment.kind, value } };
  return [...links.values()].flatMap(({ title, url, targetBlank }) => {
    const href = locationUtil.assureBaseUrl(textUtil.sanitizeUrl(replace(url, variables, 'percentencode')));
    return url === '' || href === 'about:blank'
      ? []
      : [{ title: replace(title, variables) || href, href, newTab: targetBlank === true }];
  });
}
