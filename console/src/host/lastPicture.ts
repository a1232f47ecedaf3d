import type { DataFrame, LoadingState, PanelData } from '@grafana/data';

// The enum's own values, by name: importing the enum would load all of Grafana's package into a pure file.
const DONE: `${LoadingState.Done}` = 'Done';
const ERROR: `${LoadingState.Error}` = 'Error';

/**
 * Keeps a panel's last good frames, and gives them back with the error while the OMS is away: what was known stays in sight,
 * and the frames say themselves up to when it was known. An answer of the OMS, such as that a VM is unknown, is not "away".
 */
export class LastPicture {
  private key = '';
  private frames: DataFrame[] = [];

  /** What to show for `data`, the outcome of the questions that `key` stands for. */
  show(key: string, data: PanelData): PanelData {
    if (`${data.state}` === DONE) {
      this.key = key;
      this.frames = data.series;
    }
    const away = `${data.state}` === ERROR && data.series.length === 0 && isAway(data);
    return away && key === this.key ? { ...data, series: this.frames } : data;
  }
}

/** Whether nothing answered, or something that could not: no HTTP status, or one of 5xx. */
function isAway({ errors, error }: PanelData): boolean {
  const status = (errors?.[0] ?? error)?.status;
  return status === undefined || status <= 0 || status >= 500;
}
