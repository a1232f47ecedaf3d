import { PanelPlugin } from '@grafana/data';
import { TimelinePanel } from './panel/TimelinePanel.tsx';

export const plugin = new PanelPlugin(TimelinePanel);
