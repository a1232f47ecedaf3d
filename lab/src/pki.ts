import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from './run.ts';

/**
 * Makes certificates as libvirt's documentation does, in its pkipath layout: `ours/` with a CA, the certificate of a
 * daemon at `address` and a client's; `strangers/` with another CA and its client. RSA: libvirtd 9.0 refuses a
 * certificate of its own that does not permit key encipherment, and certtool gives an elliptic key none that does.
 */
export async function makePki(run: Run, folder: string, address: string): Promise<void> {
  const certtool = (...args: string[]) => run('certtool', args);
  const template = async (name: string, lines: string[]): Promise<string> => {
    const path = join(folder, `${name}.info`);
    await writeFile(path, lines.join('\n'));
    return path;
  };
  const authority = async (name: string): Promise<void> => {
    await mkdir(join(folder, name), { recursive: true });
    const info = await template(name, [`cn = ${name}`, 'ca', 'cert_signing_key']);
    await certtool('--generate-privkey', '--rsa', '--bits', '2048', '--outfile', join(folder, `${name}.key`));
    const files = ['--load-privkey', join(folder, `${name}.key`), '--outfile', join(folder, name, 'cacert.pem')];
    await certtool('--generate-self-signed', '--template', info, ...files);
  };
  const issue = async (ca: string, kind: 'server' | 'client', names: string[]): Promise<void> => {
    const key = join(folder, ca, `${kind}key.pem`);
    const info = await template(`${ca}-${kind}`, [...names, `tls_www_${kind}`, 'signing_key', 'encryption_key']);
    await certtool('--generate-privkey', '--rsa', '--bits', '2048', '--outfile', key);
    const signer = [
      '--load-ca-certificate',
      join(folder, ca, 'cacert.pem'),
      '--load-ca-privkey',
      join(folder, `${ca}.key`),
    ];
    const outfile = ['--outfile', join(folder, ca, `${kind}cert.pem`)];
    await certtool('--generate-certificate', '--template', info, '--load-privkey', key, ...signer, ...outfile);
  };
  await authority('ours');
  await issue('ours', 'server', ['cn = hA', 'dns_name = hA', `ip_address = ${address}`]);
  await issue('ours', 'client', ['cn = client']);
  await authority('strangers');
  await issue('strangers', 'client', ['cn = stranger']);
}
