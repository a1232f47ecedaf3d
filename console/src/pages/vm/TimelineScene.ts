import {
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  SceneQueryRunner,
  SceneRefreshPicker,
  SceneTimePicker,
  SceneTimeRange,
  VizPanel,
  type SceneObjectState,
  type SceneObjectUrlValues,
} from '@grafana/scenes';
import { locationService } from '@grafana/runtime';
import { DATASOURCE_ID, DATASOURCE_UID, PANEL_ID } from '../../host/index.ts';
import type { Recording } from '../../oms/records.ts';

/** The parameter in which the panel keeps what is open. */
export const OPEN = 'open';

interface TimelineSceneState extends SceneObjectState {
  /** The chosen VM's UUID; empty while there is none to choose. */
  vm: string;
  panel: VizPanel;
  timePicker: SceneTimePicker;
  refreshPicker: SceneRefreshPicker;
  $timeRange: SceneTimeRange;
}

/** The chart of one VM with its time controls; VM, range and refresh are kept in the URL. */
export class TimelineScene extends SceneObjectBase<TimelineSceneState> {
  protected override _urlSync = new SceneObjectUrlSyncConfig(this, { keys: ['vm'] });

  constructor(options: { vm: string; recording: Recording | null; range: { from: string; to: string } }) {
    super({
      vm: options.vm,
      panel: panelOf(options.vm),
      $timeRange: new SceneTimeRange(options.recording === null ? options.range : recordedRange(options.recording)),
      timePicker: new SceneTimePicker({ isOnCanvas: true }),
      refreshPicker: new SceneRefreshPicker({
        // A recording does not change, so there is nothing to refresh by itself.
        refresh: options.recording === null ? '5s' : '',
        autoEnabled: false,
        isOnCanvas: true,
      }),
    });
  }

  getUrlState(): SceneObjectUrlValues {
    return { vm: this.state.vm === '' ? undefined : this.state.vm };
  }

  updateFromUrl(values: SceneObjectUrlValues): void {
    if (typeof values['vm'] === 'string') {
      this.show(values['vm']);
    }
  }

  /** A person chose another VM: what was open of the one before is closed. */
  choose(vm: string): void {
    this.show(vm);
    locationService.partial({ [OPEN]: null }, true);
  }

  /** Changes to another VM. The panel is a new one, so that no VM's data is seen under another's name. */
  show(vm: string): void {
    if (vm !== this.state.vm) {
      this.setState({ vm, panel: panelOf(vm) });
    }
  }
}

function recordedRange({ from, to }: Recording): { from: string; to: string } {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

function panelOf(vm: string): VizPanel {
  return new VizPanel({
    // No number is in it: the panel then calls its parameter of the address simply `open`.
    key: 'timeline',
    pluginId: PANEL_ID,
    title: '',
    hoverHeader: true,
    displayMode: 'transparent',
    $data: new SceneQueryRunner({
      datasource: { uid: DATASOURCE_UID, type: DATASOURCE_ID },
      queries: vm === '' ? [] : [{ refId: 'A', type: 'timeline', vm }],
    }),
  });
}
