import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, Lab, type GuestOptions, type LabHost, type UpOptions } from '@faultline/lab';
import { OmsApi } from './api.ts';
import type { Closers } from './closers.ts';
import { startExporter, startOms, type Exporter, type Oms } from './programs.ts';

/** An exporter and an OMS for one libvirt host, as an operator would set them up. */
export interface Stack {
  oms: Oms;
  exporter: Exporter;
  api: OmsApi;
}

/** How often the tests' exporter collects: short, so that they need not wait long. */
const CYCLE = '2s';

/** A folder of the caller's own, removed when it closes. */
export async function openFolder(closers: Closers): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-e2e-'));
  closers.add(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A lab of the caller's own, with these guests, booted unless told otherwise. */
export async function openLab(
  closers: Closers,
  guests: GuestOptions[],
  more: Pick<UpOptions, 'hosts' | 'boot' | 'onProgress'> = {},
): Promise<Lab> {
  const folder = await openFolder(closers);
  closers.add(() => Lab.down(folder));
  return Lab.up({ folder, guests, ...more });
}

/** Starts both; the OMS scrapes the exporter and may act on the host, the exporter reports to the OMS. */
export async function startStack(host: LabHost, closers: Closers): Promise<Stack> {
  const work = await openFolder(closers);
  // The exporter needs the OMS's address and the OMS the exporter's: the exporter's port is chosen first.
  const exporterPort = await freePort();
  const oms = await startOms(join(work, 'oms'), [
    ...['--scrape.url', `http://127.0.0.1:${exporterPort}/metrics`, '--scrape.interval', CYCLE],
    ...['--control.host', `${host.name}=${host.uri}`],
  ]);
  closers.add(() => oms.end());
  const exporter = await startExporter({
    libvirtUri: host.uri,
    omsUrl: oms.url,
    spoolDir: join(work, 'spool'),
    cycleInterval: CYCLE,
    port: exporterPort,
  });
  closers.add(() => exporter.end());
  return { oms, exporter, api: new OmsApi(oms.url) };
}
