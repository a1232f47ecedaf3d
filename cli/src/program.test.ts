import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { VmList } from '@faultline/contracts';
import { readConfig, startOms, type Oms } from '@faultline/oms';
import { pino } from 'pino';
import { RefusedError, UnreachableError } from './client.ts';
import { ArgumentError, NotSucceededError } from './command.ts';
import { createProgram } from './program.ts';

const RECORDING = fileURLToPath(new URL('../../scenarios/guest-panic', import.meta.url));

describe('faultline, asking an OMS that shows the recorded incident', () => {
  let folder: string;
  let oms: Oms;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-cli-'));
    const args = ['--web.listen-address', '127.0.0.1:0', '--data.dir', folder, '--replay.dir', RECORDING];
    // From its sources it has no threads.
    const open = ['--web.anonymous-access', 'operate', '--query.threads', '0'];
    oms = await startOms(readConfig([...args, ...open], {}), pino({ level: 'silent' }));
  });
  afterAll(async () => {
    await oms.close();
    rmSync(folder, { recursive: true });
  });

  async function run(...args: string[]): Promise<string> {
    let said = '';
    const write = (text: string): void => {
      said += text;
    };
    const program = createProgram({ version: '1', write, columns: 100, now: Date.now, user: 'ana' });
    program.configureOutput({ writeErr: () => undefined });
    for (const command of program.commands) command.configureOutput({ writeErr: () => undefined });
    await program.parseAsync(['--server', oms.url, ...args], { from: 'user' });
    return said;
  }

  it('lists VMs, for people and for programs', async () => {
    expect(await run('vms')).toMatch(/^NAME +STATE +HOST +LAST SEEN +UUID\nshop-web-1 +running +hA /);
    expect(JSON.parse(await run('vms', '--json')) as VmList['vms']).toMatchObject([{ name: 'shop-web-1', host: 'hA' }]);
    expect(await run('vms', '--host', 'hB')).toBe('No VMs are known.\n');
  });

  it('shows the incident on one time axis (A7, A12-A17)', async () => {
    const text = await run('timeline', 'shop-web-1', '--from', '5m');
    expect(text).toMatch(/^state .*█.*X.*█$/m);
    expect(text).toMatch(/operation +stop by alice: ok/);
    expect(text).toMatch(/alarm +critical VM crashed: the guest crashed \(panicked\)/);
    expect(JSON.parse(await run('timeline', 'shop-web-1', '--from', '5m', '--json'))).toMatchObject({
      vm: { name: 'shop-web-1' },
      alarms: [{ level: 'minor' }, { level: 'critical' }],
    });
  });

  it('tells a failed operation hop by hop, with its cause (A29)', async () => {
    const text = await run('operation', 'incident-3-start');
    expect(text).toMatch(/user deploy-bot: start of VM shop-web-1, failed \(/);
    expect(text).toMatch(/NC starts the VM: failed \(Requested operation is not valid/);
    await expect(run('operation', 'incident-3-start', '--follow')).rejects.toThrow(NotSucceededError);
  });

  it('says whose fault it was at a moment, with the evidence, and what was meant is nobody’s', async () => {
    const at = (ms: number) => run('diagnose', 'shop-web-1', '--at', new Date(ms).toISOString());
    const crash = await at(1_795_406_275_000);
    expect(crash).toMatch(
      /^shop-web-1 on hA at .*: guest, 80 %\n  the guest crashed; how its host was .* is not known\n/,
    );
    expect(crash).toMatch(/^  to do: wait$/m);
    expect(crash).toMatch(/^  \+ domain +down +shutoff \(crashed\) on hA, after a panic$/m);
    expect(crash).toMatch(/^  rule panic-host-not-known, cycle \d+ of /m);
    const stopped = await at(1_795_406_170_000);
    expect(stopped).toMatch(/: operator-intent, 95 %\n/);
    expect(stopped).toMatch(/^  \+ intent +up +stop by alice$/m);
    expect(JSON.parse(await run('diagnose', 'shop-web-1', '--json'))).toMatchObject({ fault: 'none', rule: 'well' });
  });

  it('lists alarms and shows one (A43)', async () => {
    expect(await run('alarms')).toBe('There are no such alarms.\n');
    const all = JSON.parse(await run('alarms', '--all', '--vm', 'shop-web-1', '--level', 'critical', '--json')) as {
      id: string;
    }[];
    expect(all).toHaveLength(1);
    expect(await run('alarm', all[0]?.id ?? '')).toMatch(/^VM crashed\n +cause +the guest crashed \(panicked\)\n/);
  });

  it.each<[string, string[], new (...args: never[]) => Error]>([
    ['a VM that nobody knows', ['timeline', 'nobody'], ArgumentError],
    ['a time that is none', ['timeline', 'shop-web-1', '--from', 'yesterday'], ArgumentError],
    ['a moment that is none', ['diagnose', 'shop-web-1', '--at', 'then'], ArgumentError],
    ['a range turned round', ['timeline', 'shop-web-1', '--from', 'now', '--to', '1h'], ArgumentError],
    ['a kind that is not performed', ['ask', 'explode', 'shop-web-1'], ArgumentError],
    ['fields that are no JSON', ['ask', 'migrate', 'shop-web-1', '--with', '{"toHost"'], ArgumentError],
    ['a level that is none', ['alarms', '--level', 'worst'], ArgumentError],
    ['a report of two VMs', ['report', 'it is slow', '--name', 'a', '--ip', '10.0.0.1'], ArgumentError],
    ['an operation that is unknown', ['operation', 'no/such'], RefusedError],
    ['an act on a recorded incident', ['ack', 'al-1'], RefusedError],
    ['an operation on a recorded incident', ['ask', 'stop', 'shop-web-1'], RefusedError],
    ['an OMS that is not there', ['--server', 'http://127.0.0.1:9', 'vms'], UnreachableError],
  ])('refuses %s', async (_, args, error) => {
    await expect(run(...args)).rejects.toThrow(error);
  });
});
