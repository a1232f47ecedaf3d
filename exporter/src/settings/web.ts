import { kinds, type Settings } from '@faultline/program';

/** Where the exporter is asked. */
export const webSettings = {
  listen: {
    flag: 'web.listen-address',
    kind: kinds.address({ leastPort: 0, example: '127.0.0.1:9177 or [::1]:9177' }),
    description: 'Where /metrics is served. Port 0: any free port.',
    default: '127.0.0.1:9177',
  },
  legacyNames: {
    flag: 'metrics.legacy-names',
    kind: kinds.toggle,
    description:
      'Also the series that older libvirt exporters (kumina’s, which Debian packages, and Tinkoff’s) have under other names or with more labels.',
    default: 'false',
  },
} as const satisfies Settings;
