import { PanelOptionsEditorBuilder, type DataSourceApi, type PanelPlugin } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { useCallback, useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { DATASOURCE_UID } from '../src/host/index.ts';
import { framesIn } from './data.ts';
import { mount } from './mount.tsx';
import { plugins } from './plugins.ts';
import type { Story } from './stories.ts';

/** An editor of one of the plugins, and what is to be edited. */
export interface Edited {
  editor: 'query' | 'annotation' | 'variable' | 'config' | 'mapping';
  value: object;
  /** What the panel whose options are edited shows. */
  stories?: Story[];
  theme?: 'dark' | 'light';
}

let changed: unknown;
/** What it was changed to, as Grafana would save it. */
export const edited = (): unknown => changed;

function Editor({ editor, value, stories = [] }: Edited) {
  const [now, setNow] = useState<object>(value);
  const change = useCallback((next: unknown) => {
    changed = next;
    setNow(next as object);
  }, []);
  const [datasource, setDatasource] = useState<DataSourceApi>();
  useEffect(() => {
    void getDataSourceSrv().get({ uid: DATASOURCE_UID }).then(setDatasource);
  }, []);
  if (!datasource) {
    return null;
  }
  const { QueryEditor, VariableQueryEditor, ConfigEditor } = plugins.dataSource?.components ?? {};
  const ofEach: Record<Edited['editor'], () => ReactNode> = {
    query: () => <Any of={QueryEditor} datasource={datasource} query={now} onChange={change} onRunQuery={nothing} />,
    annotation: () => (
      <Any
        of={datasource.annotations?.QueryEditor}
        datasource={datasource}
        annotation={{ name: 'A', enable: true, iconColor: 'red', target: now }}
        query={now}
        onChange={change}
        onRunQuery={nothing}
      />
    ),
    variable: () => <Any of={VariableQueryEditor} datasource={datasource} query={now} onChange={change} />,
    config: () => <Any of={ConfigEditor} options={now} onOptionsChange={change} />,
    mapping: () => (
      <Any
        of={plugins.panel && mappingEditorOf(plugins.panel)}
        value={(now as { mapping?: unknown }).mapping}
        onChange={(mapping: unknown) => change({ mapping })}
        context={{ data: framesIn({ stories }) }}
        item={{}}
      />
    ),
  };
  return <div data-testid="editor">{ofEach[editor]()}</div>;
}

const nothing = (): void => undefined;

/** A component of a bundle: what it asks for is its own, and Grafana's, affair. */
function Any({ of: Component, ...props }: { of: unknown } & Record<string, unknown>) {
  const One = Component as ComponentType<Record<string, unknown>> | undefined;
  return One ? <One {...props} /> : <p role="alert">the plugin has no such editor</p>;
}

/** The editor of the panel's option of that name, as Grafana's options pane finds it. */
function mappingEditorOf(panel: PanelPlugin): unknown {
  const builder = new PanelOptionsEditorBuilder<object>();
  panel.getPanelOptionsSupplier()(builder, { data: [], options: {} });
  return builder.getItems().find(({ path }) => path === 'mapping')?.editor;
}

/** Shows an editor. */
export function edit(what: Edited): void {
  changed = undefined;
  mount(what.theme ?? 'dark', <Editor {...what} />);
}
