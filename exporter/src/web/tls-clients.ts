import type { TLSSocket } from 'node:tls';
import type { TlsConfig } from './config/web-config.ts';

/** The names in a certificate, of every kind, as `getPeerX509Certificate().subjectAltName` writes them. */
export function sansOf(subjectAltName: string | undefined): string[] {
  const names = (subjectAltName ?? '').matchAll(/(?:^|, )(?:DNS|IP Address|email|URI):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  // Node quotes a name that could be taken for two.
  return [...names].map(([, name = '']) => (name.startsWith('"') ? (JSON.parse(name) as string) : name));
}

/** Whether the client at the other end shows what is asked of it. To be asked once the handshake is done. */
export function isClientAllowed(
  socket: Pick<TLSSocket, 'authorized' | 'getPeerX509Certificate'>,
  { clientAuthType, clientAllowedSans }: Pick<TlsConfig, 'clientAuthType' | 'clientAllowedSans'>,
): boolean {
  if (clientAuthType === 'NoClientCert' || clientAuthType === 'RequestClientCert') return true;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return clientAuthType === 'VerifyClientCertIfGiven';
  if (clientAuthType === 'RequireAnyClientCert') return true;
  if (!socket.authorized) return false;
  return (
    clientAllowedSans.length === 0 ||
    sansOf(certificate.subjectAltName).some((name) => clientAllowedSans.includes(name))
  );
}
