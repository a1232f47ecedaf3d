import React from 'react';
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { DataSourceHttpSettings } from '@grafana/ui';
import type { FaultlineOptions } from '../types.ts';

type Props = DataSourcePluginOptionsEditorProps<FaultlineOptions>;

/** The OMS's address, TLS and proxy settings, in Grafana's own form. Requests go through Grafana's proxy. */
export function ConfigEditor({ options, onOptionsChange }: Props) {
  return (
    <DataSourceHttpSettings
      defaultUrl="http://127.0.0.1:3000"
      dataSourceConfig={options}
      onChange={onOptionsChange}
      showAccessOptions={false}
      urlLabel="OMS address"
    />
  );
}
