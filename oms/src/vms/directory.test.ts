import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OmsDatabase } from '../database/index.ts';
import { onEachEngine } from '../testing/engines.ts';
import { readAddress } from './address.ts';
import { factsOf, setFacts } from './facts.ts';
import { findVms, learnFacts, rememberVm, searchVms, type VmIdentification } from './index.ts';

const uuid = (digit: number): string => `${digit}1111111-1111-4111-8111-111111111111`;
const [WEB, DB, OLD] = [uuid(1), uuid(2), uuid(3)];
const HOUR_MS = 3_600_000;

describe('an address', () => {
  it.each([
    ['10.0.0.5', 'ip', '10.0.0.5'],
    [' 2001:DB8:0:0:0:0:0:1 ', 'ip', '2001:db8::1'],
    ['::ffff:10.0.0.5', 'ip', '10.0.0.5'],
    ['52:54:00:AB:CD:EF', 'mac', '52:54:00:ab:cd:ef'],
    ['52-54-00-ab-cd-ef', 'mac', '52:54:00:ab:cd:ef'],
    ['525400abcdef', 'mac', '52:54:00:ab:cd:ef'],
  ])('%s is the %s address %s', (text, kind, address) => {
    expect(readAddress(text)).toEqual({ kind, address });
  });
  it.each([
    '',
    '10.0.0',
    '10.0.0.05',
    '10.0.0.5/24',
    'fe80::1%eth0',
    '52:54:00:ab:cd',
    '52:54-00:ab:cd:ef',
    'web',
    ':',
  ])('%j is none', (text) => {
    expect(readAddress(text)).toBeNull();
  });
});

