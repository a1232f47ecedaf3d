import { kinds, type Settings } from '@faultline/program';
import { cipherNames, CURVES, CLIENT_AUTH_TYPES, TLS_VERSIONS } from './tls-names.ts';

/** The most entries that a list of the file may have. */
const MAX_ENTRIES = 100;

const pem = kinds.text({ pattern: /-----BEGIN [A-Z ]+-----/, allowed: 'PEM text', atMostCharacters: 65_536 });
const file = kinds.text({ pattern: /./, allowed: 'a file' });
const header = kinds.text({ pattern: /^[\t\n\r\x20-\x7e]+$/, allowed: 'printable ASCII text', atMostCharacters: 8192 });

/**
 * What a web configuration file of Prometheus' exporter-toolkit may hold, beside its users. Source:
 * https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
 */
export const WEB_SETTINGS = {
  cert: { flag: 'tls_server_config.cert', kind: pem, description: 'The certificate itself.' },
  certFile: { flag: 'tls_server_config.cert_file', kind: file, description: 'Its file.' },
  key: { flag: 'tls_server_config.key', kind: pem, description: 'The private key itself.' },
  keyFile: { flag: 'tls_server_config.key_file', kind: file, description: 'Its file.' },
  clientCa: { flag: 'tls_server_config.client_ca', kind: pem, description: 'CA certificates for clients.' },
  clientCaFile: { flag: 'tls_server_config.client_ca_file', kind: file, description: 'Their file.' },
  clientAuthType: {
    flag: 'tls_server_config.client_auth_type',
    kind: kinds.oneOf(CLIENT_AUTH_TYPES),
    description: 'What is asked of clients.',
    default: 'NoClientCert',
  },
  clientAllowedSans: {
    flag: 'tls_server_config.client_allowed_sans',
    kind: kinds.text({ pattern: /./, allowed: 'a subject alternative name' }),
    description: 'Names of which the certificate of a client must have one.',
    atMost: MAX_ENTRIES,
  },
  minVersion: {
    flag: 'tls_server_config.min_version',
    kind: kinds.oneOf(TLS_VERSIONS),
    description: 'The least version of TLS.',
    default: 'TLS12',
  },
  maxVersion: {
    flag: 'tls_server_config.max_version',
    kind: kinds.oneOf(TLS_VERSIONS),
    description: 'The greatest version of TLS.',
    default: 'TLS13',
  },
  cipherSuites: {
    flag: 'tls_server_config.cipher_suites',
    kind: kinds.oneOf(cipherNames),
    description: 'For TLS 1.2 and before; those of TLS 1.3 are not chosen.',
    atMost: MAX_ENTRIES,
  },
  preferServerCipherSuites: {
    flag: 'tls_server_config.prefer_server_cipher_suites',
    kind: kinds.toggle,
    description: 'Whether the order of the server counts.',
    default: 'true',
  },
  curvePreferences: {
    flag: 'tls_server_config.curve_preferences',
    kind: kinds.oneOf(CURVES),
    description: 'Curves of the key exchange.',
    atMost: MAX_ENTRIES,
  },
  http2: {
    flag: 'http_server_config.http2',
    kind: kinds.toggle,
    description: 'Whether HTTP/2 is spoken, which needs TLS.',
    default: 'true',
  },
  contentSecurityPolicy: {
    flag: 'http_server_config.headers.Content-Security-Policy',
    kind: header,
    description: 'A header of every answer, as the next ones.',
  },
  frameOptions: {
    flag: 'http_server_config.headers.X-Frame-Options',
    kind: kinds.oneOf(['deny', 'sameorigin']),
    description: 'Header.',
  },
  contentTypeOptions: {
    flag: 'http_server_config.headers.X-Content-Type-Options',
    kind: kinds.oneOf(['nosniff']),
    description: 'Header.',
  },
  xssProtection: {
    flag: 'http_server_config.headers.X-XSS-Protection',
    kind: header,
    description: 'Header.',
  },
  strictTransportSecurity: {
    flag: 'http_server_config.headers.Strict-Transport-Security',
    kind: header,
    description: 'Header.',
  },
} as const satisfies Settings;
