import { meaningful, nameIdentity } from '../identity.ts';
import type { Observation } from '../model.ts';
import { defineReader, known } from './reader.ts';
import { field, smbiosStructures, type SmbiosStructure } from './smbios.ts';

const MAX_TABLE_BYTES = 1024 * 1024;

/** What is plugged in, as the firmware found it at the boot: board, processors, memory modules, power supplies. */
export const dmi = defineReader({
  name: 'dmi',
  lists: ['dimm', 'cpu'],
  /** The raw table needs root; the few texts beside it that anyone may read name the machine at least. */
  async read(files): Promise<{ table: Buffer | null; id: Partial<Record<string, string>> }> {
    const table = await files.bytes(files.sys('firmware/dmi/tables/DMI'), MAX_TABLE_BYTES);
    const id =
      table === null
        ? await files.texts(files.sys('class/dmi/id'), ['sys_vendor', 'product_name', 'product_serial', 'product_uuid'])
        : {};
    return { table, id };
  },
  parse({ table, id }): Observation[] {
    if (table !== null) return smbiosStructures(table).flatMap((structure) => PARTS[structure.type]?.(structure) ?? []);
    const { sys_vendor, product_name, product_serial, product_uuid } = id;
    if (sys_vendor === undefined && product_name === undefined) return [];
    return [board({ vendor: sys_vendor, model: product_name, serial: product_serial, uuid: product_uuid })];
  },
});

function board(of: Partial<Record<'vendor' | 'model' | 'serial' | 'uuid', string | undefined>>): Observation {
  return known<Observation>({
    kind: 'board',
    name: 'system',
    vendor: meaningful(of.vendor),
    model: meaningful(of.model),
    serial: meaningful(of.serial),
    identities: [nameIdentity(of.uuid)].filter((identity) => identity !== undefined),
  });
}

/** By structure type; offsets of DSP0134, chapter 7. */
const PARTS: Readonly<Record<number, (structure: SmbiosStructure) => Observation[]>> = {
  1: (system) => [
    board({
      vendor: field.text(system, 0x04),
      model: field.text(system, 0x05),
      serial: field.text(system, 0x07),
      uuid: field.uuid(system, 0x08),
    }),
  ],
  4: (processor) => {
    // Bit 6: populated. Bits 0-2: 1 is enabled, 2 disabled by the user, 3 by the firmware because of an error.
    const status = field.byte(processor, 0x18) ?? 0;
    if ((status & 0x40) === 0) return [];
    const socket = meaningful(field.text(processor, 0x04));
    return [
      known<Observation>({
        kind: 'cpu',
        name: socket ?? `processor ${processor.handle}`,
        vendor: meaningful(field.text(processor, 0x07)),
        model: meaningful(field.text(processor, 0x10)),
        serial: meaningful(field.text(processor, 0x20)),
        location: socket,
        status: (status & 0x07) === 3 ? 'critical' : undefined,
      }),
    ];
  },
  17: (module) => {
    // Size 0: the slot is empty.
    if ((field.word(module, 0x0c) ?? 0) === 0) return [];
    const slot = meaningful(field.text(module, 0x10));
    return [
      known<Observation>({
        kind: 'dimm',
        name: `${slot ?? 'module'} ${module.handle}`,
        vendor: meaningful(field.text(module, 0x17)),
        model: meaningful(field.text(module, 0x1a)),
        serial: meaningful(field.text(module, 0x18)),
        location: slot ?? meaningful(field.text(module, 0x11)),
      }),
    ];
  },
  39: (supply) => {
    // Bit 1: present. Bits 7-9: 3 is OK, 4 non-critical, 5 critical.
    const characteristics = field.word(supply, 0x0e) ?? 0;
    if ((characteristics & 0x02) === 0) return [];
    const name = meaningful(field.text(supply, 0x06));
    const place = meaningful(field.text(supply, 0x05));
    const statuses = { 3: 'ok', 4: 'warning', 5: 'critical' } as const;
    return [
      known<Observation>({
        kind: 'psu',
        name: `${name ?? 'supply'} ${supply.handle}`,
        vendor: meaningful(field.text(supply, 0x07)),
        model: meaningful(field.text(supply, 0x0a)) ?? name,
        serial: meaningful(field.text(supply, 0x08)),
        location: place,
        status: statuses[((characteristics >> 7) & 0x07) as keyof typeof statuses],
      }),
    ];
  },
};
