import { freePort, type LabHost } from '@faultline/lab';
import type { Closers } from '../../closers.ts';
import { launch, run, untilReady, type Program } from '../../programs.ts';

/** An exporter under measurement. */
export interface Subject extends Program {
  url: string;
}

/** Debian's prometheus-libvirt-exporter on the host, as its service unit starts it. */
export async function startTheirs(host: LabHost, closers: Closers): Promise<Subject> {
  const port = await freePort();
  const program = launch(
    'prometheus-libvirt-exporter',
    [`--web.listen-address=127.0.0.1:${port}`, `--libvirt.uri=${host.uri}`],
    false,
  );
  closers.add(() => program.end('SIGKILL'));
  const url = `http://127.0.0.1:${port}/metrics`;
  await untilReady(program, url);
  return { ...program, url };
}

const SCRIPT = 'exporter/dist/main.js';

/** Ours, with further flags. */
export async function startOurs(uri: string, closers: Closers, flags: readonly string[] = []): Promise<Subject> {
  const port = await freePort();
  const args = [
    ...['--libvirt.uri', uri, '--web.listen-address', `127.0.0.1:${port}`, '--log.level', 'error'],
    ...flags,
  ];
  const program = run(SCRIPT, args);
  closers.add(() => program.end());
  const url = `http://127.0.0.1:${port}`;
  await untilReady(program, `${url}/-/ready`);
  return { ...program, url: `${url}/metrics` };
}
