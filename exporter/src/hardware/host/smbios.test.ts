import { describe, expect, it } from '@jest/globals';
import { SERVER } from '../testing/server.ts';
import { area, serverTable, structure } from '../testing/smbios.ts';
import { dmi } from './dmi.ts';
import { smbiosStructures } from './smbios.ts';

const parse = (table: Buffer) => dmi.parse({ table, id: {} });

describe('what the firmware says is plugged in (DMI)', () => {
  it('gives board, processors, memory modules and power supplies, and no empty slot', () => {
    const parts = parse(serverTable());
    expect(parts.map(({ kind }) => kind).filter((kind, index, all) => all.indexOf(kind) === index)).toEqual([
      'board',
      'cpu',
      'dimm',
      'psu',
    ]);
    expect(parts.filter(({ kind }) => kind === 'dimm')).toHaveLength(24);
    expect(parts.filter(({ kind }) => kind === 'cpu').map(({ name }) => name)).toEqual(['CPU1', 'CPU2']);
    expect(parts[0]).toEqual({
      kind: 'board',
      name: 'system',
      vendor: SERVER.vendor,
      model: SERVER.model,
      serial: SERVER.serial,
      identities: [`name:${SERVER.uuid.replaceAll('-', '')}`],
    });
    expect(parts.at(-1)).toMatchObject({ kind: 'psu', serial: 'PS88117', status: 'ok' });
  });

  it('says that the firmware switched a processor off for an error', () => {
    const [cpu] = parse(structure(4, 1, area(0x30, { 4: 1, 0x18: 0x43 }), ['CPU1']));
    expect(cpu).toMatchObject({ name: 'CPU1', status: 'critical' });
  });

  it('knows the machine at least, where the table may not be read', () => {
    const id = { sys_vendor: 'QEMU', product_name: 'Standard PC', product_serial: 'Not Specified' };
    expect(dmi.parse({ table: null, id })).toEqual([
      { kind: 'board', name: 'system', vendor: 'QEMU', model: 'Standard PC', identities: [] },
    ]);
    expect(dmi.parse({ table: null, id: {} })).toEqual([]);
  });

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['a header that is cut', Buffer.from([17, 0x5c, 1])],
    ['a length shorter than its header', Buffer.from([17, 3, 1, 0, 0, 0])],
    ['a length longer than the table', Buffer.from([17, 0xff, 1, 0, 0, 0])],
    ['strings without an end', Buffer.concat([Buffer.from([1, 4, 0, 0]), Buffer.from('abc')])],
    ['a string number that does not exist', structure(17, 1, area(0x20, { 0x0d: 1, 0x10: 200 }), ['A1'])],
  ])('bears with %s', (_what, table) => {
    expect(() => parse(table)).not.toThrow();
  });

  it('ends with any bytes in its way, and never reads beyond them', () => {
    const table = serverTable();
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
    for (let round = 0; round < 3000; round += 1) {
      const broken = Buffer.from(table.subarray(0, random(table.length)));
      for (let bytes = 0; bytes < 8 && broken.length > 0; bytes += 1) broken[random(broken.length)] = random(256);
      expect(smbiosStructures(broken).length).toBeLessThanOrEqual(4096);
      parse(broken);
    }
  });
});
