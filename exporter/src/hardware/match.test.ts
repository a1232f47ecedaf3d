import { describe, expect, it } from '@jest/globals';
import { comparable, macIdentity, nameIdentity } from './identity.ts';
import { matchItems } from './match.ts';
import type { Observation, SourceObservations } from './model.ts';

const from = (
  source: string,
  channel: SourceObservations['channel'],
  ...observations: Observation[]
): SourceObservations => ({ source, channel, at: 1000, observations, blindTo: new Set() });

const host = (...observations: Observation[]): SourceObservations => from('host', 'in-band', ...observations);
const bmc = (...observations: Observation[]): SourceObservations => from('redfish', 'out-of-band', ...observations);

/** Each item as `kind id: channel name + channel name`. */
const seen = (...sources: SourceObservations[]): string[] =>
  matchItems(sources).map(
    ({ kind, id, sightings }) =>
      `${kind} ${id}: ${sightings.map(({ source, name }) => `${source} ${name}`).join(' + ')}`,
  );

describe('B15: the same part seen by several channels is one item', () => {
  it('by its serial number, however each writes it', () => {
    expect(
      seen(
        host({ kind: 'dimm', name: 'A1 4352', serial: '8C2F-1000', location: 'A1' }),
        bmc({ kind: 'dimm', name: 'Systems/1/Memory/A1', serial: ' 8c2f1000 ', location: 'DIMM A1' }),
      ),
    ).toEqual(['dimm 8C2F-1000: host A1 4352 + redfish Systems/1/Memory/A1']);
  });

  it('by its MAC address, its world wide name or its UUID', () => {
    const wwn = (name: string) => [nameIdentity(name)].filter((identity) => identity !== undefined);
    const mac = (address: string) => [macIdentity(address)].filter((identity) => identity !== undefined);
    expect(
      seen(
        host(
          { kind: 'nic', name: 'eno1', identities: mac('3c:ec:ef:00:10:20') },
          { kind: 'disk', name: 'sda', identities: wwn('naa.5000c500a0b0c000') },
          { kind: 'board', name: 'system', identities: wwn('38947555-7742-3448-3784-823347823834') },
        ),
        bmc(
          { kind: 'nic', name: 'NIC.1', identities: mac('3C-EC-EF-00-10-20') },
          { kind: 'disk', name: 'Drives/0', identities: wwn('5000C500A0B0C000') },
          { kind: 'board', name: 'Systems/1', identities: wwn('38947555774234483784823347823834') },
        ),
      ),
    ).toEqual([
      'nic 3c:ec:ef:00:10:20: host eno1 + redfish NIC.1',
      'disk sda: host sda + redfish Drives/0',
      'board system: host system + redfish Systems/1',
    ]);
  });

  it('by the name that the sources of one channel share, so that SMART and sysfs speak of one disk', () => {
    expect(
      seen(
        host({ kind: 'disk', name: 'sda' }),
        from('smart', 'in-band', { kind: 'disk', name: 'sda', serial: 'Z1Z40000' }),
      ),
    ).toEqual(['disk sda: host sda + smart sda']);
  });

  it('by its place, where one of both has nothing better', () => {
    expect(
      seen(
        host({ kind: 'cpu', name: 'CPU1', location: 'CPU 1' }, { kind: 'cpu', name: 'CPU2', location: 'CPU 2' }),
        bmc(
          { kind: 'cpu', name: 'P/1', location: 'CPU1', serial: 'X1' },
          { kind: 'cpu', name: 'P/2', location: 'CPU2', serial: 'X2' },
        ),
      ),
    ).toEqual(['cpu CPU1: host CPU1 + redfish P/1', 'cpu CPU2: host CPU2 + redfish P/2']);
  });

  it.each<[string, Observation, Observation]>([
    [
      'another serial number in the same slot',
      { kind: 'dimm', name: 'A1', serial: 'S1', location: 'A1' },
      { kind: 'dimm', name: 'x', serial: 'S2', location: 'A1' },
    ],
    [
      'the same serial number of another kind',
      { kind: 'psu', name: 'A1', serial: 'S1' },
      { kind: 'disk', name: 'x', serial: 'S1' },
    ],
    [
      'what a vendor writes for none',
      { kind: 'dimm', name: 'A1', serial: 'To be filled by O.E.M.' },
      { kind: 'dimm', name: 'x', serial: 'TO BE FILLED BY O.E.M.' },
    ],
    [
      'a serial number of zeros',
      { kind: 'dimm', name: 'A1', serial: '00000000' },
      { kind: 'dimm', name: 'x', serial: '00000000' },
    ],
  ])('keeps apart: %s', (_what, inBand, outOfBand) => {
    expect(matchItems([host(inBand), bmc(outOfBand)])).toHaveLength(2);
  });

  it('does not join the parts of one source that share a serial number', () => {
    expect(
      seen(
        host({ kind: 'dimm', name: 'A1', serial: 'SAME1' }, { kind: 'dimm', name: 'A2', serial: 'SAME1' }),
        bmc({ kind: 'dimm', name: 'M1', serial: 'SAME1' }),
      ),
    ).toHaveLength(3);
  });

  it('finds nothing in nothing', () => {
    expect(matchItems([])).toEqual([]);
    expect(['', 'N/A', 'none', '0123456789', 'FFFFFFFF', undefined].map(comparable)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(['', '00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff', 'x', null].map(macIdentity)).toEqual(
      Array(5).fill(undefined),
    );
    expect(['', '0x0', '00000000-0000-0000-0000-000000000000', 'wwn', null].map(nameIdentity)).toEqual(
      Array(5).fill(undefined),
    );
  });
});
