/** A two-socket server as both channels see it: 2 CPUs, 24 DIMMs, 12 disks, 6 network ports, 2 power supplies, 8 fans. */

const count = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index));

export const SERVER = {
  vendor: 'Contoso',
  model: 'CX-2000',
  serial: 'SRV4711',
  uuid: '38947555-7742-3448-3784-823347823834',
  cpus: count(2, (i) => ({ socket: `CPU${i + 1}`, model: 'Multi-Core Processor 6430' })),
  dimms: count(24, (i) => ({
    slot: `${i < 12 ? 'A' : 'B'}${(i % 12) + 1}`,
    serial: `8C2F${(0x1000 + i * 37).toString(16).toUpperCase()}`,
    part: 'M393A4K40DB3',
  })),
  disks: count(12, (i) => ({
    name: `sd${String.fromCharCode(97 + i)}`,
    serial: `Z1Z${String(40_000 + i * 17)}`,
    model: 'ST4000NM0035',
    wwn: `5000c500${(0xa0b0c000 + i).toString(16)}`,
    bay: `Bay ${i + 1}`,
  })),
  nics: count(6, (i) => ({
    name: `eno${i + 1}`,
    mac: `3c:ec:ef:00:10:${(0x20 + i).toString(16)}`,
    address: `0000:${i < 2 ? '18' : '5e'}:00.${i % 4}`,
  })),
  supplies: count(2, (i) => ({ name: `PSU ${i + 1}`, serial: `PS88${i}17`, model: 'RKS-1100' })),
  fans: count(8, (i) => `Fan ${i + 1}`),
} as const;
