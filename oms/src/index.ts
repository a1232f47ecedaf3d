export { readConfig, SettingError, type OmsConfig } from './config.ts';
export { startOms, type Oms } from './oms.ts';
