import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadSettingError } from '@faultline/program';
import bcrypt from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeCa, makeCertificate } from '../testing.ts';
import { readWebConfig } from './web-config.ts';

const HASH = bcrypt.hashSync('secret', 4);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-web-'));
  makeCa(folder, 'ca');
  makeCertificate(folder, { name: 'server', ca: 'ca', san: 'DNS:localhost' });
  writeFileSync(join(folder, 'nonsense.pem'), 'nonsense');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const file = (): string => join(folder, 'web.yml');
function read(text: string) {
  writeFileSync(file(), text);
  return readWebConfig('--web.config.file', file());
}
const TLS = 'cert_file: server.pem, key_file: server.key';

describe('a web configuration', () => {
  it('may be empty: plain HTTP, open', () => {
    expect(read('# nothing yet\n')).toEqual({ tls: null, headers: {}, users: null, files: [file()] });
  });

  it('is read as exporter-toolkit has it, its paths from its own folder', () => {
    const config = read(`
tls_server_config:
  cert_file: server.pem
  key_file: server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ${join(folder, 'ca.pem')}
  client_allowed_sans: [prometheus.example, 10.0.0.1]
  min_version: TLS12
  max_version: TLS12
  cipher_suites:
    - TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    - TLS_AES_128_GCM_SHA256
  prefer_server_cipher_suites: false
  curve_preferences: [CurveP384, X25519]
http_server_config:
  http2: false
  headers:
    X-Frame-Options: deny
    Strict-Transport-Security: max-age=31536000
    Content-Security-Policy: |
      default-src 'self';
      style-src 'unsafe-inline'
basic_auth_users:
  alice: ${HASH}
  some.body: ${HASH}
`);
    expect(config).toMatchObject({
      tls: {
        options: {
          minVersion: 'TLSv1.2',
          maxVersion: 'TLSv1.2',
          honorCipherOrder: false,
          ciphers:
            'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE-ECDSA-AES256-GCM-SHA384',
          ecdhCurve: 'secp384r1:X25519',
          requestCert: true,
        },
        clientAuthType: 'RequireAndVerifyClientCert',
        clientAllowedSans: ['prometheus.example', '10.0.0.1'],
        isHttp2: false,
      },
      headers: {
        'x-frame-options': 'deny',
        'strict-transport-security': 'max-age=31536000',
        'content-security-policy': "default-src 'self'; style-src 'unsafe-inline'",
      },
      files: ['web.yml', 'server.pem', 'server.key', 'ca.pem'].map((name) => join(folder, name)),
    });
    expect([...(config.users ?? [])]).toEqual([
      ['alice', HASH],
      ['some.body', HASH],
    ]);
  });

  it.each([
    ['basic_auth_users:', ':1: basic_auth_users: has no value'],
    ['basic_auth_users: {}', ':1: basic_auth_users: has no value'],
    ['tls_config: {}', ':1: tls_config: has no value'],
    ['tls_server_config: {ca_file: x}', ':1: tls_server_config.ca_file: there is no such setting'],
    ['tls_server_config: {cert_file: server.pem}', ': tls_server_config.key_file: is missing'],
    ['tls_server_config: {key_file: server.key}', ': tls_server_config.cert_file: is missing'],
    [
      'tls_server_config: {cert_file: no.pem, key_file: server.key}',
      ': tls_server_config.cert_file: ".*no.pem" cannot be read: ENOENT',
    ],
    ['tls_server_config: {cert_file: nonsense.pem, key_file: server.key}', ': tls_server_config: cannot be used: '],
    ['tls_server_config: {cert_file: server.pem, key_file: ca.key}', ': tls_server_config: cannot be used: .*mismatch'],
    [
      'tls_server_config: {cert: nonsense, key_file: server.key}',
      ':1: tls_server_config.cert: "nonsense" is not allowed; allowed: PEM text',
    ],
    [
      `tls_server_config: {${TLS}, client_auth_type: Verify}`,
      ':1: tls_server_config.client_auth_type: "Verify" is not allowed; allowed: NoClientCert, RequestClientCert, ',
    ],
    [
      `tls_server_config: {${TLS}, client_auth_type: RequireAndVerifyClientCert}`,
      ': tls_server_config.client_auth_type: RequireAndVerifyClientCert needs client_ca_file',
    ],
    [
      `tls_server_config: {${TLS}, client_ca_file: ca.pem}`,
      ': tls_server_config.client_ca_file: is given without a client_auth_type',
    ],
    [
      `tls_server_config: {${TLS}, client_allowed_sans: [x]}`,
      ': tls_server_config.client_allowed_sans: needs client_auth_type RequireAndVerifyClientCert',
    ],
    [
      `tls_server_config: {${TLS}, min_version: TLS1.2}`,
      ':1: tls_server_config.min_version: "TLS1.2" is not allowed; allowed: TLS10, TLS11, TLS12, TLS13',
    ],
    [
      `tls_server_config: {${TLS}, min_version: TLS13, max_version: TLS12}`,
      ': tls_server_config.min_version: TLS13 is above max_version TLS12',
    ],
    [
      `tls_server_config: {${TLS}, cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]}`,
      ':1: tls_server_config.cipher_suites: "TLS_RSA_WITH_RC4_128_SHA" is not allowed; allowed: ',
    ],
    [
      `tls_server_config: {${TLS}, curve_preferences: [P256]}`,
      ':1: tls_server_config.curve_preferences: "P256" is not allowed; allowed: X25519, ',
    ],
    [
      `tls_server_config: {${TLS}, prefer_server_cipher_suites: yes}`,
      ':1: tls_server_config.prefer_server_cipher_suites: "yes" is not allowed; allowed: true, false',
    ],
    [
      'http_server_config: {http3: true}',
      ':1: http_server_config.http3: there is no such setting; allowed: http_server_config.http2, ',
    ],
    [
      'http_server_config: {headers: {X-Frame-Options: allow}}',
      ':1: http_server_config.headers.X-Frame-Options: "allow" is not allowed; allowed: deny, sameorigin',
    ],
    ['http_server_config: {headers: {Server: x}}', ':1: http_server_config.headers.Server: there is no such setting'],
    [
      'http_server_config: {headers: {X-XSS-Protection: "a\\u0001b"}}',
      ':1: http_server_config.headers.X-XSS-Protection: ".*" is not allowed; allowed: printable ASCII text',
    ],
    ['basic_auth_users: {alice: hunter2}', ':1: basic_auth_users.alice: is no bcrypt hash; allowed: '],
    ['basic_auth_users: {alice: [hunter2]}', ':1: basic_auth_users.alice: is no bcrypt hash; allowed: '],
    ['basic_auth_users: {alice: {password: hunter2}}', ':1: basic_auth_users.alice.password: is no user; allowed: '],
    ['basic_auth_users: [alice]', ':1: basic_auth_users: is no user; allowed: '],
    [`basic_auth_users: {"a:b": ${HASH}}`, ':1: basic_auth_users.a:b: a user name cannot have a colon'],
    [`basic_auth_users: {"": ${HASH}}`, ':1: basic_auth_users.: is no user'],
    [`basic_auth_users: {alice: ${HASH}, alice: ${HASH}}`, ':1: is not YAML: Map keys must be unique'],
    [
      `basic_auth_users:\n${Array.from({ length: 1001 }, (_each, user) => `  u${user}: ${HASH}\n`).join('')}`,
      'basic_auth_users: 1001 users; allowed: at most 1000',
    ],
    ['basic_auth_users', ':1: is no mapping of settings'],
  ])('%j is refused', (text, line) => {
    let error: unknown;
    try {
      read(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(BadSettingError);
    const { message } = error as Error;
    expect(message).toMatch(new RegExp(`^(${file()})?${line}`));
    expect(message).not.toMatch(/\n|hunter2/);
  });
});
