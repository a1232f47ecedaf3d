import { SERVER } from './server.ts';

/** One structure as firmware writes it: its formatted area behind the header, then its strings. */
export function structure(type: number, handle: number, area: Buffer, strings: readonly string[] = []): Buffer {
  const header = Buffer.from([type, area.length + 4, handle & 0xff, handle >> 8]);
  const texts = Buffer.from(strings.length === 0 ? '\0\0' : `${strings.join('\0')}\0\0`, 'latin1');
  return Buffer.concat([header, area, texts]);
}

/** A formatted area with bytes at the offsets of DSP0134, which count from the header. */
export function area(length: number, bytes: Readonly<Record<number, number>>): Buffer {
  const buffer = Buffer.alloc(length - 4);
  for (const [offset, value] of Object.entries(bytes)) buffer.writeUInt8(value, Number(offset) - 4);
  return buffer;
}

const system = (): Buffer => {
  const fields = area(0x1b, { 4: 1, 5: 2, 7: 3 });
  const [a = '', b = '', c = '', d = '', e = ''] = SERVER.uuid.split('-');
  const swapped = [a, b, c].map((part) => Buffer.from(part, 'hex').reverse());
  Buffer.concat([...swapped, Buffer.from(d + e, 'hex')]).copy(fields, 4);
  return structure(1, 1, fields, [SERVER.vendor, SERVER.model, SERVER.serial]);
};

/** The SMBIOS table of `SERVER`, with an empty DIMM slot and an empty socket beside. */
export function serverTable(dimms: readonly { slot: string; serial: string; part: string }[] = SERVER.dimms): Buffer {
  return Buffer.concat([
    system(),
    ...SERVER.cpus.map(({ socket, model }, index) =>
      structure(4, 0x40 + index, area(0x30, { 4: 1, 7: 2, 0x10: 3, 0x18: 0x41 }), [socket, 'Contoso Semi', model]),
    ),
    structure(4, 0x4f, area(0x30, { 4: 1, 0x18: 0 }), ['CPU3']),
    ...dimms.map(({ slot, serial, part }, index) =>
      structure(17, 0x1100 + index, area(0x5c, { 0x0d: 0x40, 0x10: 1, 0x17: 2, 0x18: 3, 0x1a: 4 }), [
        slot,
        'Fabrikam',
        serial,
        part,
      ]),
    ),
    structure(17, 0x11ff, area(0x5c, { 0x10: 1, 0x18: 2 }), ['C1', 'NO DIMM']),
    ...SERVER.supplies.map(({ name, serial, model }, index) =>
      // Present (bit 1) and OK (3 in bits 7-9).
      structure(39, 0x2700 + index, area(0x16, { 5: 1, 6: 2, 7: 3, 8: 4, 0x0a: 5, 0x0e: 0x82, 0x0f: 0x01 }), [
        name,
        name,
        'Contoso',
        serial,
        model,
      ]),
    ),
    structure(127, 0xffff, Buffer.alloc(0)),
  ]);
}
