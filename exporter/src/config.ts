import {
  asksForHelp,
  asksForVersion,
  kinds,
  readSettings,
  usageOf,
  type Program,
  type Settings,
  type ValuesOf,
} from '@faultline/program';
import { collectors } from './collectors/index.ts';
import { collectorSettings, enabledCollectors } from './settings/collectors.ts';
import { cycleSettings } from './settings/cycle.ts';
import { hardwareSettings } from './settings/hardware.ts';
import { guestAgentSettings } from './settings/guest-agent.ts';
import { externalSettings } from './settings/external.ts';
import { libvirtSettings } from './settings/libvirt.ts';
import { logSettings } from './settings/log.ts';
import { pathSettings } from './settings/paths.ts';
import { reportSettings } from './settings/reports.ts';
import { serviceSettings } from './settings/services.ts';
import { webSettings } from './settings/web.ts';

const CONFIG_FILE = 'config.file';

/** Every setting of an exporter, by families in the order of `--help`; the collectors' switches come after them. */
const SETTINGS = {
  configFile: {
    flag: CONFIG_FILE,
    kind: kinds.file,
    description: 'A YAML file with the settings below, nested by their dots: "libvirt: {uri: qemu:///system}".',
  },
  ...libvirtSettings,
  ...webSettings,
  ...cycleSettings,
  ...hardwareSettings,
  ...guestAgentSettings,
  ...externalSettings,
  ...serviceSettings,
  ...pathSettings,
  ...reportSettings,
  ...logSettings,
} as const satisfies Settings;

export const PROGRAM: Program = {
  about: 'faultline-exporter: one libvirt host as Prometheus text, and its events as reports',
  envPrefix: 'FAULTLINE_EXPORTER_',
  fileFlag: CONFIG_FILE,
  settings: { ...SETTINGS, ...collectorSettings(collectors) },
};

export interface ExporterConfig extends ValuesOf<{ settings: typeof SETTINGS }> {
  /** The names of the collectors that run. */
  collectors: ReadonlySet<string>;
}

export const USAGE = usageOf(PROGRAM);

/**
 * Settings from flags, environment and file, checked.
 *
 * @throws BadSettingError with one line that names the key, the value and what is allowed
 */
export function readConfig(args: readonly string[], env: NodeJS.ProcessEnv): ExporterConfig {
  const values = readSettings(PROGRAM, args, env);
  const named = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, values[name]]));
  return {
    ...(named as ValuesOf<{ settings: typeof SETTINGS }>),
    collectors: enabledCollectors(collectors, values),
  };
}

/** The settings of this process, or what else it is asked for. */
export function configOfProcess(): ExporterConfig | 'help' | 'version' {
  const args = process.argv.slice(2);
  if (asksForHelp(args)) return 'help';
  return asksForVersion(args) ? 'version' : readConfig(args, process.env);
}
