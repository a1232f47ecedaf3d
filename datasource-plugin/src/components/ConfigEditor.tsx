import React from 'react';
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { DataSourceHttpSettings, InlineField, SecretInput } from '@grafana/ui';
import type { FaultlineOptions, FaultlineSecrets } from '../types.ts';

type Props = DataSourcePluginOptionsEditorProps<FaultlineOptions, FaultlineSecrets>;

/** The OMS's address, TLS and proxy settings, in Grafana's own form, and the token. Requests go through Grafana's proxy. */
export function ConfigEditor({ options, onOptionsChange }: Props) {
  const isConfigured = options.secureJsonFields?.['token'] === true;
  const setToken = (token: string) =>
    onOptionsChange({ ...options, secureJsonData: { ...options.secureJsonData, token } });
  const forgetToken = () =>
    onOptionsChange({
      ...options,
      secureJsonFields: { ...options.secureJsonFields, token: false },
      secureJsonData: { ...options.secureJsonData, token: '' },
    });
  return (
    <>
      <DataSourceHttpSettings
        defaultUrl="http://127.0.0.1:3000"
        dataSourceConfig={options}
        onChange={onOptionsChange}
        showAccessOptions={false}
        urlLabel="OMS address"
      />
      <InlineField
        label="Token"
        labelWidth={26}
        tooltip="A token of the role read: faultline-oms token create --role read --name grafana. None is needed where Grafana runs on the machine of the OMS."
      >
        <SecretInput
          id="faultline-token"
          width={40}
          placeholder="flt_..."
          isConfigured={isConfigured}
          value={options.secureJsonData?.token ?? ''}
          onChange={(event) => setToken(event.currentTarget.value.trim())}
          onReset={forgetToken}
        />
      </InlineField>
    </>
  );
}
