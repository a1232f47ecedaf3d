import type { SecureVersion } from 'node:tls';

/** Go's names, which the file has, in OpenSSL's words. */
const VERSIONS = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
} as const satisfies Record<string, SecureVersion>;

/** TLS 1.3 has no choice of suites in Go, so that it is offered whatever else is chosen. */
const TLS13_SUITES = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'] as const;

const SUITES = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_RSA_WITH_AES_128_GCM_SHA256: 'AES128-GCM-SHA256',
  TLS_RSA_WITH_AES_256_GCM_SHA384: 'AES256-GCM-SHA384',
  TLS_RSA_WITH_AES_128_CBC_SHA: 'AES128-SHA',
  TLS_RSA_WITH_AES_256_CBC_SHA: 'AES256-SHA',
} as const;

const CURVE_NAMES = {
  X25519: 'X25519',
  CurveP256: 'prime256v1',
  CurveP384: 'secp384r1',
  CurveP521: 'secp521r1',
} as const;

type KeyOf<T> = Extract<keyof T, string>;
const keysOf = <T extends object>(names: T): readonly KeyOf<T>[] => Object.keys(names) as KeyOf<T>[];

export const CLIENT_AUTH_TYPES = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;
export type ClientAuthType = (typeof CLIENT_AUTH_TYPES)[number];

export const TLS_VERSIONS = keysOf(VERSIONS);
export const CURVES = keysOf(CURVE_NAMES);
export const cipherNames = [...TLS13_SUITES, ...keysOf(SUITES)] as const;

export function secureVersion(name: keyof typeof VERSIONS): SecureVersion {
  return VERSIONS[name];
}

/** OpenSSL's list for `ciphers`; undefined leaves Node's own choice. */
export function opensslCiphers(
  names: readonly (typeof cipherNames)[number][],
  isOldTlsAllowed: boolean,
): string | undefined {
  // OpenSSL 3 has TLS 1.0 and 1.1 only at its lowest level of security.
  const level = isOldTlsAllowed ? ['@SECLEVEL=0'] : [];
  const chosen = names.flatMap((name) => (name in SUITES ? [SUITES[name as keyof typeof SUITES]] : []));
  if (names.length > 0) return [...TLS13_SUITES, ...chosen, ...level].join(':');
  return isOldTlsAllowed ? ['DEFAULT', ...level].join(':') : undefined;
}

export function opensslCurves(names: readonly (keyof typeof CURVE_NAMES)[]): string | undefined {
  return names.length === 0 ? undefined : names.map((name) => CURVE_NAMES[name]).join(':');
}