onEachEngine('the directory of VMs', (engine) => {
  let db: OmsDatabase;
  beforeEach(async () => {
    db = await engine.open();
    await see(WEB, 'shop-web', 100);
    await see(DB, 'shop-db', 200);
    await see(OLD, 'shop-web', 50);
  });
  afterEach(() => db.destroy());

  const see = (vm: string, name: string, at: number): Promise<void> =>
    rememberVm(db, { vm: { uuid: vm, name }, host: 'hA', at, active: true }, { staleAfterMs: 45_000 });
  const found = async (identification: VmIdentification): Promise<string[]> =>
    (await findVms(db, identification)).map((vm) => vm.uuid);
  const search = async (text: string, limit = 10): Promise<string[]> =>
    (await searchVms(db, text, limit)).map((vm) => vm.uuid);
  const fromHost = (at: number, vm: string, more: object = {}): Promise<void> =>
    learnFacts(db, { source: 'host', at }, [{ vm, addresses: [], ...more }]);
  const fromGuest = (at: number, vm: string, ...addresses: string[]): Promise<void> =>
    learnFacts(db, { source: 'guest', at }, [{ vm, addresses }]);

  describe('finding a VM by what identifies it (A3, A11)', () => {
    it('gives all who bear the name, the user or the address, the last seen first', async () => {
      await fromHost(10, WEB, { owner: 'ana', project: 'shop' });
      await fromHost(10, DB, { owner: 'ana' });
      await fromGuest(10, DB, '10.0.0.5', '52:54:00:00:00:02');
      expect(await found({ name: 'shop-web' })).toEqual([WEB, OLD]);
      expect(await found({ user: 'ana' })).toEqual([DB, WEB]);
      expect(await found({ ip: '10.0.0.5' })).toEqual([DB]);
      expect(await found({ uuid: OLD })).toEqual([OLD]);
      expect(await found({ ip: '10.0.0.6' })).toEqual([]);
      expect(await found({ ip: "' or 1=1 --" })).toEqual([]);
      expect(await found({ name: 'shop-%' })).toEqual([]);
    });

    it('still finds a VM by its address when it failed and shows none any more', async () => {
      await fromGuest(10, WEB, '10.0.0.5');
      await fromGuest(20, WEB);
      await fromHost(30, WEB, { owner: 'ana' });
      expect(await found({ ip: '10.0.0.5' })).toEqual([WEB]);
    });

    it('follows an address to the VM that has it now where the other told of a new one', async () => {
      await fromGuest(10, WEB, '10.0.0.5');
      await fromGuest(20, DB, '10.0.0.5');
      expect(await found({ ip: '10.0.0.5' })).toEqual([DB, WEB]);
      await fromGuest(30, WEB, '10.0.0.6');
      expect(await found({ ip: '10.0.0.5' })).toEqual([DB]);
    });

    it('believes an operator before what was observed, until the word is taken back', async () => {
      await fromHost(10, WEB, { owner: 'ana' });
      await fromGuest(10, WEB, '10.0.0.5');
      await setFacts(db, DB, { owner: 'bob', addresses: ['10.0.0.5', '52-54-00-00-00-09'] }, 20);
      await setFacts(db, WEB, { owner: 'cyd', group: 'front', important: true }, 20);
      await fromHost(30, WEB, { owner: 'ana' });
      expect(await found({ user: 'ana' })).toEqual([]);
      expect(await found({ user: 'cyd' })).toEqual([WEB]);
      expect(await found({ ip: '10.0.0.5' })).toEqual([DB]);
      expect((await factsOf(db, [DB])).get(DB)).toEqual({
        owner: 'bob',
        project: null,
        group: null,
        important: false,
        ips: ['10.0.0.5'],
        macs: ['52:54:00:00:00:09'],
      });
      await setFacts(db, WEB, { owner: null, important: null }, 40);
      await setFacts(db, DB, { addresses: null }, 40);
      expect((await factsOf(db)).get(WEB)).toMatchObject({ owner: 'ana', group: 'front', important: false });
      expect(await found({ ip: '10.0.0.5' })).toEqual([WEB]);
    });

    it('does not let an older word that arrives late replace a newer one', async () => {
      await fromGuest(20, WEB, '10.0.0.6');
      await fromGuest(10, WEB, '10.0.0.5');
      expect(await found({ ip: '10.0.0.6' })).toEqual([WEB]);
      expect(await found({ ip: '10.0.0.5' })).toEqual([]);
    });

    it('writes nothing while a source goes on saying the same, but once an hour', async () => {
      const lastSeen = async () =>
        (await db.selectFrom('vm_addresses').select('last_seen').execute()).map((row) => row.last_seen);
      await fromGuest(0, WEB, '10.0.0.5');
      await fromGuest(HOUR_MS - 1, WEB, '10.0.0.5');
      expect(await lastSeen()).toEqual([0]);
      await fromGuest(HOUR_MS, WEB, '10.0.0.5');
      expect(await lastSeen()).toEqual([HOUR_MS]);
    });
  });

  describe('searching VMs by text', () => {
    it('looks into name, host, user, project, group, addresses and the beginning of the UUID, whatever the case', async () => {
      await fromHost(10, WEB, { owner: 'Ana', project: 'Shop' });
      await fromGuest(10, DB, '10.0.0.5', '52:54:00:00:00:02');
      await setFacts(db, OLD, { group: 'archive_1' }, 10);
      expect(await search('SHOP')).toEqual([DB, WEB, OLD]);
      expect(await search('shop', 1)).toEqual([DB]);
      expect(await search('ana')).toEqual([WEB]);
      expect(await search('10.0.0')).toEqual([DB]);
      expect(await search('52:54')).toEqual([DB]);
      expect(await search('31111111-')).toEqual([OLD]);
      expect(await search('ha')).toHaveLength(3);
      expect(await search('archive_1')).toEqual([OLD]);
    });

    it('takes signs that mean something to a database as they are', async () => {
      await see(DB, '100%_\\db', 300);
      expect(await search('%')).toEqual([DB]);
      expect(await search('0%_\\')).toEqual([DB]);
      expect(await search("'")).toEqual([]);
      expect(await search('_')).toEqual([DB]);
    });
  });
});
