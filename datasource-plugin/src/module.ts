import { DataSourcePlugin } from '@grafana/data';
import { ConfigEditor } from './components/ConfigEditor.tsx';
import { QueryEditor } from './components/QueryEditor.tsx';
import { VariableQueryEditor } from './components/VariableQueryEditor.tsx';
import { FaultlineDataSource } from './datasource.ts';
import type { FaultlineOptions, FaultlineQuery } from './types.ts';

export const plugin = new DataSourcePlugin<FaultlineDataSource, FaultlineQuery, FaultlineOptions>(FaultlineDataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setVariableQueryEditor(VariableQueryEditor);
