import { BadSettingError, kinds, type Settings, type ValuesOf } from '@faultline/program';
import type { Scheme } from '../outgoing/credentials.ts';

/** The Alertmanagers that the OMS asks what they have, and tells what it has. */
export const alertmanagerSettings = {
  alertmanagerUrls: {
    flag: 'alertmanager.url',
    kind: kinds.httpUrl({
      query: false,
      allowed: 'up to 20 http or https URLs without credentials and query, such as http://127.0.0.1:9093',
    }),
    description:
      'The Alertmanagers whose alerts are alarms here, each member of a cluster by itself: they are asked what is silenced, what the webhook did not tell and what is over.',
    atMost: 20,
  },
  alertmanagerIntervalMs: {
    flag: 'alertmanager.interval',
    kind: kinds.duration({ from: '1s', to: '10m', example: '30s' }),
    description: 'Time between two questions to an Alertmanager, and between two tellings of the same.',
    default: '30s',
  },
  alertmanagerSettleMs: {
    flag: 'alertmanager.settle-after',
    kind: kinds.duration({ from: '0s', to: '1h', example: '5m' }),
    description:
      'How long after its start an Alertmanager may not yet know what fires: until then nothing is over because it does not have it.',
    default: '5m',
  },
  alertmanagerReceiver: {
    flag: 'alertmanager.receiver',
    kind: kinds.text({ pattern: /^[^\p{Cc}]{1,255}$/u, allowed: 'the name of a receiver, such as faultline' }),
    description: 'Only alerts that are routed to this receiver are alarms here. Absent: all.',
  },
  alertmanagerTokenFile: {
    flag: 'alertmanager.bearer-token-file',
    kind: kinds.file,
    description: 'A file with the bearer token for the Alertmanagers; read again whenever they are asked.',
  },
  alertmanagerBasicFile: {
    flag: 'alertmanager.basic-auth-file',
    kind: kinds.file,
    description: 'A file with USER:PASSWORD for the Alertmanagers; read again whenever they are asked.',
  },
  alertmanagerSend: {
    flag: 'alertmanager.send',
    kind: kinds.toggle,
    description: 'Tell the Alertmanagers of the alarms that hosts reported and the OMS raised, until they are cleared.',
    default: 'false',
  },
  alertmanagerMajor: {
    flag: 'alertmanager.major-severity',
    kind: kinds.oneOf(['critical', 'warning']),
    description: 'The severity under which an alarm of the level major is sent.',
    default: 'critical',
  },
} as const satisfies Settings;

type Given = ValuesOf<{ settings: typeof alertmanagerSettings }>;

/** Where the credentials for the Alertmanagers are, and how they are sent. */
export type AlertmanagerCredentials = { scheme: Scheme; file: string; flag: string };

export interface AlertmanagerConfig {
  /** Without a slash at the end. Empty: there is nobody to ask or to tell. */
  urls: string[];
  intervalMs: number;
  settleMs: number;
  receiver: string | undefined;
  credentials: AlertmanagerCredentials | null;
  isSending: boolean;
  majorSeverity: 'critical' | 'warning';
}

/** @throws BadSettingError where settings contradict each other */
export function alertmanagersIn(given: Given): AlertmanagerConfig {
  const urls = given.alertmanagerUrls.map((url) => url.replace(/\/+$/, ''));
  const twice = urls.find((url, index) => urls.indexOf(url) !== index);
  if (twice !== undefined) throw new BadSettingError('--alertmanager.url', `names ${twice} twice`);
  const { alertmanagerTokenFile: tokenFile, alertmanagerBasicFile: basicFile } = given;
  if (tokenFile !== undefined && basicFile !== undefined) {
    throw new BadSettingError('--alertmanager.basic-auth-file', 'cannot be used with --alertmanager.bearer-token-file');
  }
  if (urls.length === 0) refuseWithoutUrl(given);
  return {
    urls,
    intervalMs: given.alertmanagerIntervalMs,
    settleMs: given.alertmanagerSettleMs,
    receiver: given.alertmanagerReceiver,
    credentials:
      tokenFile !== undefined
        ? { scheme: 'Bearer', file: tokenFile, flag: '--alertmanager.bearer-token-file' }
        : basicFile !== undefined
          ? { scheme: 'Basic', file: basicFile, flag: '--alertmanager.basic-auth-file' }
          : null,
    isSending: given.alertmanagerSend,
    majorSeverity: given.alertmanagerMajor,
  };
}

/** What names nobody to be meant for would be passed over in silence. */
function refuseWithoutUrl(given: Given): void {
  const meant = {
    '--alertmanager.send': given.alertmanagerSend,
    '--alertmanager.receiver': given.alertmanagerReceiver !== undefined,
    '--alertmanager.bearer-token-file': given.alertmanagerTokenFile !== undefined,
    '--alertmanager.basic-auth-file': given.alertmanagerBasicFile !== undefined,
  };
  for (const [flag, isGiven] of Object.entries(meant)) {
    if (isGiven) throw new BadSettingError(flag, 'needs an --alertmanager.url');
  }
}
