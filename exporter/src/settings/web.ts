import { kinds, type Settings } from '@faultline/program';

/** Where the exporter is asked. */
export const webSettings = {
  listen: {
    flag: 'web.listen-address',
    kind: kinds.address({ leastPort: 0, example: '127.0.0.1:9177 or [::1]:9177' }),
    description: 'Where /metrics is served. Port 0: any free port.',
    default: '127.0.0.1:9177',
  },
} as const satisfies Settings;
