import type { ItemReading, Observation, ReadingName } from '../model.ts';
import { integerOf } from './files.ts';
import { defineReader, known, readingOf } from './reader.ts';

interface AerDevice {
  address: string;
  values: {
    vendor?: string;
    device?: string;
    aer_dev_correctable?: string;
    aer_dev_nonfatal?: string;
    aer_dev_fatal?: string;
  };
}

const COUNTERS = [
  ['aer_dev_correctable', 'pcieCorrectable'],
  ['aer_dev_nonfatal', 'pcieNonfatal'],
  ['aer_dev_fatal', 'pcieFatal'],
] as const satisfies [string, ReadingName][];

/** Errors that PCIe's Advanced Error Reporting saw, of the devices and ports that report them. */
export const pcieAer = defineReader({
  name: 'pcie_aer',
  lists: ['pcie-device'],
  async read(files): Promise<AerDevice[]> {
    const root = files.sys('bus/pci/devices');
    const devices = await Promise.all(
      (await files.list(root)).map(async (address): Promise<AerDevice[]> => {
        const correctable = await files.text(`${root}/${address}/aer_dev_correctable`);
        // Virtual functions come and go with the guests that use them.
        if (correctable === null || (await files.linkName(`${root}/${address}/physfn`)) !== null) return [];
        const others = ['vendor', 'device', 'aer_dev_nonfatal', 'aer_dev_fatal'] as const;
        const values = await files.texts(`${root}/${address}`, others);
        return [{ address, values: { ...values, aer_dev_correctable: correctable } }];
      }),
    );
    return devices.flat();
  },
  parse: (devices: AerDevice[]): Observation[] =>
    devices.map(({ address, values }) =>
      known<Observation>({
        kind: 'pcie-device',
        name: address,
        vendor: values.vendor,
        model: values.device,
        location: address,
        readings: COUNTERS.flatMap(([file, name]) => totalOf(name, values[file])),
      }),
    ),
});

/** The kernel writes one line for each kind of error and a total below them; kernels that lack the total leave the sum to us. */
function totalOf(name: ReadingName, text: string | undefined): ItemReading[] {
  if (text === undefined) return [];
  const lines = text.split('\n').flatMap((line) => {
    const [, error = '', count] = /^(\S+) (\d+)$/.exec(line.trim()) ?? [];
    const value = integerOf(count);
    return value === undefined ? [] : [{ error, value }];
  });
  if (lines.length === 0) return [];
  const total = lines.find(({ error }) => error.startsWith('TOTAL_ERR_'))?.value;
  return readingOf(name, total ?? lines.reduce((sum, { value }) => sum + value, 0));
}
