import React from 'react';
import type { PanelProps } from '@grafana/data';

export function TimelinePanel({ width, height }: PanelProps) {
  return <div style={{ width, height }} />;
}
