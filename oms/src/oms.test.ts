import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OmsStatus, VmList } from '@faultline/contracts';
import { pino } from 'pino';
import { readConfig } from './config.ts';
import { DataFolderHeldError } from './database/index.ts';
import { startOms, type Oms } from './oms.ts';
import { metricsText } from './testing/metrics-text.ts';
import { WITHOUT_THREADS } from './testing/context.ts';

const VM = {
  uuid: '11111111-1111-4111-8111-111111111111',
  name: 'web',
  raw: { state: 'running', reason: 'booted' } as const,
};

describe('a running OMS', () => {
  let folder: string;
  let exporter: Server;
  const running: Oms[] = [];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-oms-'));
    let number = 0;
    exporter = createServer((_request, response) => {
      number += 1;
      response.end(metricsText({ number, at: Date.now(), domains: [{ ...VM, cpuTimeSeconds: number }] }));
    }).listen(0, '127.0.0.1');
    await once(exporter, 'listening');
  });
  afterEach(async () => {
    for (const oms of running.splice(0)) await oms.close();
    exporter.closeAllConnections();
    exporter.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(...args: string[]): Promise<Oms> {
    const config = readConfig(
      [...WITHOUT_THREADS, '--web.listen-address', '127.0.0.1:0', '--data.dir', folder, ...args],
      {},
    );
    const oms = await startOms(config, pino({ level: 'silent' }));
    running.push(oms);
    return oms;
  }
  const get = async (url: string): Promise<unknown> => (await fetch(url)).json();
  async function vmsOf(url: string): Promise<VmList['vms']> {
    for (;;) {
      const { vms } = (await get(`${url}/api/v1/vms`)) as VmList;
      if (vms.length > 0) return vms;
    }
  }

  it('collects from an exporter, shows what it collected, and finds it at the next start', async () => {
    const metrics = `http://127.0.0.1:${(exporter.address() as AddressInfo).port}/metrics`;
    const { url, close } = await start('--scrape.url', metrics, '--scrape.interval', '100ms');
    expect(await vmsOf(url)).toMatchObject([{ name: 'web', host: 'hA', state: 'running' }]);
    const { hosts, recording } = (await get(`${url}/api/v1/status`)) as OmsStatus;
    expect([hosts, recording]).toMatchObject([[{ url: metrics, host: 'hA', error: null }], null]);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain(
      'faultline_oms_cycles_total{host="hA",outcome="stored"}',
    );
    expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
    expect((await fetch(`${url}/-/ready`)).status).toBe(200);
    await close();
    const again = await start();
    expect(await vmsOf(again.url)).toMatchObject([{ name: 'web', host: 'hA' }]);
  });

  it('is alone on its data folder, and tells the second who it is', async () => {
    const { url, close } = await start();
    await expect(start()).rejects.toThrow(DataFolderHeldError);
    await expect(start()).rejects.toThrow(`pid ${process.pid}, at ${url}`);
    expect(JSON.parse(readFileSync(join(folder, 'lock.json'), 'utf8'))).toMatchObject({
      pid: process.pid,
      address: url,
    });
    await close();
    expect(existsSync(join(folder, 'lock.json'))).toBe(false);
  });

  it('lets the data folder go when it cannot listen', async () => {
    const taken = `127.0.0.1:${(exporter.address() as AddressInfo).port}`;
    await expect(start('--web.listen-address', taken)).rejects.toThrow('EADDRINUSE');
    await start();
  });
});
