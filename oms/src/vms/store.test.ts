import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { OmsDatabase } from '../database/index.ts';
import { findVm, rememberVm } from './index.ts';
import { onEachEngine } from '../testing/engines.ts';

const vm = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };
const STALE_MS = 45_000;

onEachEngine('which host a VM belongs to', (engine) => {
  let db: OmsDatabase;
  beforeEach(async () => {
    db = await engine.open();
  });
  afterEach(() => db.destroy());

  const see = (host: string, at: number, active: boolean): Promise<void> =>
    rememberVm(db, { vm, host, at, active }, { staleAfterMs: STALE_MS });
  const host = async (): Promise<string | undefined> => (await findVm(db, vm.uuid))?.host;

  it('never gives a VM to a leftover definition while the host that ran it is only silent', async () => {
    await see('hB', 0, true);
    await see('hA', 10 * STALE_MS, false);
    expect(await host()).toBe('hB');
  });

  it('follows the process to the host where it is seen', async () => {
    await see('hA', 0, true);
    await see('hB', 1000, true);
    await see('hA', 2000, false);
    expect(await host()).toBe('hB');
  });

  it('lets a definition take over from another definition that nobody speaks of any more', async () => {
    await see('hA', 0, true);
    await see('hA', 1000, false);
    await see('hB', 2000, false);
    expect(await host()).toBe('hA');
    await see('hB', 2000 + STALE_MS, false);
    expect(await host()).toBe('hB');
  });
});
