/** What can be chosen in the panel's editor. */
export interface TimelineOptions {
  showOperations: boolean;
  showAlarms: boolean;
  showLegend: boolean;
}

export const DEFAULT_OPTIONS: TimelineOptions = { showOperations: true, showAlarms: true, showLegend: true };
