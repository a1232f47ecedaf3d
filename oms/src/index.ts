export { PROGRAM, readConfig, type OmsConfig } from './config.ts';
export { startOms, type Oms } from './oms.ts';
