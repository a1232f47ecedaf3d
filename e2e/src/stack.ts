import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabHost } from '@faultline/lab';
import { OmsApi } from './api.ts';
import { freePort, startExporter, startOms, type Exporter, type Oms } from './programs.ts';

/** An exporter and an OMS for one libvirt host, as an operator would set them up. */
export interface Stack {
  oms: Oms;
  exporter: Exporter;
  api: OmsApi;
  close(): Promise<void>;
}

/** How often the tests' exporter collects: short, so that they need not wait long. */
export const CYCLE_SECONDS = 2;

/** Starts both; the OMS scrapes the exporter and may act on the host, the exporter reports to the OMS. */
export async function startStack(host: LabHost): Promise<Stack> {
  const work = await mkdtemp(join(tmpdir(), 'faultline-stack-'));
  const remove = (): Promise<void> => rm(work, { recursive: true, force: true });
  // The exporter needs the OMS's address and the OMS the exporter's: the exporter's port is chosen first.
  const exporterPort = await freePort();
  const oms = await startOms(join(work, 'oms'), [
    ...['--scrape.url', `http://127.0.0.1:${exporterPort}/metrics`, '--scrape.interval', `${CYCLE_SECONDS}s`],
    ...['--control.host', `${host.name}=${host.uri}`],
  ]);
  const exporter = await startExporter({
    libvirtUri: host.uri,
    omsUrl: oms.url,
    spoolDir: join(work, 'spool'),
    cycleInterval: `${CYCLE_SECONDS}s`,
    port: exporterPort,
  }).catch(async (error: unknown) => {
    await oms.end();
    await remove();
    throw error;
  });
  return {
    oms,
    exporter,
    api: new OmsApi(oms.url),
    async close() {
      await exporter.end();
      await oms.end();
      await remove();
    },
  };
}
