import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lab, OUTSIDE_ADDRESS, SWITCH_ADDRESS } from '@faultline/lab';
import { describe, expect, it } from '@jest/globals';
import { startExporter, until } from './programs.ts';

const MINUTE = 60_000;
const GUESTS = 20;
const INTERVAL_S = 10;
// Twenty guests need 5 GB and a minute or two to boot under emulation: jest.config.mjs leaves this file out unless it is asked for.
describe('20 real VMs, one of them with a hung agent (D18)', () => {
  it(
    'looks into the other 19 in every interval',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'faultline-many-'));
      const guests = Array.from({ length: GUESTS }, (_, index) => ({ name: `vm${index + 1}`, memoryMiB: 96 }));
      const startedAt = Date.now();
      const lab = await Lab.up({ folder: join(folder, 'lab'), guests });
      process.stderr.write(`${GUESTS} guests answer after ${Date.now() - startedAt} ms\n`);
      const hung = lab.guest('vm7');
      await hung.agentExec('/bin/sh', ['-c', '(sleep 0.3; killall -STOP qemu-ga) >/dev/null 2>&1 &']);
      const exporter = await startExporter({
        libvirtUri: hung.host.uri,
        omsUrl: 'http://127.0.0.1:9',
        spoolDir: join(folder, 'spool'),
        cycleInterval: '1s',
        args: [
          ...['--guest-agent.interval', `${INTERVAL_S}s`, '--guest-agent.external-address', OUTSIDE_ADDRESS],
          ...['--guest-agent.networks-file', await networksFile(folder)],
        ],
      });
      try {
        const times = new Map<string, number[]>();
        const durations: number[] = [];
        const note = async (): Promise<string> => {
          const page = await (await fetch(exporter.metricsUrl)).text();
          for (const [, name = '', at] of page.matchAll(
            /^libvirt_domain_guest_agent_probe_timestamp_seconds\{domain="(\w+)".* (\S+)$/gm,
          )) {
            const seen = times.get(name) ?? [];
            if (seen.at(-1) !== Number(at)) seen.push(Number(at));
            times.set(name, seen);
          }
          for (const [, took] of page.matchAll(/^libvirt_domain_guest_agent_probe_duration_seconds\{.* (\S+)$/gm))
            durations.push(Number(took));
          return page;
        };
        const wellOnes = guests.map(({ name }) => name).filter((name) => name !== hung.name);
        const page = await until(
          'four rounds in every guest',
          async () => {
            const last = await note();
            return wellOnes.every((name) => (times.get(name)?.length ?? 0) >= 4) ? last : undefined;
          },
          10 * INTERVAL_S * 1000,
          500,
        );
        const gaps = wellOnes.flatMap((name) => {
          const seen = times.get(name) ?? [];
          return seen.slice(1).map((at, index) => at - (seen[index] ?? 0));
        });
        process.stderr.write(
          `from one round to the next: ${Math.min(...gaps).toFixed(2)} to ${Math.max(...gaps).toFixed(2)} s; the longest round ${Math.max(...durations).toFixed(2)} s\n`,
        );
        expect(Math.max(...gaps)).toBeLessThan(1.5 * INTERVAL_S);
        const verdict = (name: string, which: string) =>
          new RegExp(`^faultline_guest_verdict\\{domain="${name}",.*verdict="${which}"\\} 1$`, 'm');
        for (const name of wellOnes) expect(page).toMatch(verdict(name, 'ok'));
        expect(page).toMatch(verdict(hung.name, 'agent-unavailable'));
      } finally {
        await exporter.end();
        await lab.down();
        await rm(folder, { recursive: true, force: true });
      }
    },
    15 * MINUTE,
  );
});

async function networksFile(folder: string): Promise<string> {
  const path = join(folder, 'networks.yml');
  await writeFile(path, `networks:\n  - match: { bridge: br0 }\n    gateway: ${SWITCH_ADDRESS}\n    type: extranet\n`);
  return path;
}
