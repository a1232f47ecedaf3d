import { kinds, type Settings } from '@faultline/program';

const MAX_ADDRESSES = 16;

/** Where the exporter is asked. */
export const webSettings = {
  listen: {
    flag: 'web.listen-address',
    kind: kinds.address({ leastPort: 0, example: '127.0.0.1:9177, [::1]:9177 or :9177', isHostOptional: true }),
    description: 'Where /metrics is served. Port 0: any free port. Without a host: every address of the machine.',
    default: '127.0.0.1:9177',
    atMost: MAX_ADDRESSES,
  },
  webConfigFile: {
    flag: 'web.config.file',
    kind: kinds.file,
    description: 'TLS and users, in the format of Prometheus’ exporter-toolkit. Absent: plain HTTP, open.',
  },
  telemetryPath: {
    flag: 'web.telemetry-path',
    kind: kinds.text({
      pattern: /^\/(?!-\/)[\w.~/-]*$/,
      allowed: 'a path that begins with / and not with /-/, such as /metrics',
    }),
    description: 'The path of the metrics.',
    default: '/metrics',
  },
  legacyNames: {
    flag: 'metrics.legacy-names',
    kind: kinds.toggle,
    description:
      'Also the series that older libvirt exporters (kumina’s, which Debian packages, and Tinkoff’s) have under other names or with more labels.',
    default: 'false',
  },
} as const satisfies Settings;
