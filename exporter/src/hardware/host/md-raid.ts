import type { Observation } from '../model.ts';
import { integerOf } from './files.ts';
import { defineReader, known, readingOf } from './reader.ts';

const FIELDS = ['array_state', 'level', 'raid_disks', 'degraded', 'sync_completed', 'mismatch_cnt', 'uuid'] as const;

interface MdArray {
  name: string;
  values: Partial<Record<(typeof FIELDS)[number], string>>;
}

/** Arrays of the kernel's md driver. A `broken` array has lost more disks than it can do without. */
const INACTIVE = /^(clear|inactive|broken)$/;

export const mdRaid = defineReader({
  name: 'md_raid',
  lists: ['raid'],
  async read(files): Promise<MdArray[]> {
    const names = (await files.list(files.sys('block'))).filter((name) => name.startsWith('md'));
    const all = await Promise.all(
      names.map(async (name) => ({ name, values: await files.texts(files.sys('block', name, 'md'), FIELDS) })),
    );
    return all.filter(({ values }) => values.array_state !== undefined);
  },
  parse: (arrays: MdArray[]): Observation[] =>
    arrays.map(({ name, values }) => {
      const [, done, all] = /^(\d+) \/ (\d+)$/.exec(values.sync_completed ?? '') ?? [];
      return known<Observation>({
        kind: 'raid',
        name,
        model: values.level,
        location: `/dev/${name}`,
        readings: [
          { name: 'raidActive', value: INACTIVE.test(values.array_state ?? '') ? 0 : 1 },
          ...readingOf('raidDisks', integerOf(values.raid_disks)),
          ...readingOf('raidMissing', integerOf(values.degraded)),
          ...readingOf('raidMismatches', integerOf(values.mismatch_cnt)),
          ...readingOf('raidSync', all === undefined || all === '0' ? undefined : Number(done) / Number(all)),
        ],
      });
    }),
});
