import type { DataLink } from '@grafana/data';
import type { ShownFrame } from '../frames.ts';
import type { FaultlineQuery } from '../types.ts';

/** A query without what a panel adds to it. */
type Asked = FaultlineQuery extends infer Q ? (Q extends FaultlineQuery ? Omit<Q, 'refId'> : never) : never;

/** The value of the cell that was clicked. */
const CELL = '${__value.raw}';

const TIMELINE: LinkSpec = { title: 'Timeline of this VM', query: { type: 'timeline', vm: CELL } };
const CYCLES: LinkSpec = { title: 'Cycles of this host', query: { type: 'cycles', hosts: [CELL] } };

interface LinkSpec {
  title: string;
  query: Asked;
}

/** Where the fields of the lists lead, by frame and field. */
const LINKS: Record<string, Record<string, LinkSpec[]>> = {
  operationList: {
    id: [
      { title: 'Trace of this operation', query: { type: 'operation', id: CELL, format: 'trace' } },
      { title: 'Log of this operation', query: { type: 'operation', id: CELL, format: 'logs' } },
    ],
    vm: [TIMELINE],
    host: [CYCLES],
  },
  alarmList: {
    id: [{ title: 'This alarm with its details', query: { type: 'alarm', id: CELL } }],
    vm: [TIMELINE],
    host: [CYCLES],
  },
  vms: { vm: [TIMELINE], host: [CYCLES] },
  hosts: { host: [CYCLES] },
};

/** The same frame with its links to Explore, which asks the same data source. */
export function withLinks(frame: ShownFrame, { uid, name }: { uid: string; name: string }): ShownFrame {
  const specs = LINKS[frame.schema.name];
  if (specs === undefined) {
    return frame;
  }
  const fields = frame.schema.fields.map((field) => {
    const links = (specs[field.name] ?? []).map(({ title, query }): DataLink => ({
      title,
      url: '',
      internal: { datasourceUid: uid, datasourceName: name, query: { refId: 'A', ...query } },
    }));
    return links.length === 0 ? field : { ...field, config: { ...field.config, links } };
  });
  return { ...frame, schema: { ...frame.schema, fields } };
}
