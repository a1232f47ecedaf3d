import * as emotionCss from '@emotion/css';
import * as emotionReact from '@emotion/react';
import * as grafanaData from '@grafana/data';
import * as grafanaI18n from '@grafana/i18n';
import * as grafanaRuntime from '@grafana/runtime';
import * as grafanaUi from '@grafana/ui';
import lodash from 'lodash';
import moment from 'moment';
import react from 'react';
import reactDom from 'react-dom';
import * as rxjs from 'rxjs';
import * as rxjsOperators from 'rxjs/operators';

/** A CommonJS package as SystemJS hands it to an AMD module: the exports themselves, not a namespace around them. */
const commonJs = (exports: object) => ({ default: exports, __useDefault: true });

/**
 * What a plugin's `define([...])` may ask for: those of Grafana's shared dependencies that this page is made of anyway.
 * `react/jsx-runtime` is left out, as in Grafana 11: a bundle that asks for it would not run there either.
 */
export const sharedDependencies: Record<string, object> = {
  '@emotion/css': emotionCss,
  '@emotion/react': emotionReact,
  '@grafana/data': grafanaData,
  '@grafana/i18n': grafanaI18n,
  '@grafana/runtime': grafanaRuntime,
  '@grafana/ui': grafanaUi,
  lodash: commonJs(lodash),
  moment: commonJs(moment),
  react: commonJs(react),
  'react-dom': commonJs(reactDom),
  rxjs,
  'rxjs/operators': rxjsOperators,
};
