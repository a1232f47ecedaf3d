import React from 'react';
import type { QueryEditorProps } from '@grafana/data';
import type { FaultlineDataSource } from '../datasource.ts';
import { queryTypes } from '../queries/index.ts';
import type { FaultlineOptions, FaultlineQuery } from '../types.ts';
import { QueryEditor } from './QueryEditor.tsx';

type Props = QueryEditorProps<FaultlineDataSource, FaultlineQuery, FaultlineOptions>;

const TYPES = queryTypes.filter(({ formats }) => formats.includes('annotations'));

/** The editor of an annotation's query: those that can be annotations. */
export function AnnotationQueryEditor(props: Props) {
  return <QueryEditor {...props} types={TYPES} hasShape={false} />;
}
